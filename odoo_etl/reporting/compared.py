"""The result of `reconcile` as text: equal, differing, missing and surplus records, and the control sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from odoo_etl.reporting.expectations import expectation_lines
from odoo_etl.reporting.text import header_lines, run_lines
from odoo_etl.reporting.words import short, shown_path
from odoo_etl.results import Change, Counts, JobResult, RunResult, VanishedRecords

WORDS = {
    "unchanged": "equal",
    "updated": "differ",
    "created": "missing in Odoo",
    "skipped": "left alone by the job",
    "filtered": "not the job's",
    "rejected": "not comparable",
    "failed": "not compared",
}
WORDS_OF_LINES = {**WORDS, "removed": "in Odoo, but not in the source"}


def compared_run_lines(result: RunResult) -> Iterator[str]:
    """All that is to be said of a comparison."""
    yield from header_lines(result)
    for job in result.jobs:
        yield from compared_lines(job)
    yield from run_lines(result, planned=True)


def compared_lines(result: JobResult) -> Iterator[str]:
    """How Odoo differs from the source of one job."""
    if result.status == "skipped":
        yield f"{result.job}: {result.error}"
        return
    yield f"{result.job} ↔ {result.model}: {compared_counts(result.counts)}"
    lines = [f"{count:,} {WORDS_OF_LINES[kind]}" for kind, count in asdict(result.lines).items() if count]
    yield from [f"  lines: {', '.join(lines)}"] if lines else []
    yield f"  {result.elapsed_s:.1f} s, {sum(result.calls.values())} calls"
    if result.reject_codes:
        codes = ", ".join(f"{count:,} {code}" for code, count in sorted(result.reject_codes.items()))
        yield f"  not comparable: {codes}; see {shown_path(Path(result.rejects_file))}"
    yield from surplus_lines(result.vanished)
    yield from difference_lines(result)
    yield from expectation_lines(result.expectations)
    yield from (f"  note: {note}" for note in result.notes)
    if result.status == "failed":
        yield f"  FAILED: {result.error}"


def compared_counts(counts: Counts) -> str:
    """`12 rows: 10 equal, 1 differ, 1 missing in Odoo`."""
    parts = [f"{getattr(counts, kind):,} {word}" for kind, word in WORDS.items() if getattr(counts, kind)]
    return f"{counts.read:,} rows: {', '.join(parts) or 'nothing to compare'}"


def surplus_lines(vanished: VanishedRecords | None) -> Iterator[str]:
    """Records that Odoo has and the source lacks, and archived ones that the source has."""
    if vanished is None:
        return
    if vanished.returned:
        yield f"  archived in Odoo, but in the source: {vanished.returned:,}"
    if vanished.found:
        first = vanished.first or ()
        more = ", …" if vanished.found > len(first) else ""
        yield f"  in Odoo, but not in the source: {vanished.found:,} ({', '.join(first)}{more})"
    if vanished.blocked:
        yield f"  nobody looked for records that the source lacks: {vanished.blocked}"


def difference_lines(result: JobResult) -> Iterator[str]:
    """In which fields records differ, and the first of them."""
    if result.changed_fields:
        fields = ", ".join(f"{name} in {count:,}" for name, count in result.changed_fields.items())
        yield f"  fields that differ: {fields}"
    yield from _changes(result.changes)


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        if change.action not in {"create", "update"}:
            continue  # what the source lacks is told of elsewhere
        if change.action == "create":
            yield f"    missing: {change.key}, line {change.line}"
            continue
        yield f"    differs: {change.key} (id {change.id}), line {change.line}"
        for name, pair in change.changes.items():
            old, new = map(_told, change.names.get(name, pair))
            yield f"      {name}: Odoo has {old}, the source {new}"


def _told(value: Any) -> str:
    """A value, or the names of records."""
    return short(", ".join(map(str, value)) if isinstance(value, list) else value)
