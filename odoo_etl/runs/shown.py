"""Everything that is known of one run: from its folder, or from ledger and events where that is all there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path

from odoo_etl.errors import UsageError
from odoo_etl.rejects.beside import FOLDER
from odoo_etl.reporting.events import Events, JobEvents, is_alive, read_events
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.reporting.stored import Unreadable, read_results
from odoo_etl.results import Counts, Destination, JobResult, RunResult, Status
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.past import LAST, SHOWN, PastRun, by_name, ids, told
from odoo_etl.runs.workspace import Workspace
from odoo_etl.state import JobEntry, Ledger, RunEntry

ENDED: Mapping[str, Status] = {"done": "done", "skipped": "skipped"}
COUNTED = frozenset(one.name for one in fields(Counts))


_NO_END = "nothing says how it ended"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the folder of a run: its path from there on, and its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class ShownRun:
    """Everything that is known of a run.

    Attributes:
        result: as the run left it; where it left none, what ledger and events say.
        missing: why the result is not the run's own, or "".
        past: the run as the ledger knows it; None of a plan, and of a run that ended before it had an entry there.
        is_running, is_killed: it has not said how it ended, and lives or not, as far as that can be seen here.
        purged_at: when it was purged; None where it was not.
        events: what it wrote while it went on; None where there is nothing.
        folder: where its files are, or would be.
        files: those that are there.
    """

    result: RunResult
    missing: str
    past: PastRun | None
    is_running: bool
    is_killed: bool
    purged_at: datetime | None
    events: Events | None
    folder: Path
    files: tuple[KeptFile, ...]


def shown_run(workspace: Workspace, name: str) -> ShownRun:
    """The run of a name. Raises UsageError: there is none, or several."""
    project = workspace.load(with_jobs=False)
    runs = project.state_dir / RUNS
    with open_state(project) as ledger:
        entry, folder = _found(ledger, runs, name)
        past = next(told(ledger, project.state_dir, [entry])) if entry else None
        events = read_events(folder)
        result, missing = _result(ledger, entry, folder, events)
        is_open = entry.exit_code is None if entry else bool(missing)
        is_dead = is_open and is_alive(folder) is False
        if is_dead:
            result = replace(result, jobs=tuple([_cut_short(one, events) for one in result.jobs]))
        purged_at = ledger.purges.purged_at(entry.id) if entry else None
    running = is_open and not is_dead
    return ShownRun(result, missing, past, running, is_dead, purged_at, events, folder, tuple(_files(folder)))


def _found(ledger: Ledger, runs: Path, name: str) -> tuple[RunEntry | None, Path]:
    """The entry and the folder of the run that is meant; one of both may be missing."""
    if name == LAST:
        newest = next(iter(ledger.runs(1)), None)
        folder = next(_later(runs, newest.id if newest else ""), None)
        entry = None if folder else newest
    else:
        entry = by_name(ledger, name)
        folder = None if entry else _by_name(runs, name)
    if entry is None and folder is None:
        raise UsageError(f"there is no run {name!r}; the last ones: {ids(ledger.runs(SHOWN))}")
    return entry, folder or runs / (entry.id if entry else "")


def _later(runs: Path, newest: str) -> Iterator[Path]:
    """The folders of runs that ended before the ledger heard of them, the newest first; plans are no runs."""
    for folder in sorted(_folders(runs), reverse=True):
        if folder.name <= newest:
            return
        try:
            if not read_results(folder).is_plan:
                yield folder
        except Unreadable:
            continue


def _by_name(runs: Path, name: str) -> Path | None:
    found = [folder for folder in _folders(runs) if name and folder.name.startswith(name)]
    if len(found) > 1 and name not in {folder.name for folder in found}:
        known = ", ".join(folder.name for folder in found[:SHOWN])
        raise UsageError(f"several runs begin with {name!r}: {known}; say more of the id")
    return found[0] if found else None


def _folders(runs: Path) -> list[Path]:
    return sorted(path for path in runs.iterdir() if path.is_dir()) if runs.is_dir() else []


def _files(folder: Path) -> Iterator[KeptFile]:
    if folder.is_dir():
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != FOLDER):
            yield KeptFile(str(path.relative_to(folder)), path.stat().st_size)


def _result(ledger: Ledger, entry: RunEntry | None, folder: Path, events: Events | None) -> tuple[RunResult, str]:
    """The result of a run, and why it is not its own."""
    try:
        return read_results(folder), ""
    except Unreadable as error:
        missing = str(error) if folder.is_dir() else "the folder of the run is not on this machine"
    if entry is None:
        return RunResult(folder.name, "", events.started_at if events else "", folder=folder), missing
    jobs = [_job(one, events) for one in ledger.jobs(entry.id) if not one.details.get("again")]
    ended = entry.finished_at
    known = RunResult(
        run_id=entry.id,
        command=entry.command,
        started_at=entry.started_at.isoformat(timespec="seconds"),
        environment=str(entry.arguments.get("environment", "")),
        parent=entry.parent,
        finished_at=ended.isoformat(timespec="seconds") if ended else "",
        elapsed_s=(ended - entry.started_at).total_seconds() if ended else events.last_at_s if events else 0.0,
        exit_code=entry.exit_code or 0,
        jobs=(*jobs, *_begun(jobs, events)),
        folder=folder,
    )
    return known, missing


def _job(entry: JobEntry, events: Events | None) -> JobResult:
    """A job as the ledger has it; one that did not end as its events have it."""
    own = events.jobs.get(entry.job, JobEvents()) if events else JobEvents()
    status = "failed" if entry.has_failed else ENDED.get(entry.status, "failed")
    counts = entry.counts or own.counts
    place = entry.details.get("destination")
    return JobResult(
        entry.job,
        entry.model,
        status,
        entry.part,
        Counts(**{name: int(count) for name, count in counts.items() if name in COUNTED}),
        reject_codes=_codes(own),
        calls={name: call.calls for name, call in own.calls.items()},
        destination=Destination(**place) if place else None,
        elapsed_s=_took(own),
        error="" if status == "done" else str(entry.details.get("why") or own.ended.get("error") or _NO_END),
    )


def _cut_short(job: JobResult, events: Events | None) -> JobResult:
    """A job of a run that was killed: rows of which nothing was heard are failed, as in every run that ends early."""
    rows = events.jobs[job.job].rows if events and job.job in events.jobs else None
    if job.status != "failed" or rows is None:
        return job
    counts = replace(job.counts, read=max(rows, job.counts.read))
    return replace(job, counts=counts.plus(failed=max(0, counts.read - counts.accounted)))


def _begun(known: Sequence[JobResult], events: Events | None) -> Iterator[JobResult]:
    """The jobs that events tell of, and the ledger does not: what went wrong did so before they had an entry."""
    for name, own in (events.jobs if events else {}).items():
        if name and own.ended and name not in {job.job for job in known}:
            error = str(own.ended.get("error", ""))
            yield JobResult(name, str(own.ended.get("model", "")), "failed" if error else "done", error=error)


def _codes(job: JobEvents) -> dict[str, int]:
    codes = dict[str, int]()
    for (_, code), rows in job.rejected.items():
        codes[code] = codes.get(code, 0) + rows
    return codes


def _took(job: JobEvents) -> float:
    begin = job.phases[0][0] if job.phases else job.points[0][0] if job.points else 0.0
    return float(job.ended.get("elapsed_s") or (job.points[-1][0] - begin if job.points else 0.0))
