"""The checks of `expect.source`: each sees all rows once, and then says whether they are as expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

from odoo_etl.fieldtypes import BadValue
from odoo_etl.results import Expectation
from odoo_etl.spec import AcceptedExpected, ColumnSum, FreshnessExpected, JobSpec, RegexExpected, SourceExpected
from odoo_etl.sync.expectations.cells import (
    added,
    as_number,
    is_empty,
    moment_cells,
    number_cells,
    shower,
    text_or_none,
)
from odoo_etl.sync.expectations.limits import Limits
from odoo_etl.sync.expectations.repeats import Repeats
from odoo_etl.sync.expectations.rows import Faults, SeenRows

OF_WHOLE: Final = frozenset({"rows", "sum", "freshness"})  # some rows of a source say nothing of these
_NOTHING: Final = 0

Show = Callable[[Any], str]
Words = tuple[str, str]
AllRows = Callable[[], Iterator[SeenRows]]


class Check(Protocol):
    """One check of the source."""

    about: str

    def see(self, rows: SeenRows) -> None:
        """Look at the rows of a chunk."""

    def verdict(self, again: AllRows) -> Verdict:
        """Conclude, once all rows were seen; `again` gives them once more."""
        ...


class Verdict:
    """The outcome of a check.

    Args:
        wrong: what is not as expected, or "".
        told: what was found, where all is as expected.
    """

    def __init__(
        self, wrong: str, told: str, rows: Iterable[str] = (), *, found: str | None = None, expected: str | None = None
    ) -> None:
        self._wrong, self._told, self._rows = wrong, told, tuple(rows)
        self._found, self._expected = found, expected

    @classmethod
    def of_faults(cls, faults: Faults, one: str, several: str, told: str) -> Verdict:
        """The outcome where each row is looked at by itself; `one` and `several` go on from a number."""
        wrong = f"{faults.count:,} {one if faults.count == 1 else several}" if faults.count else ""
        return cls(wrong, told, faults.first)

    def as_result(self, place: str, about: str, expected: SourceExpected) -> Expectation:
        """The outcome as reports have it."""
        return Expectation(
            place=place,
            about=about,
            severity=expected.severity,
            outcome="failed" if self._wrong else "met",
            told=self._wrong or self._told,
            found=self._found,
            expected=self._expected,
            rows=self._rows,
        )


class RowCount:
    """How many rows there are, as `min_rows` counts them: lines that are no rows are among them."""

    about = "rows"

    def __init__(self, limits: Limits) -> None:
        self._limits, self._count = limits, 0

    def see(self, rows: SeenRows) -> None:
        """Count."""
        self._count += len(rows.chunk.lines) + len(rows.chunk.bad)

    def verdict(self, _again: AllRows) -> Verdict:
        """Hold the number against the limits."""
        wrong = self._limits.wrong(Decimal(self._count))
        told = f"{self._count:,} rows"
        return Verdict(f"{told}: {wrong}" if wrong else "", told, found=str(self._count), expected=str(self._limits))


class NotNull:
    """No cell is empty."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns, self._faults = columns, Faults()
        self.about = f"not_null {', '.join(columns)}"

    def see(self, rows: SeenRows) -> None:
        """Look for empty cells."""
        for name in self._columns:
            for index, cell in rows.numbered(name):
                if is_empty(cell):
                    self._faults.add(rows, index, f"{name} is empty")

    def verdict(self, _again: AllRows) -> Verdict:
        """Whether any was empty."""
        return Verdict.of_faults(self._faults, "cell is empty", "cells are empty", "no cell is empty")


class Fitting:
    """Every text of a column fits; empty cells pass.

    Args:
        fits: says so of a text.
        words: what is wrong with texts that do not fit, after their number: with one, and with several.
        show: a cell as reports repeat it.
    """

    def __init__(self, kind: str, column: str, fits: Callable[[str], bool], words: Words, show: Show) -> None:
        self._column, self._fits, self._words, self._show, self._faults = column, fits, words, show, Faults()
        self.about = f"{kind} {column}"

    def see(self, rows: SeenRows) -> None:
        """Look at each text; equal ones once."""
        known: dict[str, bool] = {}
        for index, cell in rows.numbered(self._column):
            if is_empty(cell):
                continue
            text = text_or_none(cell)
            if text is None:
                self._faults.add(rows, index, f"{self._show(cell)} has no text")
                continue
            fits = known.get(text)
            if fits is None:
                fits = known[text] = self._fits(text)
            if not fits:
                self._faults.add(rows, index, self._show(text))

    def verdict(self, _again: AllRows) -> Verdict:
        """Whether any did not fit."""
        return Verdict.of_faults(self._faults, *self._words, "every cell fits")


class Unique:
    """No two rows have the same texts in some columns; rows whose cells are all empty do not count."""

    def __init__(self, columns: tuple[str, ...], show: Show) -> None:
        self._columns, self._show, self._repeats = columns, show, Repeats()
        self.about = f"unique {', '.join(columns)}"

    def see(self, rows: SeenRows) -> None:
        """Keep a hash of each row's texts."""
        texts = self._texts(rows)
        self._repeats.add((_NOTHING if one is None else hash(one) for one in texts), len(texts))

    def verdict(self, again: AllRows) -> Verdict:
        """Whether any repeat; those that do are looked at once more, text by text."""
        hashes, count = self._repeats.found()
        if not hashes:
            return Verdict("", "no value repeats")
        faults, alike = Faults(), 0
        first: dict[tuple[str, ...], str] = {}
        for rows in again():
            for index, texts in enumerate(self._texts(rows)):
                if texts is None or hash(texts) not in hashes:
                    continue
                place = rows.place(index)
                alike += 1
                if (before := first.setdefault(texts, place)) is not place:
                    faults.add(rows, index, f"{', '.join(map(self._show, texts))}, as {before}")
        looked_at = alike - len(hashes)  # rows that repeat a hash; those that repeat the text are the faults
        faults.count = count - (looked_at - faults.count)
        return Verdict.of_faults(faults, "row repeats a value", "rows repeat a value", "no value repeats")

    def _texts(self, rows: SeenRows) -> list[tuple[str, ...] | None]:
        """The texts of each row; None where all are empty, or the row is one of another source."""
        columns = [[_as_key(cell) for cell in rows.cells(name)] for name in self._columns]
        found = [texts if any(texts) else None for texts in zip(*columns, strict=True)]
        own = rows.own(self._columns)
        return found if own is None else [one if is_own else None for one, is_own in zip(found, own, strict=True)]


def _as_key(cell: Any) -> str:
    if is_empty(cell):
        return ""
    text = text_or_none(cell)
    return repr(cell) if text is None else text


class Total:
    """The exact sum of a column; of a record's rows the last one counts where it says `per: record`."""

    def __init__(self, spec: JobSpec, column: str, how: ColumnSum) -> None:
        self._column, self._number, self._per_record = column, number_cells(spec, column, how), how.per == "record"
        self.value, self.faults = Decimal(0), Faults()

    def see(self, rows: SeenRows) -> None:
        """Add the numbers; equal texts are read once."""
        known: dict[str, Decimal] = {}
        numbered = enumerate(rows.cells(self._column)) if self._per_record else rows.numbered(self._column)
        for index, cell in numbered:
            if is_empty(cell) or (self._per_record and not rows.is_last(index)):
                continue
            try:
                number = known.get(cell) if type(cell) is str else self._number(cell)
                if number is None:
                    number = known[cell] = self._number(cell)
            except BadValue as error:
                self.faults.add(rows, index, error.reason)
                continue
            self.value = added(self.value, number)

    @property
    def wrong(self) -> str:
        """The fault of cells that are no numbers, or ""."""
        one, several = "cell is no number", "cells are no numbers"
        count = self.faults.count
        return f"{count:,} {one if count == 1 else several} in {self._column}" if count else ""


class SumCheck:
    """The sum of a column is what it is to be."""

    def __init__(self, spec: JobSpec, column: str, how: ColumnSum, limits: Limits) -> None:
        self._total, self._limits = Total(spec, column, how), limits
        self.about = f"sum of {column}" + (" per record" if how.per == "record" else "")

    def see(self, rows: SeenRows) -> None:
        """Add the numbers."""
        self._total.see(rows)

    def verdict(self, _again: AllRows) -> Verdict:
        """Hold the sum against the limits."""
        if self._total.wrong:
            return Verdict(self._total.wrong, "", self._total.faults.first)
        found = as_number(self._total.value)
        wrong = self._limits.wrong(self._total.value)
        return Verdict(f"{found}: {wrong}" if wrong else "", found, found=found, expected=str(self._limits))


class Freshness:
    """The newest moment of a column is not too long ago."""

    def __init__(self, spec: JobSpec, expected: FreshnessExpected, now: datetime) -> None:
        self._expected, self._moment, self._now = expected, moment_cells(spec, expected), now
        self._newest: datetime | None = None
        self._text, self._faults = "", Faults()
        self.about = f"freshness of {expected.column}"

    def see(self, rows: SeenRows) -> None:
        """Look for the newest."""
        known: set[str] = set()
        for index, cell in rows.numbered(self._expected.column):
            if is_empty(cell) or (isinstance(cell, str) and cell in known):
                continue
            try:
                moment = self._moment(cell)
            except BadValue as error:
                self._faults.add(rows, index, error.reason)
                continue
            if isinstance(cell, str):
                known.add(cell)
            if self._newest is None or moment > self._newest:
                self._newest, self._text = moment, text_or_none(cell) or ""

    def verdict(self, _again: AllRows) -> Verdict:
        """Whether it is new enough."""
        if self._faults.count:
            return Verdict.of_faults(self._faults, "cell is no date", "cells are no dates", "")
        if self._newest is None:
            return Verdict("there is no date in any row", "")
        within = timedelta(seconds=self._expected.within)
        told = f"the newest is {self._text}"
        if self._now - self._newest <= within:
            return Verdict("", told)
        return Verdict(f"{told}, which is more than {within} ago", told)


Build = Callable[[JobSpec, Any, datetime], Check]


def _accepted(spec: JobSpec, expected: AcceptedExpected, _now: datetime) -> Check:
    words, accepted = ("cell has another value", "cells have other values"), frozenset(expected.values)
    return Fitting("accepted", expected.column, accepted.__contains__, words, shower(spec, [expected.column]))


def _regex(spec: JobSpec, expected: RegexExpected, _now: datetime) -> Check:
    words = f"cell does not match {expected.pattern}", f"cells do not match {expected.pattern}"
    return Fitting("regex", expected.column, expected.fits(), words, shower(spec, [expected.column]))


SOURCE_CHECKS: Final[Mapping[str, Build]] = {
    "rows": lambda _spec, expected, _now: RowCount(Limits.of_rows(expected)),
    "unique": lambda spec, columns, _now: Unique(columns, shower(spec, columns)),
    "not_null": lambda _spec, columns, _now: NotNull(columns),
    "accepted": _accepted,
    "regex": _regex,
    "sum": lambda spec, expected, _now: SumCheck(spec, expected.column, expected, Limits.of(expected)),
    "freshness": Freshness,
}


def check_of(spec: JobSpec, expected: SourceExpected, now: float) -> Check:
    """Build the check that an item of `expect.source` asks for.

    Args:
        now: seconds since 1970.
    """
    return SOURCE_CHECKS[expected.kind](spec, getattr(expected, expected.kind), datetime.fromtimestamp(now, UTC))
