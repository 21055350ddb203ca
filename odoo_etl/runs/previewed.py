"""The use case `preview`: the first rows of one job as a run would take them; nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Final

from odoo_etl.connections import destination, open_client
from odoo_etl.errors import OdooEtlError, UsageError
from odoo_etl.mapping import key_columns, named_columns
from odoo_etl.odoo import OdooClient, RetryPolicy
from odoo_etl.previewing import Planning, picked, preview_offline, preview_online
from odoo_etl.previews import JobPreview, Pick
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.workspace import Workspace
from odoo_etl.snapshots import read_snapshots
from odoo_etl.sources import open_rows
from odoo_etl.spec import Job, Project, select_jobs
from odoo_etl.sync.session import Booking
from odoo_etl.sync.writing import Settler

CANNOT_START: Final = 5
_SQLITE: Final = "sqlite:///"


def preview_job(workspace: Workspace, name: str, rows: int, pick: Pick | None, *, offline: bool) -> JobPreview:
    """Show the first rows of a job.

    Args:
        name: of the job, or any selector that picks one.
        rows: at most so many.
        offline: ask no server.

    Raises:
        UsageError: there is no such job, or no row can be picked like that.
        SourceError: the source cannot be read to pick rows.
    """
    project = workspace.load()
    job, pick = _one(project, name), pick or Pick()
    if offline:
        return _offline(project, job, rows, pick)
    shown = _online(project, job, rows, pick)
    if shown.exit_code != CANNOT_START or shown.records:
        return shown
    known = _offline(project, job, rows, pick)
    notes = ("no server could be asked: this is what is known without one", *known.notes)
    return replace(known, notes=notes, error=shown.error, exit_code=CANNOT_START)


def _one(project: Project, name: str) -> Job:
    jobs = select_jobs(project, [name], connected=False)
    if len(jobs) != 1:
        raise UsageError(f"`{name}` picks {len(jobs)} jobs ({', '.join(one.name for one in jobs)}): name one of them")
    return jobs[0]


def _online(project: Project, job: Job, rows: int, pick: Pick) -> JobPreview:
    """The rows as a run would take them; what keeps it from that is told in the result."""
    source = picked(job.spec, pick)
    try:
        connection = project.connection(job.spec.target.connection)
        asked = open_client(connection, project.state_dir, pool_size=1, retry=RetryPolicy(attempts=2))
        with asked as client, _booked(project, client) as booking:
            planning = Planning(client, rows, source, booking, job.problem, _makers(project, job))
            shown = preview_online(job.spec, planning)
            return replace(shown, destination=str(destination(job.spec.target.connection, project, client)))
    except OdooEtlError as error:
        code = CANNOT_START if job.spec.target.connection in project.unusable else error.exit_code
        return JobPreview(job.name, job.spec.target.model, error=str(error), exit_code=code)


def _offline(project: Project, job: Job, rows: int, pick: Pick) -> JobPreview:
    source = picked(job.spec, pick) or open_rows(job.spec, key_columns(job.spec), named_columns(job.spec))
    return preview_offline(job.spec, source, rows, read_snapshots(project.schema_dir))


def _makers(project: Project, job: Job) -> dict[str, str]:
    """Model to the job that runs before this one and creates records of it."""
    before = [project.jobs[name] for name in sorted(project.depends_on.get(job.name, ())) if name in project.jobs]
    return {model: one.name for one in before for model in one.spec.creates | one.spec.supplied}


@contextmanager
def _booked(project: Project, client: OdooClient) -> Iterator[Booking | None]:
    """The ledger as a plan looks into it; none where no run has made one yet."""
    with open_state(project) if _has_ledger(project) else nullcontext() as ledger:
        if ledger is None:
            yield None
            return
        yield Booking(
            ledger=ledger,
            run_id="",
            database=client.db,
            settler=Settler(),
            note=lambda _: None,
        )


def _has_ledger(project: Project) -> bool:
    """Whether the ledger is there; asking for one that is a file would make it."""
    url = project.project.state.url.get_secret_value()
    return not url.startswith(_SQLITE) or (project.root / url.removeprefix(_SQLITE)).is_file()
