"""Undo as text: what came back of which records, what was left alone and why; of a plan, what would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from odoo_etl.reporting.words import counted, short
from odoo_etl.results import Counts, JobResult, LeftRecord, UndoneRecords

SHOWN_LEFT: Final = 3
LONGEST_REASON: Final = 200
DONE: Final = {
    "put_back": "put back",
    "made_active": "made active",
    "archived": "archived",
    "deleted": "deleted",
    "ids_taken": "relieved of their external ids",
    "ids_given": "given their external ids again",
}
TO_DO: Final = {
    "put_back": "to put back",
    "made_active": "to make active",
    "archived": "to archive",
    "deleted": "to delete",
    "ids_taken": "to relieve of their external ids",
    "ids_given": "to give their external ids again",
}


def records_line(counts: Counts, *, planned: bool = False) -> str:
    """`6 records: 5 taken back, 1 left alone`; a plan counts as the undo does."""
    words = {
        "updated": "to take back" if planned else "taken back",
        "skipped": "left alone",
        "unchanged": "as before already",
    }
    parts = [f"{getattr(counts, kind):,} {word}" for kind, word in words.items() if getattr(counts, kind)]
    return f"{counted(counts.read, 'record')}: {', '.join(parts) or 'nothing to take back'}"


def undone_line(undone: UndoneRecords) -> str:
    """`undone: 3 put back, 2 archived`: how many records by what was done with them."""
    done = [f"{getattr(undone, key):,} {word}" for key, word in DONE.items() if getattr(undone, key)]
    return f"  undone: {', '.join(done) or 'nothing'}"


def undone_lines(undone: UndoneRecords | None) -> Iterator[str]:
    """The work that undo did with the records of a run, and the first that it left alone."""
    if undone is None:
        return
    yield undone_line(undone)
    yield from (f"  left alone: {told_left(one)}" for one in undone.left[:SHOWN_LEFT])
    if more := len(undone.left[SHOWN_LEFT:]):
        yield f"  left alone: {more:,} more, see run_results.json"


def told_left(left: LeftRecord) -> str:
    """`Azure (id 7): changed since, at ...`."""
    name = f"{left.name} " if left.name else ""
    return f"{name}(id {left.id}): {short(left.reason, LONGEST_REASON)}"


def undo_line(jobs: Iterable[JobResult], *, planned: bool) -> str:
    """`3 to put back (5 fields), 2 to archive, 1 left alone`, of one job or of all."""
    counts, left, fields, lines = Counter[str](), 0, 0, 0
    for job in jobs:
        undone = job.undone or UndoneRecords()
        counts.update({key: getattr(undone, key) for key in DONE})
        left, fields = left + len({one.id for one in undone.left}), fields + sum(job.changed_fields.values())
        lines += job.lines.created + job.lines.updated + job.lines.removed
    words = TO_DO if planned else DONE
    parts = [f"{counts[key]:,} {word}" for key, word in words.items() if counts[key]]
    beside = [counted(count, word) for count, word in ((fields, "field"), (lines, "line")) if count]
    if counts["put_back"] and beside:
        parts[0] += f" ({', '.join(beside)})"
    parts += [f"{left:,} left alone"] if left else []
    return ", ".join(parts) or ("nothing to take back" if planned else "nothing")
