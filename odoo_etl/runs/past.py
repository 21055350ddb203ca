"""The runs of a project as its ledger knows them, and the one that is meant: an id, how one begins, or the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from odoo_etl.errors import UsageError
from odoo_etl.runs.perform import open_state
from odoo_etl.runs.workspace import Workspace
from odoo_etl.state import JobEntry, Ledger, RunEntry

INTERRUPTED = (130, 143)
RunStatus = Literal["running", "done", "failed", "interrupted"]
PastJobStatus = Literal["running", "done", "failed", "interrupted", "skipped"]
LAST = "last"
MANY = 10_000  # a scheduler may be refused every minute while a long run lives
SHOWN = 3


def past_runs(workspace: Workspace, limit: int) -> list[PastRun]:
    """The last runs of a project, newest first."""
    project = workspace.load(with_jobs=False)
    with open_state(project) as ledger:
        return [_past_run(ledger, entry) for entry in ledger.runs(limit)]


def _past_run(ledger: Ledger, entry: RunEntry) -> PastRun:
    return PastRun(
        id=entry.id,
        command=entry.command,
        parent=entry.parent,
        plan=str(entry.arguments.get("plan", "")),
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


@dataclass(frozen=True, slots=True)
class PastJob:
    """A job of a past run, or a part of one.

    Attributes:
        part: i/N of a divided job, "" for the whole or what directs the parts.
        counts: rows by what became of them, those that are not 0; empty where the job did not come to its end.
    """

    job: str
    model: str
    part: str
    status: PastJobStatus
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run of a project; times are in UTC.

    Attributes:
        id: what `resume`, `retry` and `undo` know it by.
        parent: the run that it resumed, retried or undid, or "".
        status: `running` also of a run that was killed: it had no time to say so.
        exit_code: None where it has not ended.
        jobs: in the order in which they began.
        plan: the digest of the plan file that it applied, or "".
    """

    id: str
    command: str
    parent: str
    started_at: datetime
    finished_at: datetime | None
    status: RunStatus
    exit_code: int | None
    jobs: tuple[PastJob, ...]
    plan: str = ""


def by_name(ledger: Ledger, name: str) -> RunEntry | None:
    """The run of this id, or the one whose id begins so; None where there is none.

    Raises:
        UsageError: several begin so.
    """
    if exact := ledger.run(name):
        return exact
    found = ledger.runs_from(name, SHOWN + 1) if name else []
    if len(found) > 1:
        raise UsageError(f"several runs begin with {name!r}: {ids(found)}; say more of the id")
    return found[0] if found else None


def check_not_purged(ledger: Ledger, run: RunEntry, what: str) -> None:
    """A run whose records of what it did are gone.

    Args:
        what: cannot be done with it: `undone`, `resumed`, `retried`.

    Raises:
        UsageError: it was purged.
    """
    if at := ledger.purges.purged_at(run.id):
        raise UsageError(
            f"run {run.id} cannot be {what}: it was purged on {at:%Y-%m-%d}, and its before-images and rejects with it"
        )


def ids(runs: Iterable[RunEntry]) -> str:
    """Some runs as a message names them."""
    known = [one.id for one in runs]
    return ", ".join([*known[:SHOWN], *(["…"] if len(known) > SHOWN else [])]) or "none"
