"""The plan of a run, and that of an undo, as lines: jobs one by one, then all of them together."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.reporting.changes_file import changes_of
from odoo_etl.reporting.expectations import expectation_lines
from odoo_etl.reporting.plans.lines import ROOM, Line, change_lines
from odoo_etl.reporting.plans.summary import fields_line, more_line, planned_line
from odoo_etl.reporting.rejected import rejected_lines
from odoo_etl.reporting.text import (
    header_lines,
    lines_line,
    run_lines,
    step_lines,
    vanished_lines,
)
from odoo_etl.reporting.undone import records_line, told_left, undo_line
from odoo_etl.reporting.words import counted
from odoo_etl.results import JobResult, RunResult

SHOWN_LEFT = 10
HINT = "--show all shows every change, --csv FILE and --html FILE write them to a file"


def plan_lines(result: RunResult, *, every: bool = False, room: int = ROOM) -> Iterator[Line]:
    """All that a plan has to say.

    Args:
        every: show all changes that the plan kept, not just the first.
        room: characters of a line.
    """
    yield from map(Line, header_lines(result))
    left = 0
    for job in result.jobs:
        yield from map(Line, job_lines(job))
        for change in changes_of(job) if every else job.changes:
            yield from change_lines(change, job.fields, room)
        yield from _left(job, every=every)
        more = 0 if every else sum(job.planned.values()) - len(job.changes)
        yield from map(Line, more_line(more))
        left += more
    if any(job.status != "skipped" for job in result.jobs):
        yield Line(summary(result))
    if left:
        yield Line(f"{left:,} {'change is' if left == 1 else 'changes are'} not shown: {HINT}")
    yield from map(Line, run_lines(result, planned=True))


def summary(result: RunResult) -> str:
    """All jobs together, in one line."""
    if result.command == "undo":
        return f"Undo: {undo_line(result.jobs, planned=True)}"
    return f"Plan: {planned_line(result.jobs)}"


def _left(job: JobResult, *, every: bool) -> Iterator[Line]:
    """The records that an undo leaves alone, and why."""
    left = job.undone.left if job.undone is not None else ()
    shown = left if every else left[:SHOWN_LEFT]
    yield from (Line(f"  = {told_left(one)}") for one in shown)
    if more := len(left) - len(shown):
        yield Line(f"  … {more:,} more left alone")


def job_lines(result: JobResult) -> Iterator[str]:
    """The plan of a job, in one line and the details it needs."""
    if result.status == "skipped":
        yield f"{result.job}: {result.error}"
        return
    if result.undone is not None:
        yield f"{result.job} → {result.model}: {records_line(result.counts, planned=True)}"
        yield f"  to do: {undo_line([result], planned=True)}"
    else:
        rows = counted(result.counts.read, "row")
        yield f"{result.job} → {result.model}: {rows}: {planned_line([result])}"
    yield from lines_line(result.lines, planned=True)
    if result.duplicates:
        rows = "row repeats" if result.duplicates == 1 else "rows repeat"
        yield f"  {result.duplicates:,} {rows} the key of an earlier row, which the later updates"
    yield from fields_line(result)
    yield from rejected_lines(result)
    yield from step_lines(result.steps, planned=True)
    yield from vanished_lines(result.vanished, planned=True)
    yield from expectation_lines(result.expectations)
    yield from (f"  note: {note}" for note in result.notes)
    if result.status == "failed":
        yield f"  FAILED: {result.error}"
