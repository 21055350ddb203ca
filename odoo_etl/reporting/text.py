"""A run's result as text for a terminal, a log or a cron mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from odoo_etl.reporting.expectations import expectation_lines
from odoo_etl.reporting.rejected import rejected_lines
from odoo_etl.reporting.run_folder import PAGE_FILE, RESULTS_FILE
from odoo_etl.reporting.undone import DONE, records_line, undo_line, undone_lines
from odoo_etl.reporting.words import counted, short, shown_path
from odoo_etl.results import (
    CARRIED_OUT,
    Counts,
    Discrepancies,
    JobResult,
    LineCounts,
    RunResult,
    StepResult,
    VanishedRecords,
)

KINDS = ("created", "updated", "unchanged", "skipped", "filtered", "rejected", "attempted", "not_attempted")
WORDS = {"attempted": "failed", "not_attempted": "not attempted"}
SHOWN_REFUSALS = 3
SHOWN_NOT_KEPT = 10
PLANNED = {"created": "to create", "updated": "to update", "removed": "to remove"}
LONGEST_VALUE = 60
ENDINGS = ("done", "undone in part", "not undone", "failed", "skipped")


def counts_line(counts: Counts, *, planned: bool = False) -> str:
    """`2,012 rows: 2,000 created, 5 updated, 7 rejected`; zeros are left out."""
    words = WORDS | (PLANNED if planned else {})
    parts = [f"{getattr(counts, kind):,} {words.get(kind, kind)}" for kind in KINDS if getattr(counts, kind)]
    return f"{counts.read:,} rows: {', '.join(parts) or 'nothing to do'}"


def lines_line(lines: LineCounts, *, planned: bool = False) -> Iterator[str]:
    """`lines: 12,000 created, 5 updated, 3 removed`; nothing where records have none."""
    words = PLANNED if planned else {}
    if parts := [f"{count:,} {words.get(kind, kind)}" for kind, count in asdict(lines).items() if count]:
        yield f"  lines: {', '.join(parts)}"


def header_lines(result: RunResult) -> Iterator[str]:
    """Where the jobs of a run write, a line for each connection: the first thing that is said."""
    for reached in dict.fromkeys(job.destination for job in result.jobs if job.destination):
        yield f"{reached.connection}: {reached}"


def job_lines(result: JobResult, *, planned: bool = False) -> Iterator[str]:
    """The outcome of a job, in one line and the details it needs."""
    if result.status == "skipped":
        yield f"{result.job}: {result.error}"
        return
    calls = sum(result.calls.values())
    how = f" over {result.protocol}" if result.protocol else ""
    part = f" [{result.part}]" if result.part else ""
    told = counts_line(result.counts, planned=planned) if result.undone is None else records_line(result.counts)
    yield f"{result.job}{part} → {result.model}: {told}"
    yield from lines_line(result.lines, planned=planned)
    yield f"  {result.elapsed_s:.1f} s, {calls} calls{how}"
    yield from before_lines(result.before)
    if result.duplicates:
        rows = "row repeats" if result.duplicates == 1 else "rows repeat"
        yield f"  {result.duplicates:,} {rows} the key of an earlier row, which the later updates"
    yield from rejected_lines(result)
    if result.skipped_file:
        yield f"  skipped: see {shown_path(Path(result.skipped_file))}"
    yield from kept_lines(result.discrepancies)
    yield from step_lines(result.steps, planned=planned)
    yield from vanished_lines(result.vanished, planned=planned)
    yield from undone_lines(result.undone)
    yield from expectation_lines(result.expectations)
    yield from (f"  note: {note}" for note in result.notes)
    if result.status == "failed":
        yield f"  FAILED: {result.error}"


def kept_lines(found: Discrepancies) -> Iterator[str]:
    """Which values Odoo keeps otherwise than they were sent."""
    for field, known in sorted(found.rewritten.items()):
        records = counted(known.records, "record")
        example = f"{short(known.example.sent)} → {short(known.example.kept)}"
        yield f"  Odoo keeps {field} in a form of its own: {records}, for example {example} (id {known.example.id})"
    if not found.not_kept_values:
        return
    values = counted(found.not_kept_values, "value")
    yield f"  NOT KEPT: Odoo holds something else than was sent in {values}"
    for one in found.not_kept[:SHOWN_NOT_KEPT]:
        yield f"    {one.key} (id {one.id}) {one.field}: sent {short(one.sent)}, kept {short(one.kept)}"
    if (more := found.not_kept_values - SHOWN_NOT_KEPT) > 0:
        yield f"    {more:,} more, see run_results.json"


def before_lines(before: Mapping[str, Any]) -> Iterator[str]:
    """The work that the run that was resumed had done."""
    if not before:
        return
    done = f"{before['created']:,} records created, {before['updated']:,} updated"
    rows = f"{before['rows']:,} rows are counted as it left them" if before["rows"] else "all rows were looked at again"
    yield f"  run {before['run']} had done before: {done}; {rows}"


def step_lines(steps: Sequence[StepResult], *, planned: bool = False) -> Iterator[str]:
    """The outcome of the steps on the records of a job: `after: action_confirm done for 40 records, refused for 2`."""
    for step in steps:
        records = counted(step.records, "record")
        done = [f"for up to {records}" if planned else f"done for {records}"]
        done += [f"refused for {step.refused:,}"] if step.refused else []
        done += [f"no answer for {step.unknown:,}"] if step.unknown else []
        yield f"  after: {step.step} {', '.join(done)}"


def vanished_lines(vanished: VanishedRecords | None, *, planned: bool = False) -> Iterator[str]:
    """The outcome for records that the source of a mirror lacks, and for those that it has again."""
    if vanished is None:
        return
    if vanished.returned:
        yield f"  back in the source: {vanished.returned:,} {'to make' if planned else 'made'} active again"
    if not vanished.found:
        return
    first = vanished.first or ()
    done = [f"{vanished.removed:,} {CARRIED_OUT[vanished.policy]}"] if vanished.removed else []
    if planned:
        done = [f"to {vanished.policy}"]
    done += [f"refused: id {one.id}, {short(one.reason)}" for one in vanished.refused[:SHOWN_REFUSALS]]
    if left := len(vanished.refused[SHOWN_REFUSALS:]):
        done.append(f"{left:,} more refused")
    more = ", …" if vanished.found > len(first) else ""
    shown = f"{vanished.found:,} ({', '.join(first)}{more})"
    yield f"  vanished from the source: {shown}: {'; '.join(done) or 'none removed'}"


def run_lines(result: RunResult, *, planned: bool = False) -> Iterator[str]:
    """The last line of a run, after its jobs."""
    yield from result.notes
    yield from code_lines(result)
    if result.command == "undo" and not planned:
        yield f"Undone: {undo_line(result.jobs, planned=False)}"
    states = [job.status if planned else _ending(job) for job in result.jobs]
    counted = ", ".join(f"{states.count(state)} {state}" for state in ENDINGS if state in states)
    took = f"{counted or 'no job'} in {result.elapsed_s:.1f} s, exit code {result.exit_code}"
    yield f"{result.command} {result.run_id}: {took}"


def code_lines(result: RunResult) -> Iterator[str]:
    """Where a person learns what the codes of rejects mean: once, with the code that most rows have."""
    codes = Counter[str]()
    for job in result.jobs:
        codes.update(job.reject_codes)
    for code, _ in codes.most_common(1):
        yield f"cause and cure of a code: `odoo-etl explain {code}`"


def _ending(job: JobResult) -> str:
    """How a job ended; an undo that had to leave records alone is not done."""
    if job.status != "done" or job.undone is None or not job.undone.left:
        return job.status
    return "undone in part" if any(getattr(job.undone, key) for key in DONE) else "not undone"


def report_line(result: RunResult) -> str:
    """Where the report of a run is: the page for people, or what there is where that could not be written."""
    page = result.folder / PAGE_FILE
    return f"report: {shown_path(page if page.is_file() else result.folder / RESULTS_FILE)}"
