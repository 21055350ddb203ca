"""Runs the jobs that create what lookups of another job do not find; `missing_records` says which those are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from odoo_etl.observers import JobObserver
from odoo_etl.results import RejectedRow
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import Source
from odoo_etl.spec import JobSpec
from odoo_etl.state import ALL
from odoo_etl.sync.extent import SomeRows
from odoo_etl.sync.job import run_job
from odoo_etl.sync.misfits import without_file
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.reported_rows import NoSink
from odoo_etl.sync.request import JobRequest, Made


class Reasons:
    """The sink of such a job: the rows that lack a rejected record tell why, and have the file."""

    def __init__(self) -> None:
        self.by_line: dict[int, str] = {}

    def begin(self, job: str, columns: list[str]) -> None:
        """No file is begun."""

    def keep(self, _job: str, row: RejectedRow) -> None:
        """Remember why the record was not created."""
        self.by_line[row.line] = row.reason

    def end(self, _job: str) -> str:
        """There is no file."""
        return ""


def supplied(
    job: str, client: Odoo, observer: JobObserver, begin: Callable[[str, str], JobSoFar], request: JobRequest
) -> JobRequest:
    """The request for a job, with what its lookups are to create run as jobs of their own.

    Args:
        begin: takes note that one begins; its result so far.
    """

    def create(spec: JobSpec, source: Source) -> Made:
        so_far, reasons = begin(spec.job, spec.target.model), Reasons()
        booking = request.booking and replace(
            request.booking,
            resumed=None,
            job_part=ALL,
            full_refresh=False,
            retried="",
            made_for=job,
            made_in=request.booking.job_part,
        )
        own = replace(
            request,
            booking=booking,
            rows=SomeRows(source),
            rejects=reasons,
            skipped=NoSink(),
            problem=without_file,
            neighbours=None,
            create_missing=None,
            keep_success=None,
        )
        result = run_job(spec, client, observer, so_far, own)
        client.calls.subtract(result.calls)  # they are told in that job's result
        return Made(result, reasons.by_line)

    return replace(request, create_missing=create)
