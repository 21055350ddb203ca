"""The judge of a job's expectations is put together here for one run, with the terms on which it judges."""

from __future__ import annotations

from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import JobSpec
from odoo_etl.state import CLOSING
from odoo_etl.sync.components import Reading
from odoo_etl.sync.expectations import (
    Expectations,
    Homes,
    JobRecords,
    Judge,
    NothingExpected,
    RowReader,
    Terms,
    expectation_misfits,
)
from odoo_etl.sync.misfits import refuse
from odoo_etl.sync.reported_rows import ReportedRows
from odoo_etl.sync.request import JobRequest

SOME_ROWS = "the run takes only some rows of the source"
ONE_PART = "this is one part of the job; what all rows say is judged when the last part has ended"
NEW_ROWS = "rows that earlier runs confirmed are not read again; `--full-refresh` reads all"


def assemble_expectations(
    spec: JobSpec, reading: Reading, so_far: JobSoFar, request: JobRequest, *, leaves_out: bool
) -> Expectations:
    """Choose what judges the expectations of a job, once Odoo knows the models and fields that they name.

    Args:
        leaves_out: the source was opened without what earlier runs have confirmed.

    Raises:
        SpecError: Odoo lacks one of them.
    """
    if not spec.expect:
        return NothingExpected()
    refuse(expectation_misfits(spec, reading.target.client, reading.target.writing), request.problem)
    partial = NEW_ROWS if leaves_out else _partial(request)
    booking, compares = request.booking, request.compares
    closes = booking is not None and booking.job_part.part == CLOSING
    plans = request.planned is not None and not compares
    terms = Terms(request.now(), partial, plans=plans, compares=compares, wrote=closes)
    return Judge(spec, reading.target, job_records(spec, reading), so_far, terms)


def job_records(spec: JobSpec, reading: Reading) -> JobRecords:
    """Build what finds the records that the rows of a job stand for."""
    reader = RowReader(reading.mapper, ReportedRows(spec).file_names, Homes(spec))
    return JobRecords(reader, reading.lookups, reading.finder, spec.target.own_key)


def _partial(request: JobRequest) -> str:
    """Why a run does not see all rows of the job, or ""."""
    if request.rows.is_whole:
        return ""
    return ONE_PART if request.rows.is_measured else SOME_ROWS
