"""The runs of a project as its ledger knows them, and the one that is meant: an id, how one begins, or the last."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import filter as filter_names
from operator import attrgetter
from pathlib import Path
from typing import Literal

from odoo_etl.errors import UsageError
from odoo_etl.reporting.events import is_alive
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.reporting.stored import Unreadable, read_results
from odoo_etl.results import Destination, RunResult
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.workspace import Workspace
from odoo_etl.state import JobEntry, Ledger, RunEntry

INTERRUPTED = (130, 143)
RunStatus = Literal["running", "killed", "done", "failed", "interrupted"]
PastJobStatus = Literal["running", "done", "failed", "interrupted", "skipped"]
LAST = "last"
MANY = 10_000  # a scheduler may be refused every minute while a long run lives
SHOWN = 3
MOST_FOLDERS = 1000  # that no ledger knows: of plans, and of runs that did not begin


def past_runs(workspace: Workspace, limit: int, jobs: Sequence[str] = ()) -> list[PastRun]:
    """The last runs of a project, or those of some jobs, newest first."""
    project = workspace.load(with_jobs=False)
    with open_state(project) as ledger:
        names = _named(ledger, jobs)
        entries = ledger.runs(limit, of_jobs=names) if names or not jobs else []
        runs = list(told(ledger, project.state_dir, entries, names))
        if not jobs:
            since = entries[-1].id if len(entries) == limit else ""
            runs += not_begun(ledger, project.state_dir / RUNS, since)
    return sorted(runs, key=attrgetter("id"), reverse=True)[:limit]


def not_begun(ledger: Ledger, runs: Path, since: str, until: str = "", most: int = MOST_FOLDERS) -> Iterator[PastRun]:
    """The runs that ended before the ledger heard of them: their folders know them; a plan is no run.

    Args:
        runs: the folder of their folders.
        since: the id of the oldest run that is of interest.
        until: the id of the run before which they began; "" for any time.
        most: so many folders are looked into, the newest ones.
    """
    names = {name for name in _names_in(runs) if since <= name and (not until or name < until)}
    for name in sorted(names - ledger.past.known(names), reverse=True)[:most]:
        with suppress(Unreadable):
            if (run := _not_begun(read_results(runs / name))) is not None:
                yield run


def _names_in(folder: Path) -> list[str]:
    """The names of what is in a folder; of many thousands a path each would take longer than all the rest."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except OSError:
        return []


def _not_begun(result: RunResult) -> PastRun | None:
    """A result as that of a run that had not begun; one with jobs is known to another ledger."""
    if result.is_plan or result.jobs or not result.exit_code:
        return None
    return PastRun(
        id=result.run_id,
        command=result.command,
        parent=result.parent,
        started_at=datetime.fromisoformat(result.started_at),
        finished_at=datetime.fromisoformat(result.finished_at),
        status="interrupted" if result.exit_code in INTERRUPTED else "failed",
        exit_code=result.exit_code,
        jobs=(),
        environment=result.environment,
        error=result.error,
    )


def told(ledger: Ledger, state_dir: Path, entries: Sequence[RunEntry], jobs: Collection[str] = ()) -> Iterator[PastRun]:
    """Runs as a person or a program is told of them.

    Args:
        jobs: the only ones to be told of; without any, all.
    """
    after = ledger.following([entry.id for entry in entries])
    all_jobs = ledger.past.jobs_of([entry.id for entry in entries])
    for entry in entries:
        own = [one for one in all_jobs.get(entry.id, ()) if not jobs or one.job in jobs]
        places = [one.details["destination"] for one in own if one.details.get("destination")]
        yield PastRun(
            id=entry.id,
            command=entry.command,
            parent=entry.parent,
            plan=str(entry.arguments.get("plan", "")),
            started_at=entry.started_at,
            finished_at=entry.finished_at,
            status=_status(entry, state_dir / RUNS / entry.id),
            exit_code=entry.exit_code,
            jobs=tuple(_past_jobs(own)),
            environment=str(entry.arguments.get("environment", "")),
            destinations=tuple(dict.fromkeys(Destination(**place) for place in places)),
            followed_by={one.id: one.command for one in after if one.parent == entry.id},
            error="" if own or not entry.exit_code else _error(state_dir / RUNS / entry.id),
        )


def _named(ledger: Ledger, jobs: Sequence[str]) -> set[str]:
    """The jobs that names and globs mean, among those that the ledger knows.

    Raises:
        UsageError: one means none.
    """
    known = ledger.job_names() if jobs else set[str]()
    for one in jobs:
        if not filter_names(known, one):
            raise UsageError(f"no run had a job {one!r}; jobs: {', '.join(sorted(known)) or 'none'}")
    return {name for one in jobs for name in filter_names(known, one)}


def _past_jobs(entries: Sequence[JobEntry]) -> Iterator[PastJob]:
    for entry in entries:
        if not entry.details.get("again"):  # a second look at a job, whose first entry says what became of it
            status = "failed" if entry.has_failed else entry.status
            yield PastJob(entry.job, entry.model, entry.part, status, _counted(entry))


def _error(folder: Path) -> str:
    """Why a run without jobs ended, as its folder knows it."""
    with suppress(Unreadable):
        return read_results(folder).error
    return ""


def _counted(entry: JobEntry) -> dict[str, int]:
    return {kind: count for kind, count in entry.counts.items() if count}


def _status(entry: RunEntry, folder: Path) -> RunStatus:
    if entry.exit_code is None:
        return "killed" if is_alive(folder) is False else "running"
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
        status: `running` also of a run that was killed on another machine: here nobody can see that.
        exit_code: None where it has not ended.
        jobs: in the order in which they began.
        plan: the digest of the plan file that it applied, or "".
        environment: of project.yaml, or "".
        destinations: where its jobs wrote.
        followed_by: the runs that resumed, retried or undid it, by id, with their commands.
        error: why it ended before it began, or "".
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
    environment: str = ""
    destinations: tuple[Destination, ...] = ()
    followed_by: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def elapsed_s(self) -> float | None:
        """How long it took, in seconds; None where it has not ended."""
        return None if self.finished_at is None else (self.finished_at - self.started_at).total_seconds()


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
