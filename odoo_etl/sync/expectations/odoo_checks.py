"""The checks of `expect.odoo`: numbers of Odoo against numbers of the job, of the source, or of other records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from odoo_etl.results import Expectation
from odoo_etl.spec import OdooExpected, OdooSide, SourceSide
from odoo_etl.sync.expectations.by_record import ByRecord
from odoo_etl.sync.expectations.cells import added, as_number, from_odoo
from odoo_etl.sync.expectations.job_records import Standing
from odoo_etl.sync.expectations.limits import Limits
from odoo_etl.sync.expectations.odoo_records import sum_of
from odoo_etl.sync.expectations.source_numbers import SourceNumbers, shown_side
from odoo_etl.sync.ports import Target


class OdooCheck:
    """One item of `expect.odoo`.

    Attributes:
        of_job: it is about the records that the job's rows stand for, which it is shown page by page.
        fields: those of the job's records that it needs.
    """

    def __init__(self, expected: OdooExpected, target: Target) -> None:
        self._expected, self._target = expected, target
        self.of_job = expected.of_job
        self.fields = [expected.sum] if self.of_job and expected.sum else []
        self._value, self._by_record = Decimal(0), ByRecord(expected)

    @property
    def about(self) -> str:
        """The number, for people."""
        one = self._expected
        of = "" if one.of_job else f" of {one.model or self._target.model}"
        narrowed = " where" if one.where is not None else " in its domain" if one.domain else ""
        return (f"sum of {one.sum}" if one.sum else "count of records") + of + narrowed

    @property
    def says(self) -> list[SourceSide]:
        """The column that says of each of the job's records what its field is to be, if one does."""
        side = self._expected.of_source
        return [side] if self.fields and side is not None and side.sum else []

    def see(self, page: Sequence[Standing]) -> None:
        """Look at some of the job's records."""
        rows = self._counted(page)
        for standing in page:
            row = rows.get(standing.row["id"]) if standing.row is not None else None
            if row is not None:
                self._value = added(self._value, from_odoo(row[self.fields[0]]) if self.fields else Decimal(1))
            self._by_record.see(standing, row)

    def _counted(self, page: Sequence[Standing]) -> Mapping[int, Mapping[str, Any]]:
        """Id to the records of a page that count."""
        rows = {one.row["id"]: one.row for one in page if one.row is not None}
        if self._expected.where is None or not rows:
            return rows
        domain, target = [["id", "in", sorted(rows)], *self._expected.where], self._target
        found = target.client.search_read(target.model, domain, ["id"], context=target.context)
        return {one["id"]: rows[one["id"]] for one in found}

    def verdict(self, place: str, source: SourceNumbers) -> Expectation:
        """Hold the number of Odoo against the one that it is to be.

        Args:
            source: the numbers of the source.
        """
        number, other = self._number(), self._other(source)
        limits = Limits.of(self._expected, other)
        wrong, differing = limits.wrong(number), self._by_record.count
        told = f"Odoo has {as_number(number)}, {self._named()} {limits}"
        if wrong and limits.equals is not None:
            told += f": the difference is {limits.difference(number)}"
        elif differing and not wrong:
            told += f", but {differing:,} records differ" if differing > 1 else ", but 1 record differs"
        return Expectation(
            place=place,
            about=self.about,
            severity=self._expected.severity,
            outcome="failed" if wrong or differing else "met",
            told=told,
            found=as_number(number),
            expected=str(limits),
            difference=limits.difference(number),
            records=tuple(self._by_record.first),
            differing=differing,
        )

    def _number(self) -> Decimal:
        """The number of Odoo; of records that a domain finds it is asked now."""
        one = self._expected
        if self.of_job:
            return self._value
        return measured(self._target, one.model or self._target.model, one.domain or [], one.sum)

    def _other(self, source: SourceNumbers) -> Decimal | None:
        """The number that it is to equal, where that is none of the job."""
        other = self._expected.equals
        if isinstance(other, SourceSide):
            return source.of(other)
        if isinstance(other, OdooSide):
            return measured(self._target, other.model, other.domain, other.sum)
        return None

    def _named(self) -> str:
        """The other side, for people, with its verb."""
        side = self._expected.equals
        if isinstance(side, SourceSide):
            return f"{shown_side(side)} is"
        if isinstance(side, OdooSide):
            return f"{'sum of ' + side.sum if side.sum else 'count of records'} of {side.model} is"
        return "expected is"


def measured(target: Target, model: str, domain: Sequence[Any], field: str | None) -> Decimal:
    """The sum of a field, or the count, of the records that a domain finds, as Odoo's own lists show them.

    Archived records are none of them, unless the domain says something about `active`.
    """
    if field is None:
        return Decimal(target.client.search_count(model, domain, context=target.writing))
    return sum_of(target.client, model, domain, field, target.writing)
