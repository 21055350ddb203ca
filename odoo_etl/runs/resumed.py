"""Going on with a run where it ended, with its arguments as the ledger holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_etl.errors import Busy, StalePlan, UsageError
from odoo_etl.runs.applied import going_on
from odoo_etl.runs.followed import within
from odoo_etl.runs.jobs import AGAIN, Before, looks_of
from odoo_etl.runs.past import LAST, MANY, SHOWN, by_name, check_not_purged, ids
from odoo_etl.runs.selected import run as run_jobs
from odoo_etl.runs.work import Arguments, Open, Work
from odoo_etl.runs.workspace import MOST_WORKERS
from odoo_etl.spec import select_jobs
from odoo_etl.state import CLOSING, JobEntry, Ledger, RunEntry
from odoo_etl.sync.staging import Part

RESUMABLE = ("run", "resume", "apply")


def resuming(opened: Open, run: str, executor: Mapping[str, Any]) -> Work:
    """The jobs of a run, or of the last one that ended early, from where each had come to.

    Args:
        executor: what differs from the executor that the run had.
    """
    entry = opened.followed or entry_of(opened.ledger, run)
    begun, looks = begun_of(opened.ledger, entry), looks_of(opened.ledger, entry)
    if entry.arguments.get("plan"):
        return _under_a_plan(opened, entry, Before(begun, looks), executor)
    stored = stored_arguments(entry)
    jobs = select_jobs(opened.project, stored.selectors)
    if stored.part:  # to the run it is the whole, beside what it may have closed
        whole = {stored.part: "", CLOSING: CLOSING}
        begun = {(job, whole[its]): one for (job, its), one in begun.items() if its in whole}
    has_cluster = bool(opened.project.project.executor.scheduler)
    where = stored.executor_for(executor, entry.id, has_cluster=has_cluster)
    arguments = Arguments(stored.selectors, stored.part, where, stored.limit, stored.full_refresh)
    arguments = replace(arguments, success=stored.success or opened.request.workspace.success)
    return Work(lambda: run_jobs(opened, jobs, arguments, before=Before(begun, looks)), arguments, entry.id)


def _under_a_plan(opened: Open, entry: RunEntry, before: Before, executor: Mapping[str, Any]) -> Work:
    """The same of a run that applies a plan file, which holds for what is left, too.

    Raises:
        UsageError: it is to be divided, or had found the plan stale before it began.
    """
    if executor:
        raise UsageError(f"run {entry.id} applies a plan file, which one process does: leave --workers out")
    if entry.exit_code == StalePlan.exit_code and not before.begun:
        raise UsageError(
            f"nothing to resume: run {entry.id} found its plan file stale and wrote nothing; plan again with --out"
        )
    return going_on(opened, entry, before)


def entry_of(ledger: Ledger, run: str, told: str | None = None) -> RunEntry:
    """The run that is meant; of one that only tried to go on, and began nothing, the run that it was to go on with.

    Args:
        told: given, the last one of this environment is meant.

    Raises:
        UsageError: there is none, it needs no resuming, or cannot be resumed.
    """
    entry = _last(ledger, told) if run == LAST else _named(ledger, run)
    while entry.command == "resume" and not _begun(ledger, entry) and (parent := ledger.run(entry.parent)):
        entry = parent
    if undone := ledger.lineage.undone_by(entry.id):
        raise UsageError(
            f"run {entry.id} was undone by run {undone}, so it is not gone on with: `odoo-etl run` loads its rows again"
        )
    check_not_purged(ledger, entry, "resumed")
    return entry


def begun_of(ledger: Ledger, entry: RunEntry) -> dict[tuple[str, str], JobEntry]:
    """Job and part to the entry to go on with: that of a second look at a job that was done is none."""
    entries = [one for one in ledger.jobs(entry.id) if one.status != "skipped" and not one.details.get(AGAIN)]
    return {(one.job, one.part): one for one in entries}


def _last(ledger: Ledger, told: str | None) -> RunEntry:
    """The last run that was not refused, as long as it did not end well."""
    runs = (one for one in within(ledger.runs(MANY, RESUMABLE), told) if one.exit_code != Busy.exit_code)
    last = next(runs, None)
    if last is None or last.ended_well:
        why = f"the last run, {last.id}, ended well" if last else "there is no run yet that was not refused"
        raise UsageError(f"nothing to resume: {why}")
    return last


def _named(ledger: Ledger, run: str) -> RunEntry:
    entry = by_name(ledger, run)
    if entry is None or entry.command not in RESUMABLE:
        raise UsageError(f"there is no run {run!r} to resume; the last ones: {ids(ledger.runs(SHOWN, RESUMABLE))}")
    if entry.ended_well:
        raise UsageError(f"nothing to resume: run {entry.id} ended well")
    if entry.exit_code == Busy.exit_code:
        raise UsageError(
            f"nothing to resume: run {entry.id} was refused, since another one was alive (exit code {Busy.exit_code});"
            " `odoo-etl run` starts anew"
        )
    return entry


def _begun(ledger: Ledger, entry: RunEntry) -> bool:
    return any(one.status != "skipped" for one in ledger.jobs(entry.id))


@dataclass(frozen=True, slots=True)
class StoredArguments:
    """The command line of an earlier run, as far as it may be asked for again.

    Attributes:
        executor: into how many parts jobs are divided; never where these work.
        on_cluster: the command line had named a Dask scheduler.
    """

    selectors: list[str] = field(default_factory=list)
    part: str = ""
    executor: Mapping[str, int] = field(default_factory=dict)
    on_cluster: bool = False
    limit: int | None = None
    full_refresh: bool = False
    success: bool = False

    def executor_for(self, wanted: Mapping[str, Any], run: str, *, has_cluster: bool) -> dict[str, Any]:
        """The executor of a run that goes on: what its own command line wants, else what the first one had.

        Args:
            has_cluster: project.yaml names a scheduler.

        Raises:
            UsageError: the first one had a Dask cluster, and nobody says where that is now.
        """
        if self.on_cluster and not (has_cluster or wanted):
            raise UsageError(
                f"run {run} was divided on a Dask cluster: say again where that is, with --scheduler ADDRESS (the"
                " ledger is not asked for it), or divide what is left among processes of this machine, with --workers N"
            )
        return {**self.executor, **wanted}


def stored_arguments(entry: RunEntry) -> StoredArguments:
    """The arguments of a run, once they are known to be some that a command line could have had.

    Raises:
        UsageError: they are not.
    """
    given = entry.arguments
    executor = given.get("executor", {})
    selectors, part, limit = given.get("selectors", []), given.get("part", ""), given.get("limit")
    anew, success = given.get("full_refresh", False), given.get("success", False)
    workers = executor.get("workers") if isinstance(executor, dict) else False
    fits = {
        "selectors": isinstance(selectors, list) and all(isinstance(one, str) for one in selectors),
        "part": isinstance(part, str) and _is_part(part),
        "limit": limit is None or _is_whole(limit),
        "full_refresh": isinstance(anew, bool),
        "success": isinstance(success, bool),
        "executor": workers is None or _is_whole(workers, MOST_WORKERS),
    }
    if wrong := [name for name, fit in fits.items() if not fit]:
        raise UsageError(
            f"run {entry.id} cannot go on: what the ledger holds of its command line ({', '.join(wrong)}) is none that"
            " odoo-etl has had; start anew with `odoo-etl run`: it finds what is already there"
        )
    divided = {"workers": workers} if workers else {}
    return StoredArguments(selectors, part, divided, bool(executor.get("scheduler")), limit, anew, success)


def _is_whole(value: Any, most: float = float("inf")) -> bool:
    return type(value) is int and 1 <= value <= most


def _is_part(text: str) -> bool:
    try:
        return not text or bool(Part.parse(text))
    except UsageError:
        return False
