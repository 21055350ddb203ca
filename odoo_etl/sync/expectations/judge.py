"""The judge of a job's expectations: of its source before the first write, of Odoo after the last one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from odoo_etl.results import Expectation
from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import JobSpec
from odoo_etl.sync.expectations.job_records import JobRecords
from odoo_etl.sync.expectations.odoo_judge import OdooJudge
from odoo_etl.sync.expectations.source_judge import SourceJudge
from odoo_etl.sync.expectations.terms import Terms, end_if_any
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session import RejectedLines
from odoo_etl.sync.staging import Gathered

_UNWRITTEN: Final = "Nothing was written"
_PLANNED: Final = "a plan writes nothing; `odoo-etl reconcile` compares Odoo as it is now"


class Expectations(Protocol):
    """Judges what a job expects. A run that only compares is not ended by what it finds."""

    def of_source(self, gathered: Gathered, /) -> None:
        """Judge the source, before the first write. Raises NotAsExpected."""

    def of_odoo(self, gathered: Gathered, rejected: RejectedLines, /) -> None:
        """Judge Odoo, after the last write. Raises NotAsExpected."""


class NothingExpected:
    """The expectations of a job that says none."""

    def of_source(self, _gathered: Gathered, /) -> None:
        """Take the source as it is."""

    def of_odoo(self, _gathered: Gathered, _rejected: RejectedLines, /) -> None:
        """Take Odoo as it is."""


class Judge:
    """Judges the expectations of one job, and tells each in its result.

    Args:
        records: finds the records that the job's rows stand for.
    """

    def __init__(self, spec: JobSpec, target: Target, records: JobRecords, so_far: JobSoFar, terms: Terms) -> None:
        self._spec, self._so_far, self._terms = spec, so_far, terms
        self._source = SourceJudge(spec, records.reader, terms.partial, terms.now)
        self._odoo = OdooJudge(spec, target, records, self._source.numbers)

    def of_source(self, gathered: Gathered, /) -> None:
        """Judge the source."""
        if not self._spec.expect.reads_source:
            return
        self._tell(self._source.judge(gathered))
        if not self._terms.compares:
            wrote = "Other parts of the job have written" if self._terms.wrote else _UNWRITTEN
            end_if_any(self._so_far.result.expectations, "the source is", wrote)

    def of_odoo(self, gathered: Gathered, rejected: RejectedLines, /) -> None:
        """Judge Odoo."""
        terms = self._terms
        if why := terms.partial or (_PLANNED if terms.plans else ""):
            self._tell(self._odoo.leave_open(why))
            return
        self._tell(self._odoo.judge(gathered, rejected, self._so_far.result.counts.rejected))
        if not terms.compares:
            end_if_any(self._so_far.result.expectations, "Odoo is", "What was written stands")

    def _tell(self, found: Sequence[Expectation]) -> None:
        self._so_far.add(expectations=tuple(found))
        for one in found:
            if one.outcome == "failed" and one.severity == "warn":
                self._so_far.note(f"not as expected, {one.place} ({one.about}): {one.told}")
            elif one.outcome == "open" and self._terms.partial:
                self._so_far.note(f"{one.place} ({one.about}) is not judged: {one.told}")
