"""Rows over time: how many were done in each of some equal stretches of a run, by job."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odoo_etl.reporting.events import Events, JobEvents
from odoo_etl.reporting.pages import Series, bars, duration
from odoo_etl.reporting.words import counted

STRETCHES = 48
LEAST_S = 3.0  # a shorter run has no course that one could look at
MOST_JOBS = 6  # by name; the others are one
OTHERS = "other jobs"
STEPS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_DONE = ("created", "updated", "unchanged", "skipped", "filtered", "rejected", "failed")


@dataclass(frozen=True, slots=True)
class Throughput:
    """The course of a run.

    Attributes:
        step_s: how long each stretch is.
        rows: job to the rows that it did in each stretch.
    """

    step_s: float
    rows: Mapping[str, Sequence[int]]

    @property
    def stretches(self) -> list[tuple[str, int, Sequence[int]]]:
        """When each begins, its rows in all, and those of each job."""
        columns = list(zip(*self.rows.values(), strict=True))
        return [(_clock(number * self.step_s), sum(column), column) for number, column in enumerate(columns)]

    @property
    def fastest(self) -> float:
        """Rows a second in the best stretch."""
        return max(rows for _, rows, _ in self.stretches) / self.step_s

    def chart(self) -> str:
        """The course as bars."""
        labels = [_clock(number * self.step_s) for number in range(len(self.stretches))]
        series = [Series(job, [rows / self.step_s for rows in own], self._told(job)) for job, own in self.rows.items()]
        title = f"Rows a second over time, in stretches of {duration(self.step_s)}: at most {self.fastest:,.0f}"
        return bars("throughput", title, labels, labels[:: math.ceil(len(labels) / 12)], series)

    def _told(self, job: str) -> list[str]:
        """The words for a pointer on each bar of a job."""
        took = duration(self.step_s)
        return [
            f"{job}, {_clock(number * self.step_s)}: {counted(rows, 'row')} in {took}"
            for number, rows in enumerate(self.rows[job])
        ]


def throughput(events: Events | None) -> Throughput | None:
    """The course of a run; None of one that was too short, or did nothing."""
    if events is None or events.last_at_s < LEAST_S:
        return None
    step = next(
        (one for one in STEPS_S if events.last_at_s / one <= STRETCHES), math.ceil(events.last_at_s / STRETCHES)
    )
    count = math.ceil(events.last_at_s / step)
    rows = {name: _in_stretches(job, step, count) for name, job in events.jobs.items()}
    known = {name: own for name, own in rows.items() if any(own)}
    return Throughput(step, _few(known)) if known else None


def _in_stretches(job: JobEvents, step: float, count: int) -> list[int]:
    """Rows by stretch; those between two points are spread over the time between them."""
    rows = [0.0] * count
    before_at, before = (job.points[0][0], job.resumed) if job.points else (0.0, 0)
    for at, counts in job.points[1:]:
        done = sum(int(counts.get(kind, 0)) for kind in _DONE) - int(counts.get("not_attempted", 0))
        done = max(before, done)
        _spread(rows, step, (before_at, at), done - before)
        before_at, before = at, done
    return [round(one) for one in rows]


def _spread(rows: list[float], step: float, between: tuple[float, float], count: int) -> None:
    begin, end = between
    last = min(len(rows) - 1, int(end / step))
    first = min(last, int(begin / step))
    for number in range(first, last + 1):
        inside = min(end, (number + 1) * step) - max(begin, number * step)
        share = inside / (end - begin) if end > begin else 1 / (last - first + 1)
        rows[number] += count * max(0.0, share)


def _few(rows: Mapping[str, Sequence[int]]) -> Mapping[str, Sequence[int]]:
    """The jobs with most rows by name, in the order of the run, and the others as one."""
    if len(rows) <= MOST_JOBS:
        return rows
    named = set(sorted(rows, key=lambda job: -sum(rows[job]))[: MOST_JOBS - 1])
    others = [own for job, own in rows.items() if job not in named]
    return {
        **{job: own for job, own in rows.items() if job in named},
        OTHERS: [sum(column) for column in zip(*others, strict=True)],
    }


def _clock(seconds: float) -> str:
    """`0:05`, `1:02:03`: since the run began."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    tenths = f".{round((seconds - whole) * 10)}" if seconds != whole else ""
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}{tenths}"
