"""Past runs as text, newest first, in 80 columns: how each ended, what it did, and how the rows of a job went on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from odoo_etl.reporting.pages import duration
from odoo_etl.reporting.past.sparks import BLOCKS, sparkline
from odoo_etl.reporting.words import cut
from odoo_etl.results import Destination

WIDTH: Final = 80
LEAST_RUNS: Final = 2  # fewer have no course
MOST_JOBS: Final = 12
NAMED_JOBS: Final = 3
KINDS: Final = ("created", "updated", "unchanged", "skipped", "filtered", "rejected", "failed")
OUTCOMES: Final[Mapping[int, str]] = {3: "rejects", 4: "stopped", 5: "no access", 6: "busy", 7: "stale"}
FOLLOWED: Final[Mapping[str, str]] = {"resume": "resumed", "retry": "retried", "undo": "undone"}
OF: Final[Mapping[str, str]] = {"resume": "goes on with", "retry": "retry of", "undo": "undo of"}


class Job(Protocol):
    """A job of a past run."""

    @property
    def job(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def counts(self) -> Mapping[str, int]: ...


class Run(Protocol):
    """A past run."""

    @property
    def id(self) -> str: ...
    @property
    def command(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def elapsed_s(self) -> float | None: ...
    @property
    def status(self) -> str: ...
    @property
    def exit_code(self) -> int | None: ...
    @property
    def jobs(self) -> Sequence[Job]: ...
    @property
    def environment(self) -> str: ...
    @property
    def destinations(self) -> Sequence[Destination]: ...
    @property
    def followed_by(self) -> Mapping[str, str]: ...


def history_lines(runs: Sequence[Run], *, more: bool, marks: str = BLOCKS) -> Iterator[str]:
    """All that is to be said of some runs.

    Args:
        more: there are further ones.
        marks: what lines of small bars are made of.
    """
    if not runs:
        yield "no run is known of yet; plans are not in the history"
        return
    yield f"{'RUN':25}  {'BEGAN':12}  {'COMMAND':7}  {'OUTCOME':11}  {'TOOK':>11}"
    place: Sequence[Destination] = ()
    for run in runs:
        if run.destinations and run.destinations != place:
            place = run.destinations
            yield from (f"→ {cut(str(one), WIDTH - 2)}" for one in place)
        yield from run_lines(run)
    yield from course_lines(runs, marks)
    yield ""
    yield from [f"more: odoo-etl history -n {2 * len(runs)}"] if more else []
    yield "one run: odoo-etl show RUN, which may be the beginning of an id, or `last`"


def run_lines(run: Run) -> Iterator[str]:
    """One run: how it ended, what became of its rows, and the runs before and after it."""
    began = run.started_at.astimezone()
    took = duration(run.elapsed_s) if run.elapsed_s is not None else ""
    yield f"{run.id:25}  {began:%d %b %H:%M}  {run.command:7}  {outcome(run):11}  {took:>11}".rstrip()
    counts = rows_of(run)
    parts = [f"{counts[kind]:,} {kind}" for kind in KINDS if counts[kind]]
    yield cut(f"    {', '.join(parts) or 'no rows'}: {jobs_of(run)}", WIDTH)
    if run.parent:
        yield f"    {OF.get(run.command, 'after')} {run.parent}"
    for after, command in run.followed_by.items():
        yield f"    {FOLLOWED.get(command, command)} by {after}"


def outcome(run: Run) -> str:
    """How a run ended, in one or two words."""
    return OUTCOMES.get(run.exit_code or 0, run.status)


def rows_of(run: Run) -> Counter[str]:
    """The rows of a run by what became of them; the parts of a job are in the job."""
    counts = Counter[str]()
    for job in run.jobs:
        if not job.part:
            counts.update(job.counts)
    return counts


def jobs_of(run: Run) -> str:
    """The names of its jobs; of many, the first."""
    names = list(dict.fromkeys(job.job for job in run.jobs))
    left = len(names) - NAMED_JOBS
    shown = ", ".join(names[:NAMED_JOBS] if left > 1 else names)
    return f"{shown} and {left} more" if left > 1 else shown or "no job"


def course_lines(runs: Sequence[Run], marks: str) -> Iterator[str]:
    """How many rows each job had, run by run; only whole runs say that, and only several."""
    courses = dict[str, list[int]]()
    for run in reversed(runs):
        for job in run.jobs if run.command in {"run", "resume"} else ():
            if job.status == "done" and not job.part:
                courses.setdefault(job.job, []).append(job.counts.get("read", 0))
    told = {job: rows for job, rows in courses.items() if len(rows) >= LEAST_RUNS}
    if not told:
        return
    yield ""
    yield "rows of each job, run by run, the newest last"
    wide = min(24, max(map(len, list(told)[:MOST_JOBS])))
    for name, rows in list(told.items())[:MOST_JOBS]:
        yield f"  {cut(name, wide):{wide}}  {sparkline(rows[-30:], marks):30}  {rows[-1]:>10,}"
    if (left := len(told) - MOST_JOBS) > 0:
        yield f"  {left} more jobs; name those that you mean"
