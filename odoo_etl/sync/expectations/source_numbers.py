"""The numbers of the source that Odoo's are compared with: sums of columns, counts of rows and of records."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from odoo_etl.spec import JobSpec, SourceSide
from odoo_etl.sync.expectations.rows import SeenRows
from odoo_etl.sync.expectations.source_checks import Total


class _Number(Protocol):
    def see(self, rows: SeenRows) -> None: ...

    @property
    def value(self) -> Decimal: ...

    @property
    def wrong(self) -> str: ...


class Count:
    """How many rows there are, or how many records they stand for; `wrong` is never anything.

    Args:
        records: a key counts once; rows without one stand for no record.
    """

    wrong = ""

    def __init__(self, *, records: bool) -> None:
        self._records, self._count = records, 0

    def see(self, rows: SeenRows) -> None:
        """Count."""
        count = len(rows.chunk.lines)
        self._count += sum(map(rows.is_last, range(count))) if self._records else count + len(rows.chunk.bad)

    @property
    def value(self) -> Decimal:
        """The count by now."""
        return Decimal(self._count)


class SourceNumbers:
    """All of them; each is made once, however many expectations want it."""

    def __init__(self, spec: JobSpec, sides: Iterable[SourceSide]) -> None:
        self._numbers = {side: _number(spec, side) for side in dict.fromkeys(sides)}

    def see(self, rows: SeenRows) -> None:
        """Look at the rows of a chunk."""
        for number in self._numbers.values():
            number.see(rows)

    def of(self, side: SourceSide) -> Decimal:
        """The number by now."""
        return self._numbers[side].value

    def wrong(self, side: SourceSide) -> str:
        """Why there is no such number, or ""."""
        return self._numbers[side].wrong

    def first_wrong(self, side: SourceSide) -> tuple[str, ...]:
        """The first rows because of which there is none."""
        number = self._numbers[side]
        return tuple(number.faults.first) if isinstance(number, Total) else ()


def _number(spec: JobSpec, side: SourceSide) -> _Number:
    return Count(records=side.count == "records") if side.sum is None else Total(spec, side.sum, side)


def shown_side(side: SourceSide) -> str:
    """A number of the source, for people."""
    if side.sum is None:
        return f"count of {side.count} in the source"
    return f"sum of {side.sum} in the source" + (" per record" if side.per == "record" else "")
