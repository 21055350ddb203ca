"""Charts of past runs: how they ended over time, and how the rows of a job went on, run by run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from odoo_etl.reporting.pages import Series, bars, duration
from odoo_etl.reporting.past import rows_of
from odoo_etl.reporting.words import counted

if TYPE_CHECKING:
    from odoo_etl.runs import Outcome, PastRun

MOST_BARS: Final = 40
LEAST_RUNS: Final = 2  # fewer have no course
LABELS: Final = 8
STEPS: Final = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 24 * 7, 24 * 28, 24 * 91, 24 * 364))
OUTCOMES: Final[dict[Outcome, str]] = {
    "done": "done",
    "rejects": "with rejects",
    "failed": "failed",
    "interrupted": "interrupted",
    "open": "running or killed",
}
ROWS: Final = ("created", "updated", "unchanged", "skipped", "filtered", "rejected", "failed")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as SVG, and the same as numbers.

    Attributes:
        names: kind to name of the series that there are.
        rows: label to the number of each of them.
    """

    svg: str
    names: Mapping[str, str]
    rows: Sequence[tuple[str, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A bar: its label, what a pointer on it is told first, and its counts by kind."""

    label: str
    told: str
    counts: Counter[str]

    def said(self, kind: str, word: str, what: str) -> str:
        """The words for a pointer on one of its parts."""
        return f"{self.told}: {counted(self.counts[kind], what)} {word}"


def outcomes_over_time(endings: Sequence[tuple[datetime, Outcome]]) -> Chart | None:
    """How many runs began in each stretch of time, by how they ended; None of too few."""
    if len(endings) < LEAST_RUNS:
        return None
    times = [at.astimezone() for at, _ in endings]
    first, last = min(times), max(times)
    step = next((step for step in STEPS if (last - first) / step < MOST_BARS), STEPS[-1])
    begin = _floor(first, step)
    counts = [Counter[str]() for _ in range(int((last - begin) / step) + 1)]
    for at, (_, outcome) in zip(times, endings, strict=True):
        counts[int((at - begin) / step)][outcome] += 1
    labels = [_label(begin + number * step, step) for number in range(len(counts))]
    title = f"Runs over time by how they ended, in stretches of {_span(step)}"
    stretches = [Stretch(at, at, each) for at, each in zip(labels, counts, strict=True)]
    return _chart("outcomes", title, OUTCOMES, stretches, "run")


def course_of(job: str, runs: Sequence[PastRun]) -> Chart | None:
    """The rows of a job, run by run, the newest last; None of too few runs."""
    known = [run for run in reversed(runs) if run.finished_at and run.command != "undo" and run.jobs]
    counts = [rows_of(run) for run in known]
    if len(known) < LEAST_RUNS or not any(any(rows[kind] for kind in ROWS) for rows in counts):
        return None
    labels = [f"{run.started_at.astimezone():%d %b %H:%M}" for run in known]
    title = f"Rows of {job} by what became of them, in its last {counted(len(known), 'run')}"
    stretches = [
        Stretch(at, f"{at}, took {duration(run.elapsed_s or 0)}", each)
        for at, run, each in zip(labels, known, counts, strict=True)
    ]
    return _chart("course", title, {kind: kind for kind in ROWS}, stretches, "row")


def _chart(name: str, title: str, kinds: Mapping[Any, str], stretches: Sequence[Stretch], what: str) -> Chart:
    """Bars of all kinds: each has its colour by its place, whichever there are.

    Args:
        what: is counted, such as `run`.
    """
    labels = [one.label for one in stretches]
    series = [
        Series(kind, [one.counts[kind] for one in stretches], [one.said(kind, word, what) for one in stretches])
        for kind, word in kinds.items()
    ]
    known = {kind: word for kind, word in kinds.items() if any(one.counts[kind] for one in stretches)}
    rows = [(one.label, [one.counts[kind] for kind in known]) for one in stretches]
    return Chart(bars(name, title, labels, labels[:: math.ceil(len(labels) / LABELS)], series), known, rows)


def _floor(moment: datetime, step: timedelta) -> datetime:
    """The beginning of the day, or of the stretch of it."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if step >= timedelta(days=1) else midnight + (moment - midnight) // step * step


def _label(moment: datetime, step: timedelta) -> str:
    return f"{moment:%d %b %H:%M}" if step < timedelta(days=1) else f"{moment:%d %b %Y}"


def _span(step: timedelta) -> str:
    hours = int(step.total_seconds() // 3600)
    return counted(hours, "hour") if hours < 24 else counted(hours // 24, "day")
