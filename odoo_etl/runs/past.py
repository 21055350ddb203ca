"""The runs of a project as its ledger knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odoo_etl.runs.past_run import PastJob, PastRun, RunStatus
from odoo_etl.runs.perform import open_state
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import load_project
from odoo_etl.state import JobEntry, Ledger, RunEntry

INTERRUPTED = (130, 143)


def past_runs(workspace: Workspace, limit: int) -> list[PastRun]:
    """The last runs of a project, newest first."""
    project = load_project(workspace.start, workspace.environment, upwards=workspace.upwards, with_jobs=False)
    with open_state(project) as ledger:
        return [_past_run(ledger, entry) for entry in ledger.runs(limit)]


def _past_run(ledger: Ledger, entry: RunEntry) -> PastRun:
    return PastRun(
        id=entry.id,
        command=entry.command,
        parent=entry.parent,
        started_at=entry.started_at,
        finished_at=entry.finished_at,
        status=_status(entry),
        exit_code=entry.exit_code,
        jobs=tuple(_past_jobs(ledger.jobs(entry.id))),
    )


def _past_jobs(entries: Sequence[JobEntry]) -> Iterator[PastJob]:
    for entry in entries:
        if not entry.details.get("again"):  # a second look at a job, whose first entry says what became of it
            yield PastJob(entry.job, entry.model, entry.part, entry.status, _counted(entry))


def _counted(entry: JobEntry) -> dict[str, int]:
    return {kind: count for kind, count in entry.counts.items() if count}


def _status(entry: RunEntry) -> RunStatus:
    if entry.exit_code is None:
        return "running"
    if entry.ended_well:
        return "done"
    return "interrupted" if entry.exit_code in INTERRUPTED else "failed"
