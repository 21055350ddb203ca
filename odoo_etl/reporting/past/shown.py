"""Everything of a run as text, in 80 columns: what `odoo-etl show` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from odoo_etl.reporting.compared import compared_lines
from odoo_etl.reporting.events import Events
from odoo_etl.reporting.pages import duration, moment, size
from odoo_etl.reporting.past.history import FOLLOWED, OF
from odoo_etl.reporting.report import job_times, methods, waits
from odoo_etl.reporting.text import header_lines, job_lines
from odoo_etl.reporting.verdicts import PLANS, next_steps, verdict
from odoo_etl.reporting.words import counted, shown_path
from odoo_etl.results import JobResult, RunResult

MOST_METHODS = 8
LEAST_S = 0.05  # of a method: what took less is not worth a line


@dataclass(frozen=True, slots=True)
class Story:
    """The things that there are to tell of a run besides its result.

    Attributes:
        missing: why the result is not the run's own, or "".
        is_running, is_killed: it has not said how it ended.
        purged_at: when it was purged; None where it was not.
        events: what it wrote while it went on.
        folder: where its files are, or would be.
        files: path and size of those that are there.
        plan: the digest of the plan file that it applied, or "".
        followed_by: the runs that resumed, retried or undid it, with their commands.
    """

    missing: str = ""
    is_running: bool = False
    is_killed: bool = False
    purged_at: datetime | None = None
    events: Events | None = None
    folder: Path = Path()
    files: Sequence[tuple[str, int]] = ()
    followed_by: Mapping[str, str] = field(default_factory=dict)
    plan: str = ""


def shown_lines(result: RunResult, story: Story, jobs: Sequence[str] = ()) -> Iterator[str]:
    """All that is to be told of a run, or of some of its jobs."""
    yield from head_lines(result, story)
    for job in result.jobs:
        if not jobs or job.job in jobs:
            yield ""
            yield from _job(result, job)
    yield from _time(result, story.events)
    yield from _made_of(result, jobs)
    yield from _files(story)
    yield from _next(result, story)


def head_lines(result: RunResult, story: Story) -> Iterator[str]:
    """The run at a glance."""
    word = "It is running, or was killed on another machine" if story.is_running else ""
    yield f"{result.command or 'run'} {result.run_id}: {word or verdict(result, killed=story.is_killed).sentence}"
    code = "" if story.is_running or story.is_killed else f", exit code {result.exit_code}"
    last = " until it was last heard of" if story.is_killed or story.is_running else ""
    yield f"  began {moment(result.started_at)}, took {duration(result.elapsed_s)}{last}{code}"
    if result.parent:
        yield f"  {OF.get(result.command, 'after')} {result.parent}"
    if story.plan:
        yield f"  did what the plan file {story.plan} says"
    for after, command in story.followed_by.items():
        yield f"  {FOLLOWED.get(command, command)} by {after}"
    yield from (f"  {line}" for line in header_lines(result))
    if story.purged_at is not None:
        yield f"  purged {moment(story.purged_at.isoformat())}: what it replaced and rejected is not known any more"
    if story.missing and not story.is_running and not story.is_killed:
        yield f"  {story.missing}: this is what the ledger knows"
    yield from (f"  {note}" for note in result.notes)
    if result.error:
        yield f"  error: {result.error}"


def _job(result: RunResult, job: JobResult) -> Iterator[str]:
    if result.command == "reconcile":
        yield from compared_lines(job)
        return
    yield from job_lines(job, planned=result.command in PLANS)


def _time(result: RunResult, events: Events | None) -> Iterator[str]:
    """Where the time went, by job and by method."""
    times = [one for one in job_times(result.jobs, events) if one.whole >= LEAST_S]
    if times:
        wide = max(*(len(one.job) for one in times), 8)
        yield ""
        yield f"{'time':{wide}}  {'took':>11} {'source':>11} {'Odoo':>11} {'waits':>11} {'own':>11}"
        for one in times:
            odoo = "elsewhere" if one.odoo is None else duration(one.odoo)
            parts = (duration(one.whole), duration(one.source), odoo, duration(one.waits), duration(one.own))
            yield f"{one.job:{wide}}  {' '.join(f'{part:>11}' for part in parts)}"
    yield from (f"waited {counted(one.times, 'time')} {one.what}: {duration(one.seconds)}" for one in waits(events))
    if settled := sum(job.settled for job in result.jobs):
        yield f"{counted(settled, 'call')} without an answer settled: what became of them was found out"
    known = [one for one in methods(result.jobs, events) if (one.seconds or 0.0) >= LEAST_S]
    if known:
        yield ""
        yield f"{'calls that took longest':40} {'calls':>8} {'errors':>7} {'took':>11} {'each':>10}"
        for method in known[:MOST_METHODS]:
            took = f"{duration(method.seconds or 0.0):>11} {method.each_ms or 0.0:>7,.0f} ms"
            yield f"{method.name:40} {method.calls:>8,} {method.failed:>7,} {took}"


def _made_of(result: RunResult, jobs: Sequence[str]) -> Iterator[str]:
    """Versions, and the files that the jobs were made of."""
    if result.versions:
        yield ""
        servers = sorted({f"Odoo {job.server}" for job in result.jobs if job.server})
        yield "made by " + ", ".join([*(f"{name} {version}" for name, version in result.versions.items()), *servers])
    for one in result.files:
        if not jobs or one.job in jobs:
            mark = f"sha256 {one.sha256[:16]}…" if one.sha256 else "not hashed"
            yield f"  {one.path}: {size(one.size)}, {mark}"


def _files(story: Story) -> Iterator[str]:
    yield ""
    if not story.files:
        yield f"no files: {shown_path(story.folder)} is not there"
        return
    yield f"files in {shown_path(story.folder)}"
    yield from (f"  {path}: {size(length)}" for path, length in story.files)


def _next(result: RunResult, story: Story) -> Iterator[str]:
    if story.is_running or set(story.followed_by.values()) & {"resume", "undo"} or story.purged_at:
        return
    for step in next_steps(result, killed=story.is_killed):
        yield f"next: {step.command}"
        yield f"      {step.why}"
