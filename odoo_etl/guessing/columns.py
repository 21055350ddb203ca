"""A column of a table: what its cells are, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from odoo_etl.guessing.contents import kind_of
from odoo_etl.guessing.writings import Writing, date_writing, number_writing, truth_writing

_SAMPLE: Final = 2_000
_EXAMPLES: Final = 3
_CODE: Final = re.compile(r"(?=.*\d)[A-Za-z]{0,5}[\d./_-]+[A-Za-z0-9./_-]{0,8}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        cells: of all rows; None is null.
        distinct: its different values as texts, in their order, the first of very many.
        unique: how many different values it has.
        filled: in how many rows it has one.
        kind: of its contents, "" for none that is known.
        number: how its numbers are written; None where it holds none. So are `day` and `truth`.
        has_padding: whether there are numbers that begin with zeros.
        longest: the length of the longest text.
    """

    name: str
    cells: Sequence[Any]
    distinct: tuple[str, ...]
    unique: int
    filled: int
    kind: str
    number: Writing | None
    day: Writing | None
    truth: Writing | None
    has_padding: bool
    longest: int

    @property
    def is_unique(self) -> bool:
        """Whether each row that has a value has one of its own."""
        return self.filled > 0 and self.unique == self.filled

    @property
    def holds_codes(self) -> bool:
        """Whether most values are short and hold digits, as numbers of customers and articles are."""
        codes = sum(_CODE.fullmatch(text) is not None for text in self.distinct)
        return codes >= 0.8 * len(self.distinct) > 0

    @property
    def is_empty(self) -> bool:
        """Whether no row has a value."""
        return self.filled == 0

    @property
    def examples(self) -> tuple[str, ...]:
        """A few of its values."""
        return self.distinct[:_EXAMPLES]


def column_of(name: str, cells: Sequence[Any], *, day_first: bool = True) -> Column:
    """A column with all that its cells say.

    Args:
        day_first: how dates are taken that may be either.
    """
    filled = [cell for cell in cells if cell is not None and not (isinstance(cell, str) and not cell.strip())]
    counted = dict.fromkeys(map(text_of_cell, filled))
    sample = list(dict.fromkeys(map(_hashable, filled)))[:_SAMPLE]
    distinct = tuple(counted)[:_SAMPLE]
    return Column(
        name=name,
        cells=cells,
        distinct=distinct,
        unique=len(counted),
        filled=len(filled),
        kind=kind_of(sample),
        number=number_writing(sample),
        day=date_writing(sample, day_first=day_first),
        truth=truth_writing(sample),
        has_padding=_is_padded(distinct),
        longest=max(map(len, distinct), default=0),
    )


def text_of_cell(cell: Any) -> str:
    """A cell as the text that a text field gets."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _hashable(cell: Any) -> Any:
    return cell if isinstance(cell, (str, int, float, bool)) or not hasattr(cell, "__iter__") else str(cell)


def _is_padded(texts: Sequence[str]) -> bool:
    return any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in texts)
