"""Events read back: what a run, also one that was killed or still goes on, had done by which moment."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odoo_etl.reporting.events.log import EVENTS_FILE


@dataclass(slots=True)
class Calls:
    """Calls of one method: how many, how many met an error, and how long they took together."""

    calls: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class JobEvents:
    """The part of a run's events that is about one job.

    Attributes:
        rows: so many were to come; None where the source was not read to its end.
        points: seconds since the run began, and the counts by then, in order.
        rejected: rejected rows by field and code.
        phases: when each began, in seconds since the run began, in order.
        resumed: how many of the rows that are counted an earlier run had done.
        calls: by model and method.
        waited: seconds by what for.
        waits: how often by what for.
        odoo_s: for how long at least one call was on its way.
        ended: the line that says so, {} without one.
    """

    rows: int | None = None
    points: list[tuple[float, Mapping[str, int]]] = field(default_factory=list)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    phases: list[tuple[float, str]] = field(default_factory=list)
    resumed: int = 0
    calls: dict[str, Calls] = field(default_factory=dict)
    waited: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    waits: Counter[str] = field(default_factory=Counter)
    odoo_s: float = 0.0
    ended: Mapping[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts as last known."""
        return self.points[-1][1] if self.points else {}


@dataclass(slots=True)
class Events:
    """The events of a run, as far as they were written.

    Attributes:
        started_at: when it began, in UTC.
        last_at: when the last line was written, in UTC.
        last_at_s: the same, in seconds since the run began.
        is_ended: the run came to its end.
        jobs: by name, in the order in which they were heard of.
        notes: seconds since the run began, and what was said by then of which job or connection.
        chosen: the jobs that the run was about.
    """

    started_at: str = ""
    last_at: str = ""
    last_at_s: float = 0.0
    is_ended: bool = False
    jobs: dict[str, JobEvents] = field(default_factory=dict)
    notes: list[tuple[float, str, str]] = field(default_factory=list)
    chosen: tuple[str, ...] = ()

    def add(self, line: Mapping[str, Any]) -> None:
        """Take one line; a kind that is not known here changes nothing but the time."""
        at_s = float(line.get("at_s", 0.0))
        self.started_at = self.started_at or str(line.get("time", ""))
        self.last_at, self.last_at_s = str(line.get("time", "")), max(self.last_at_s, at_s)
        take = _TAKES.get(str(line.get("event")))
        if take is not None:
            take(self, at_s, line)

    def job(self, line: Mapping[str, Any]) -> JobEvents:
        """The events of the job that a line is about."""
        return self.jobs.setdefault(str(line.get("job")), JobEvents())


def read_events(folder: Path) -> Events | None:
    """The events in the folder of a run; None where there are none. A line that was cut off is left out."""
    events = Events()
    try:
        for line in _lines(folder / EVENTS_FILE):
            events.add(line)
    except OSError:
        return None
    return events


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            try:
                known = json.loads(line)
            except ValueError:
                continue
            if isinstance(known, dict):
                yield known


def _job_started(events: Events, at_s: float, line: Mapping[str, Any]) -> None:
    job = events.job(line)
    job.rows = line.get("rows")
    if not job.points:
        job.points.append((at_s, {}))


def _resumed(events: Events, _: float, line: Mapping[str, Any]) -> None:
    events.job(line).resumed += int(line.get("rows", 0))


def _jobs_chosen(events: Events, _: float, line: Mapping[str, Any]) -> None:
    events.chosen = tuple(map(str, line.get("jobs", ())))


def _phase(events: Events, at_s: float, line: Mapping[str, Any]) -> None:
    events.job(line).phases.append((at_s, str(line.get("phase"))))


def _progress(events: Events, at_s: float, line: Mapping[str, Any]) -> None:
    job = events.job(line)
    job.points.append((at_s, line.get("counts", {})))
    job.odoo_s = max(job.odoo_s, float(line.get("odoo_s", 0.0)))


def _called(events: Events, _: float, line: Mapping[str, Any]) -> None:
    known = events.job(line).calls.setdefault(str(line.get("call")), Calls())
    known.calls += int(line.get("calls", 0))
    known.failed += int(line.get("failed", 0))
    known.seconds += float(line.get("seconds", 0.0))


def _waited(events: Events, _: float, line: Mapping[str, Any]) -> None:
    job, reason = events.job(line), str(line.get("reason"))
    job.waits[reason] += int(line.get("times", 0))
    job.waited[reason] += float(line.get("seconds", 0.0))


def _rejected(events: Events, _: float, line: Mapping[str, Any]) -> None:
    events.job(line).rejected[str(line.get("field")), str(line.get("code"))] += int(line.get("rows", 0))


def _noted(events: Events, at_s: float, line: Mapping[str, Any]) -> None:
    events.notes.append((at_s, str(line.get("job")), str(line.get("text"))))


def _job_finished(events: Events, at_s: float, line: Mapping[str, Any]) -> None:
    job = events.job(line)
    if not line.get("part"):
        job.points.append((at_s, line.get("counts", {})))
        job.ended = line


def _run_finished(events: Events, _: float, __: Mapping[str, Any]) -> None:
    events.is_ended = True


_TAKES = {
    "jobs": _jobs_chosen,
    "phase": _phase,
    "resumed": _resumed,
    "calls": _called,
    "wait": _waited,
    "job_started": _job_started,
    "progress": _progress,
    "rejected": _rejected,
    "note": _noted,
    "job_finished": _job_finished,
    "run_finished": _run_finished,
}
