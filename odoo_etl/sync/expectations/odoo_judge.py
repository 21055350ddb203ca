"""Judges `expect.odoo` when all is written: the job's own records in one reading, then what domains find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from odoo_etl.results import Expectation
from odoo_etl.spec import JobSpec
from odoo_etl.sync.expectations.job_records import JobRecords, Sayings, Standing
from odoo_etl.sync.expectations.odoo_checks import OdooCheck
from odoo_etl.sync.expectations.source_numbers import SourceNumbers
from odoo_etl.sync.expectations.terms import left_open
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session import RejectedLines
from odoo_etl.sync.staging import Gathered

REJECTED = "missing in Odoo: its row was rejected"


class OdooJudge:
    """Judges Odoo for one job.

    Args:
        records: finds the records that the job's rows stand for.
        numbers: of the source.
    """

    def __init__(self, spec: JobSpec, target: Target, records: JobRecords, numbers: SourceNumbers) -> None:
        self._spec, self._records, self._numbers = spec, records, numbers
        self._checks = [OdooCheck(one, target) for one in spec.expect.odoo]

    def leave_open(self, why: str) -> list[Expectation]:
        """Look at nothing."""
        both = zip(self._checks, self._spec.expect.odoo, strict=True)
        return [left_open(f"odoo[{n}]", check.about, one, why) for n, (check, one) in enumerate(both)]

    def judge(self, gathered: Gathered, rejected: RejectedLines, count: int) -> list[Expectation]:
        """Look at Odoo; what is found of each expectation.

        Args:
            count: how many rows were rejected.
        """
        checks = {n: one for n, one in enumerate(self._checks) if not self._lacks_number(n)}
        self._show_records([one for one in checks.values() if one.of_job], gathered, rejected)
        found = [one.verdict(f"odoo[{number}]", self._numbers) for number, one in checks.items()]
        return [_with_rejects(one, count) for one in found]

    def _lacks_number(self, number: int) -> bool:
        """Whether the source has no number to compare with; that was told before the first write."""
        side = self._spec.expect.odoo[number].of_source
        return side is not None and bool(self._numbers.wrong(side))

    def _show_records(self, checks: Sequence[OdooCheck], gathered: Gathered, rejected: RejectedLines) -> None:
        if not checks:
            return
        fields = list(dict.fromkeys(name for one in checks for name in one.fields))
        sayings = Sayings(self._spec, [side for one in checks for side in one.says])
        for page in self._records.pages(gathered, sayings, fields):
            for standing in page:
                _explain(standing, rejected)
            for check in checks:
                check.see(page)


def _explain(standing: Standing, rejected: RejectedLines) -> None:
    """Say of a record that is not there that its row was rejected."""
    if standing.row is None and standing.line in rejected.lines and rejected.is_unseen(standing.line, standing.file):
        standing.missing = REJECTED


def _with_rejects(found: Expectation, rejected: int) -> Expectation:
    """An expectation that is not met, with what may explain it."""
    if found.outcome != "failed" or not rejected:
        return found
    rows = "1 row was" if rejected == 1 else f"{rejected:,} rows were"
    return replace(found, told=f"{found.told} ({rows} rejected: Odoo may lack what they say)")
