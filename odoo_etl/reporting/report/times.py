"""Where the time of a run went: the source, Odoo, waits, the work of the program itself; and the calls, by method."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from odoo_etl.reporting.events import Events, JobEvents
from odoo_etl.reporting.pages import Series, duration, rows_of_bars
from odoo_etl.results import JobResult

SOURCE = "source"
WAITS: Mapping[str, str] = {
    "server": "for a server that was away or busy",
    "answer": "for what became of calls without an answer",
    "lock": "for another run",
    "parts": "for parts that other processes do",
}
KINDS = ("reading the source", "Odoo", "waiting", "own work")
MOST_METHODS = 15


@dataclass(frozen=True, slots=True)
class JobTime:
    """The time of one job, in seconds, by what went on.

    Attributes:
        odoo: while at least one call was on its way; None where the calls were made by other processes.
    """

    job: str
    whole: float
    source: float
    odoo: float | None
    waits: float
    own: float

    @property
    def kinds(self) -> tuple[float, ...]:
        """As many as `KINDS`."""
        return self.source, self.odoo or 0.0, self.waits, self.own


@dataclass(frozen=True, slots=True)
class Method:
    """The calls of a method; how long they took is None where nobody measured."""

    name: str
    calls: int
    failed: int
    seconds: float | None

    @property
    def each_ms(self) -> float | None:
        """How long one took, on average."""
        return None if self.seconds is None or not self.calls else self.seconds * 1000 / self.calls


@dataclass(frozen=True, slots=True)
class Wait:
    """Waits for one thing, over all jobs: how often, and how long together."""

    what: str
    times: int
    seconds: float


def job_times(jobs: Iterable[JobResult], events: Events | None) -> list[JobTime]:
    """The time of each job that did something."""
    known = events.jobs if events else {}
    return [_time(job, known.get(job.job, JobEvents())) for job in jobs if job.status != "skipped" and not job.part]


def _time(job: JobResult, events: JobEvents) -> JobTime:
    whole = job.elapsed_s
    source = min(whole, _in_phase(events, SOURCE, whole))
    odoo = min(whole - source, events.odoo_s)
    waits = min(whole - source - odoo, sum(events.waited.values()))
    elsewhere = not events.odoo_s and bool(sum(job.calls.values()))
    return JobTime(job.job, whole, source, None if elsewhere else odoo, waits, whole - source - odoo - waits)


def _in_phase(events: JobEvents, phase: str, whole: float) -> float:
    """How long a job was in a phase, the first time."""
    for number, (begin, name) in enumerate(events.phases):
        if name == phase:
            later = events.phases[number + 1 :]
            return later[0][0] - begin if later else whole
    return 0.0


def methods(jobs: Iterable[JobResult], events: Events | None) -> list[Method]:
    """The calls of a run by model and method, those that took longest first."""
    counts = Counter[str]()
    for job in jobs:
        counts.update(job.calls)
    timed: dict[str, tuple[int, float]] = {}
    for one in (events.jobs if events else {}).values():
        for name, call in one.calls.items():
            failed, seconds = timed.get(name, (0, 0.0))
            timed[name] = failed + call.failed, seconds + call.seconds
            counts.setdefault(name, call.calls)
    found = [Method(name, calls, *_timed(timed, name)) for name, calls in counts.items()]
    return sorted(found, key=lambda method: (-(method.seconds or 0.0), -method.calls, method.name))


def _timed(timed: Mapping[str, tuple[int, float]], name: str) -> tuple[int, float | None]:
    return timed.get(name, (0, None))


def waits(events: Events | None) -> list[Wait]:
    """The waits of a run, the longest first."""
    times, seconds = Counter[str](), defaultdict[str, float](float)
    for job in (events.jobs if events else {}).values():
        times.update(job.waits)
        for reason, waited in job.waited.items():
            seconds[reason] += waited
    found = [Wait(WAITS.get(reason, reason), times[reason], seconds[reason]) for reason in times]
    return sorted(found, key=lambda wait: -wait.seconds)


def chart(times: Sequence[JobTime]) -> str:
    """The times of the jobs as bars."""
    series = [
        Series(kind, [one.kinds[number] for one in times], [_told(one, number) for one in times])
        for number, kind in enumerate(KINDS)
    ]
    longest = max(times, key=lambda one: one.whole)
    title = f"Where the time went, in seconds by job: {longest.job} took longest, {duration(longest.whole)}"
    return rows_of_bars("times", title, [one.job for one in times], series)


def _told(one: JobTime, kind: int) -> str:
    return f"{one.job}, {KINDS[kind]}: {duration(one.kinds[kind])}"
