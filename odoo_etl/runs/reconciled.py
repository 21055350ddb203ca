"""Comparing Odoo with the sources of jobs, record by record and as control sums, without writing.

It is a plan of jobs that would make Odoo wholly equal to their sources: whatever the plan would do is a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from odoo_etl.results import JobResult
from odoo_etl.runs.exit_codes import REJECTED
from odoo_etl.runs.selected import run
from odoo_etl.runs.work import Arguments, Open, Work
from odoo_etl.spec import JobSpec, VanishSpec, select_jobs

DIFFERS: Final = 4


def reconciling(opened: Open, arguments: Arguments) -> Work:
    """The jobs that the selectors pick, to be compared."""

    def begin() -> int:
        jobs = [replace(job, spec=comparing(job.spec)) for job in select_jobs(opened.project, arguments.selectors)]
        code = run(opened, jobs, arguments)
        return verdict(code, opened.jobs.results())

    return Work(begin, arguments)


def comparing(spec: JobSpec) -> JobSpec:
    """The job as one whose plan tells each difference, whatever the job itself would leave alone.

    Its source is read as a whole: rows that earlier runs have confirmed are compared, too.
    """
    vanish = VanishSpec(policy="report", max_shrink=100.0)
    return spec.model_copy(update={"target": spec.target.model_copy(update={"mode": "mirror", "vanish": vanish})})


def verdict(code: int, results: Sequence[JobResult]) -> int:
    """The exit code: that of a job which could not be compared, else whether anything differs."""
    return DIFFERS if code in {0, REJECTED} and any(map(_differs, results)) else code


def _differs(result: JobResult) -> bool:
    """Whether a job was found to differ; of a row that was rejected nobody knows that it is equal."""
    counts, vanished = result.counts, result.vanished
    found = counts.created + counts.updated + counts.rejected
    found += sum(one.is_error for one in result.expectations)
    return bool(found or (vanished is not None and (vanished.found or vanished.returned)))
