"""Measures as ledger and run folders have them: so they are right after a restart, whoever started the runs."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final

from odoo_etl.measuring.measures import JobMeasures, Measures, Waits
from odoo_etl.reporting.events import Calls, JobEvents, is_alive, read_events
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.reporting.stored import Unreadable, read_results
from odoo_etl.results import Counts, JobResult
from odoo_etl.state import JobEntry, LastRun, Ledger, RunEntry

OUTCOMES: Final = tuple(one.name for one in fields(Counts) if one.name != "not_attempted")
MOST_METHODS: Final = 30  # of a job; the calls of further ones are those of `other`
KEPT_FOLDERS: Final = 256
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """The facts that only the folder of a run has of its jobs."""

    results: Mapping[str, JobResult] = field(default_factory=dict)
    events: Mapping[str, JobEvents] = field(default_factory=dict)


class Gathering:
    """Gathers measures; what a run that has ended left is read once.

    Args:
        state_dir: where runs leave their folders.
        versions: name to version of what does the work.
        judge: the exit code of a run that had this job only.
    """

    def __init__(self, state_dir: Path, versions: Mapping[str, str], judge: Callable[[JobResult], int]) -> None:
        self._runs, self._versions, self._judge = state_dir / RUNS, versions, judge
        self._folders: OrderedDict[str, FolderFacts] = OrderedDict()

    def measures(self, ledger: Ledger, jobs: Iterable[str]) -> Measures:
        """The measures of some jobs, and of the ledger. Raises StateError."""
        tallies, last = ledger.tallies, dict[tuple[str, str], LastRun]()
        for one in tallies.last_runs(list(jobs)):  # the newest comes last
            last[one.job, str(one.run.arguments.get("environment", ""))] = one
        return Measures(
            jobs=tuple(self._job(one, environment, ledger) for (_, environment), one in sorted(last.items())),
            runs=tallies.runs(),
            ledger_bytes=tallies.size_bytes(),
            versions=self._versions,
        )

    def _job(self, last: LastRun, environment: str, ledger: Ledger) -> JobMeasures:
        run, facts = last.run, self._facts(last)
        result, events = facts.results.get(last.job), facts.events.get(last.job)
        whole = _whole(last.entries)
        stored = ledger.result_of(whole.id) if whole else {}
        codes = result.reject_codes if result else stored.get("reject_codes", _codes(events))
        known = JobMeasures(
            job=last.job,
            environment=environment,
            started_at=run.started_at.timestamp(),
            succeeded_at=last.succeeded_at.timestamp() if last.succeeded_at else None,
            rows=_rows(result, last.entries, events),
            rejects=codes,
            not_kept=_not_kept(result, stored),
            calls=_calls(events),
            waits={reason: Waits(events.waits[reason], events.waited[reason]) for reason in events.waits}
            if events
            else {},
        )
        if run.finished_at is None:
            return replace(known, running=self._is_running(run.id, ledger))
        took = (run.finished_at - run.started_at).total_seconds()
        return replace(
            known,
            finished_at=run.finished_at.timestamp(),
            duration_s=result.elapsed_s if result else took,
            exit_code=self._judge(result) if result else _code(whole, run),
        )

    def _is_running(self, run_id: str, ledger: Ledger) -> bool:
        """Whether a run that has not ended lives: by its folder, or of another machine by its locks."""
        alive = is_alive(self._runs / run_id)
        return run_id in ledger.purges.living() if alive is None else alive

    def _facts(self, last: LastRun) -> FolderFacts:
        """The facts of a run; those of the last ones that ended are kept."""
        name, folder = last.run.id, self._runs / last.run.id
        if name in self._folders:
            self._folders.move_to_end(name)
            return self._folders[name]
        facts = _read(folder)
        if last.run.finished_at is not None and facts.results:
            self._folders[name] = facts
            if len(self._folders) > KEPT_FOLDERS:
                self._folders.popitem(last=False)
        return facts


def _read(folder: Path) -> FolderFacts:
    results, events = dict[str, JobResult](), read_events(folder)
    with suppress(Unreadable):  # it has not ended, or ran elsewhere
        for one in read_results(folder).jobs:
            if one.job not in results or not one.part:
                results[one.job] = replace(one, changes=(), notes=(), reasons=(), reject_groups=())
    own = {name: replace(one, points=one.points[-1:], phases=[]) for name, one in events.jobs.items()} if events else {}
    return FolderFacts(results, own)


def _whole(entries: Sequence[JobEntry]) -> JobEntry | None:
    """The entry that says what became of the whole job."""
    return next((one for one in entries if not one.part and not one.details.get("again")), None)


def _code(whole: JobEntry | None, run: RunEntry) -> int | None:
    """The exit code of a job as the ledger knows it: that of its run may be another job's."""
    if whole is None or whole.status != "done":
        return run.exit_code
    return 3 if whole.counts.get("rejected") else 0


def _rows(result: JobResult | None, entries: Sequence[JobEntry], events: JobEvents | None) -> dict[str, int]:
    """Rows by outcome, every outcome among them."""
    if result is not None:
        return {kind: int(getattr(result.counts, kind)) for kind in OUTCOMES}
    whole = _whole(entries)
    counts: Mapping[str, int] = whole.counts if whole else _sum([one.counts for one in entries])
    counts = counts or (events.counts if events else {})
    return {kind: int(counts.get(kind, 0)) for kind in OUTCOMES}


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _codes(events: JobEvents | None) -> dict[str, int]:
    codes: Counter[str] = Counter()
    for (_, code), rows in (events.rejected if events else {}).items():
        codes[code] += rows
    return dict(codes)


def _not_kept(result: JobResult | None, stored: Mapping[str, object]) -> int | None:
    if result is not None:
        return result.discrepancies.not_kept_values
    found = stored.get("discrepancies")
    return int(found.get("not_kept_values", 0)) if isinstance(found, dict) else None


def _calls(events: JobEvents | None) -> dict[str, Calls]:
    """Calls by method; models are left out, so that a job has few of them."""
    found = dict[str, Calls]()
    for name, calls in (events.calls if events else {}).items():
        _add(found, name.rpartition(".")[2], calls)
    most = sorted(found, key=lambda method: (-found[method].calls, method))
    few = {method: found[method] for method in most[:MOST_METHODS]}
    for method in most[MOST_METHODS:]:
        _add(few, OTHER, found[method])
    return few


def _add(sums: dict[str, Calls], method: str, more: Calls) -> None:
    known = sums.get(method, Calls())
    sums[method] = Calls(known.calls + more.calls, known.failed + more.failed, known.seconds + more.seconds)
