"""The form of a table: how a source reads it, and where its header stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

_MOST_ABOVE: Final = 25  # lines that may stand above a header
_LEAST_FILLED: Final = 0.6
_MOST_BELOW: Final = 4  # rows about the file itself may stand first
_NUMBER: Final = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*\s*[%€$]?|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|[^@\s]+@[^@\s]+\.\w+")


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is read.

    Attributes:
        source: the keys of `source:` of a job, with the absolute path.
        notes: for people: what was found, and what else the file holds.
    """

    source: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """Where the header of some rows stands.

    Attributes:
        at: the place among the rows, from 0; None where there is none.
        width: how many columns the table has.
    """

    at: int | None
    width: int

    @property
    def notes(self) -> list[str]:
        """A sentence where it is not the first row."""
        if self.at is None:
            return ["no header was found: the columns are named by their place; give them names"]
        return []

    def keys(self, lines: Sequence[int]) -> dict[str, Any]:
        """The keys of a source that finds it.

        Args:
            lines: where each of the rows stands in its file.
        """
        if self.at is None:
            return {"header": [f"column_{number}" for number in range(1, self.width + 1)]}
        return {"header_row": lines[self.at]} if self.at else {}


def header_of(rows: Sequence[Sequence[Any]]) -> HeaderPlace:
    """The header: the first row that is as wide as most, and holds names."""
    filled = [sum(map(_is_filled, row)) for row in rows]
    width = _usual(filled)
    wide = [at for at in range(min(len(rows), _MOST_ABOVE)) if filled[at] >= max(min(2, width), _LEAST_FILLED * width)]
    if not wide:
        return HeaderPlace(0, len(rows[0]) if rows else 0)
    at = wide[0] if _are_names(rows[wide[0]]) else _below(rows, wide[1:_MOST_BELOW])
    return HeaderPlace(at, max(map(len, rows)) if at is None else len(rows[at]))


def _below(rows: Sequence[Sequence[Any]], wide: Sequence[int]) -> int | None:
    """A header below a first row of values, as in files that begin with a row about themselves."""
    return next((at for at in wide if _are_names(rows[at], most_values=0) and not _are_names(rows[at + 1])), None)


def _is_filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _usual(filled: Sequence[int]) -> int:
    """How many cells of a row hold something; of what is as frequent, the most."""
    counted = Counter(filled)
    return max(counted, key=lambda count: (counted[count], count)) if counted else 0


def _are_names(row: Sequence[Any], most_values: float = 0.2) -> bool:
    """Whether the cells may be the names of columns: no numbers, dates or addresses, and hardly any twice."""
    cells = [cell for cell in row if _is_filled(cell)]
    values = sum(
        not isinstance(cell, str) or isinstance(cell, date) or bool(_NUMBER.fullmatch(cell.strip())) for cell in cells
    )
    names = {str(cell).strip() for cell in cells}
    return values <= most_values * len(cells) and len(names) > 0.6 * len(cells)
