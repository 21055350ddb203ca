"""Forgetting old runs, and single records: what goes, what stays, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Final

from odoo_etl.errors import Busy, UsageError
from odoo_etl.purging import RunFolders, WantedKeys, forget_in_ledger
from odoo_etl.reporting.run_folder import KEPT_PLANS, RUNS
from odoo_etl.runs.logs import FOLDERS as LOGS
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.past import MANY
from odoo_etl.runs.told import KeptRun, PurgeResult
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import EXTERNAL_ID, Project
from odoo_etl.spool_folders import sweep
from odoo_etl.state import Ledger

RESUMABLE: Final = ("run", "resume")
STILL_IN_FILE: Final = (
    "another process uses the ledger, so what was purged may still lie in unused parts of its file: purge again later"
)
_AGE = re.compile(r"(\d+)\s*([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def moment_of(before: str | datetime | timedelta, now: datetime) -> datetime:
    """The moment that a person means: `90d`, `12w`, `6m`, `2y` ago, or a date.

    Raises:
        UsageError: it is none, or in the future.
    """
    moment = (
        _read(before, now) if isinstance(before, str) else now - before if isinstance(before, timedelta) else before
    )
    if moment is None:
        raise UsageError(f"--before {before!r} is no age and no date; write it like 90d, 12w, 6m, 2y or 2026-01-31")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > now:
        raise UsageError(f"--before {before!r} is in the future: all runs would go, also those that go on")
    return moment


def _read(text: str, now: datetime) -> datetime | None:
    if match := _AGE.fullmatch(text.strip()):
        return now - timedelta(days=int(match[1]) * _DAYS[match[2]])
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wish of a person: which runs, or which records, are to be purged.

    Attributes:
        before: runs that ended earlier, as a person writes it.
        keys: of records, as a person writes them.
        jobs: only runs of nothing but these jobs, or their records.
        planned: only say what would go.
    """

    before: str | datetime | timedelta | None = None
    keys: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    planned: bool = False


def purge_project(workspace: Workspace, wanted: Wanted, temporary: Path | None = None) -> PurgeResult:
    """Forget, or only say what would be forgotten; raises as `use_cases.purge` does.

    Args:
        temporary: where runs put rows aside; by default the system's folder for that. What the dead left there goes.
    """
    now = datetime.now(UTC)
    if wanted.before is None and not wanted.keys:
        raise UsageError("say what to purge: runs older than --before 90d, or the records of --key VALUE")
    if blank := [key for key in wanted.keys if not key.strip("| ")]:
        raise UsageError(f"--key {blank[0]!r} is empty: give the key of a record, or its values with | between them")
    moment = None if wanted.before is None else moment_of(wanted.before, now)
    project = workspace.load()
    if not wanted.planned:
        sweep(temporary or Path(gettempdir()))
    folders = RunFolders(project.state_dir / RUNS)
    with open_state(project) as ledger:
        _check_jobs(ledger, project, wanted.jobs)
        if wanted.keys or moment is None:
            return _forget_keys(project, ledger, folders, wanted)
        result = purge_old(ledger, folders, OldRuns(moment, now, wanted.jobs), planned=wanted.planned)
        return result if wanted.planned else replace(result, notes=_compacted(ledger))


def _compacted(ledger: Ledger) -> tuple[str, ...]:
    """Give the room back; where that cannot be now, say so."""
    if ledger.purges.compact():
        return ()
    return (STILL_IN_FILE,)


def _check_jobs(ledger: Ledger, project: Project, jobs: Sequence[str]) -> None:
    known = {writer.job for writer in ledger.purges.writers()} | set(project.jobs)
    if unknown := [job for job in jobs if job not in known]:
        raise UsageError(f"no run of a job {unknown[0]!r} is known; the jobs are {', '.join(sorted(known)) or 'none'}")


@dataclass(frozen=True, slots=True)
class OldRuns:
    """Which runs are old.

    Attributes:
        before: they ended before that.
        now: the time by which folders of plans are over.
        jobs: only runs of nothing but these jobs; none for all.
    """

    before: datetime
    now: datetime
    jobs: tuple[str, ...] = ()


def purge_old(ledger: Ledger, folders: RunFolders, old: OldRuns, *, planned: bool) -> PurgeResult:
    """Forget old runs; those that are needed stay."""
    needed = needed_runs(ledger)
    ended = [one.id for one in ledger.purges.ended_before(old.before)]
    unbooked = [name for name in folders.begun_before(old.before, old.now) if ledger.run(name) is None]
    meant = [one for one in ended if _is_only_of(ledger, one, old.jobs)] + ([] if old.jobs else unbooked)
    going = [one for one in meant if one not in needed]
    size = 0
    for run_id in () if planned else going:
        size += folders.remove(run_id)
        ledger.alerts.forget_values(run_id)
        if run_id in ended:
            ledger.purges.forget_run(run_id)
    kept = tuple(KeptRun(one, needed[one]) for one in meant if one in needed)
    return PurgeResult(planned, old.before, tuple(going), kept, size)


def needed_runs(ledger: Ledger) -> dict[str, str]:
    """The runs that no purge takes, each with the reason."""
    needed = dict.fromkeys(ledger.purges.with_open_parts(), "other parts of its jobs are not done yet")
    last = next((one for one in ledger.runs(MANY, RESUMABLE) if one.exit_code != Busy.exit_code), None)
    if last is not None and not last.ended_well:
        line = dict.fromkeys(ledger.lineage.of(last.id), f"run {last.id} can be resumed, and goes on from it")
        needed |= {**line, last.id: "it did not end well, and can be resumed"}
    return needed | dict.fromkeys(ledger.purges.living(), "it is running")


def _is_only_of(ledger: Ledger, run_id: str, jobs: Sequence[str]) -> bool:
    return not jobs or {one.job for one in ledger.jobs(run_id)} <= set(jobs)


def _forget_keys(project: Project, ledger: Ledger, folders: RunFolders, wanted: Wanted) -> PurgeResult:
    """Take the records of keys out of the ledger, the folders of all runs, plans, and what servers and runs said."""
    if wanted.before is not None:
        raise UsageError("--key goes with no --before: a record is forgotten in all runs")
    if alive := sorted(ledger.purges.living()):
        raise Busy(f"run {alive[0]} is alive, and may write of the key meanwhile: purge a key when no run is alive")
    keys, planned = WantedKeys.of(wanted.keys), wanted.planned
    names = {job.name: job.spec.target.own_key or (EXTERNAL_ID,) for job in project.jobs.values()}
    if not planned:
        ledger.alerts.forget_values()
    told = forget_in_ledger(ledger, keys, names, wanted.jobs, planned=planned)
    rows, gone = 0, list[str]()
    beside = RunFolders(project.state_dir)
    others = [(beside, name) for name in (KEPT_PLANS, *LOGS)]
    places = () if planned else [*((folders, run) for run in folders.all()), *others]
    for where, name in places:
        its, files = where.forget(name, keys, wanted.jobs)
        rows, gone = rows + its, [*gone, *(f"{name}/{file}" for file in files)]
    notes = [*told.notes, *([f"files that named a key went whole: {', '.join(gone)}"] if gone else [])]
    notes += () if planned else _compacted(ledger)
    return PurgeResult(planned, None, records=told.records, rows=rows, notes=tuple(notes))
