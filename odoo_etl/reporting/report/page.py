"""`report.html` of a run: what an operator looks at in the morning, in one file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from odoo_etl.private_files import replace_file
from odoo_etl.reporting.events import Events, read_events
from odoo_etl.reporting.next_steps import next_steps
from odoo_etl.reporting.pages import page_parts, shown
from odoo_etl.reporting.report import times
from odoo_etl.reporting.report.throughput import LEAST_S, Throughput, throughput
from odoo_etl.reporting.run_folder import PAGE_FILE
from odoo_etl.reporting.text import KINDS, WORDS, before_lines, lines_line, step_lines, vanished_lines
from odoo_etl.reporting.undone import undo_line, undone_lines
from odoo_etl.reporting.verdicts import Tone, verdict
from odoo_etl.reporting.words import counted
from odoo_etl.results import Counts, Discrepancy, JobResult, RejectedRow, RejectGroup, RunResult

ALWAYS = ("created", "updated", "unchanged", "rejected")  # kinds of rows that are shown also where there are none
PLANNED = {"created": "to create", "updated": "to update"}
COMPARED = {"created": "missing in Odoo", "updated": "differ", "unchanged": "equal"}
TONES: Mapping[str, Tone] = {"met": "good", "failed": "bad", "open": "warn"}
LONGEST_CELL, LONGEST_ROW = 60, 12  # characters; cells

First = Mapping[str, Sequence[RejectedRow]]
Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class RowShown:
    """A rejected row as the page shows it."""

    place: str
    reason: str
    cells: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Rejected rows of one field and code, with the first of them."""

    field: str
    code: str
    rows: int
    example: str
    shown: Sequence[RowShown]


@dataclass(frozen=True, slots=True)
class JobShown:
    """A job as the page shows it.

    Attributes:
        anchor: where its details are.
        told: its counts in words.
        lines: what there is to say besides its tables.
    """

    result: JobResult
    anchor: str
    name: str
    tone: Tone
    word: str
    counts: Mapping[str, int]
    told: str
    calls: int
    lines: Sequence[str]
    groups: Sequence[GroupShown]
    rejects_file: str

    @property
    def not_kept(self) -> Sequence[Discrepancy]:
        """The first values that Odoo did not keep."""
        return self.result.discrepancies.not_kept

    @property
    def has_more(self) -> bool:
        """Whether there is more to say of it than its counts."""
        job = self.result
        undone = job.undone is not None and job.undone.left
        known = (job.error, self.lines, self.groups, self.not_kept, job.discrepancies.rewritten, job.changed_fields)
        return any((*known, job.changes, job.expectations, undone))


def write_report(result: RunResult, first: First, columns: Columns) -> Path:
    """Write the page into the folder of the run; a reader never sees half of it.

    Args:
        first: job to its first rejected rows.
        columns: job to those of its source.

    Raises:
        OSError: it cannot be written.
    """
    path = result.folder / PAGE_FILE
    replace_file(path, page(result, read_events(result.folder), first, columns).encode("utf-8", "backslashreplace"))
    return path


def page(result: RunResult, events: Events | None, first: First, columns: Columns) -> str:
    """The text of the page."""
    return "".join(page_parts("report.html", **page_values(result, events, first, columns)))


def page_values(
    result: RunResult,
    events: Events | None,
    first: First = MappingProxyType({}),
    columns: Columns = MappingProxyType({}),
) -> dict[str, Any]:
    """The values that the templates of a report are filled with: `report_facts.html`, `report_body.html`."""
    words = _words(result)
    totals = _totals(result.jobs)
    jobs = [_job(job, number, words, first, columns) for number, job in enumerate(result.jobs)]
    return dict(
        explained=None,
        run=result,
        verdict=verdict(result),
        next=next_steps(result),
        planned=result.is_plan,
        wrote=any(job.wrote for job in result.jobs),
        destinations=list(dict.fromkeys(job.destination for job in result.jobs if job.destination)),
        servers=sorted({f"Odoo {job.server}" for job in result.jobs if job.server}),
        words=words,
        always=ALWAYS,
        columns=[kind for kind in words if totals[kind] or kind in ALWAYS],
        totals=totals,
        told_totals=_told(totals, words),
        jobs=jobs,
        problems=[job for job in jobs if job.result.error],
        all_calls=sum(sum(job.calls.values()) for job in result.jobs),
        tones=TONES,
        **_over_time(throughput(events)),
        **_time(result, events),
    )


def _words(result: RunResult) -> dict[str, str]:
    """Kind of rows to how it is called."""
    own = COMPARED if result.command == "reconcile" else PLANNED if result.is_plan else {}
    return {kind: own.get(kind, WORDS.get(kind, kind)) for kind in KINDS}


def _by_kind(counts: Counts) -> dict[str, int]:
    return {"read": counts.read, **{kind: getattr(counts, kind) for kind in KINDS}}


def _totals(jobs: Sequence[JobResult]) -> dict[str, int]:
    sums = Counter[str]()
    for job in jobs:
        sums.update(_by_kind(job.counts))
    return {kind: sums[kind] for kind in ("read", *KINDS)}


def _told(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    parts = [f"{counts[kind]:,} {word}" for kind, word in words.items() if counts[kind]]
    return f"{counted(counts['read'], 'row')}: {', '.join(parts) or 'nothing to do'}"


def _job(job: JobResult, number: int, words: Mapping[str, str], first: First, columns: Columns) -> JobShown:
    counts = _by_kind(job.counts)
    tone, word = _outcome(job)
    return JobShown(
        result=job,
        anchor=f"job-{number + 1}",
        name=f"{job.job} [{job.part}]" if job.part else job.job,
        tone=tone,
        word=word,
        counts=counts,
        told=_told(counts, words),
        calls=sum(job.calls.values()),
        lines=list(_lines(job, planned="to create" in words.values())),
        groups=list(_groups(job, first.get(job.job, ()), columns.get(job.job, ()))),
        rejects_file=_relative(job.rejects_file),
    )


def _outcome(job: JobResult) -> tuple[Tone, str]:
    if job.status != "done":
        return ("plain" if job.status == "skipped" else "bad"), job.status
    if job.counts.rejected or job.discrepancies.not_kept_values:
        return "warn", "rejects" if job.counts.rejected else "not kept"
    return "good", "done"


def _lines(job: JobResult, *, planned: bool) -> Iterator[str]:
    """The lines that the terminal has of a job, too, as far as the page has no table for it."""
    yield from lines_line(job.lines, planned=planned)
    yield from before_lines(job.before)
    if job.duplicates:
        yield f"{counted(job.duplicates, 'row')} had the key of an earlier row, which the later updated"
    if job.skipped_file:
        yield f"The first of the skipped rows are in {_relative(job.skipped_file)}"
    if job.success_file:
        yield f"The rows that landed, with the ids of their records, are in {_relative(job.success_file)}"
    yield from step_lines(job.steps, planned=planned)
    yield from vanished_lines(job.vanished, planned=planned)
    if job.undone is not None:
        yield f"  to do: {undo_line([job], planned=True)}" if planned else next(undone_lines(job.undone))
    yield from job.notes


def _relative(path: str) -> str:
    """The path as it stands in the folder of the run."""
    return "/".join(Path(path).parts[-2:]) if path else ""


def _groups(job: JobResult, rows: Sequence[RejectedRow], columns: Sequence[str]) -> Iterator[GroupShown]:
    """The flaws of a job's rows by field and code, with the first rows that have them."""
    alike = defaultdict[tuple[str, str], list[RejectGroup]](list)
    for group in job.reject_groups:
        alike[group.field, group.code].append(group)
    for (name, code), groups in alike.items():
        own = [_row(row, columns) for row in rows if (name, code) in _flaws(row)]
        yield GroupShown(name, code or groups[0].reason, sum(group.rows for group in groups), groups[0].example, own)


def _flaws(row: RejectedRow) -> set[tuple[str, str]]:
    return {(name, code) for name, code, _ in row.flaws} or {(row.field, row.code)}


def _row(row: RejectedRow, columns: Sequence[str]) -> RowShown:
    place = f"{row.name or Path(row.file).name}:{row.line}" if row.file else str(row.line)
    cells = [
        (name, shown(cell, LONGEST_CELL))
        for name, cell in zip(columns, row.cells, strict=False)
        if cell not in (None, "")
    ]
    left = [("and", counted(len(cells) - LONGEST_ROW, "more cell"))] if len(cells) > LONGEST_ROW else []
    return RowShown(place, row.reason, [*cells[:LONGEST_ROW], *left])


def _over_time(course: Throughput | None) -> dict[str, Any]:
    return {"throughput": course, "throughput_chart": course.chart() if course else ""}


def _time(result: RunResult, events: Events | None) -> dict[str, Any]:
    known, methods = times.job_times(result.jobs, events), times.methods(result.jobs, events)
    is_long = events is not None and events.last_at_s >= LEAST_S and bool(known)
    return {
        "times": known,
        "times_chart": times.chart(known) if is_long else "",
        "time_kinds": times.KINDS,
        "methods": methods[: times.MOST_METHODS],
        "more_methods": len(methods[times.MOST_METHODS :]),
        "waits": times.waits(events),
        "repeated": sum(method.failed for method in methods),
        "settled": sum(job.settled for job in result.jobs),
    }
