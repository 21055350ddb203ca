"""The outcome of a plan in a few lines: a job's, and that of all jobs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from odoo_etl.reporting.words import counted
from odoo_etl.results import JobResult

SHOWN_FIELDS: Final = 6
# What is told of it, by action or kind of rows, in this order.
TO_DO: Final = {
    "create": "to create",
    "update": "to update",
    "activate": "to make active",
    "set": "to set",
    "archive": "to archive",
    "delete": "to delete",
    "report": "vanished",
}


def planned_line(jobs: Iterable[JobResult]) -> str:
    """`12 to create, 5 to update (20 fields), 3 to archive, 983 unchanged, 2 rejected`, of one job or several."""
    jobs = [job for job in jobs if job.status != "skipped"]
    planned = _sum(job.planned for job in jobs)
    planned["create"] = sum(job.counts.created for job in jobs)
    planned["update"] = sum(job.counts.updated for job in jobs)
    fields = sum(sum(job.changed_fields.values()) for job in jobs)
    parts = [f"{planned[action]:,} {words}" for action, words in TO_DO.items() if planned[action]]
    if fields:
        told = counted(fields, "field")
        parts = [f"{part} ({told})" if part.endswith(TO_DO["update"]) else part for part in parts]
    for kind in ("unchanged", "skipped", "filtered", "rejected", "failed"):
        rows = sum(getattr(job.counts, kind) for job in jobs)
        parts += [f"{rows:,} {kind}"] if rows else []
    return ", ".join(parts) or "nothing to do"


def fields_line(job: JobResult) -> Iterator[str]:
    """Which fields change in how many records: `email in 5 (2 were empty, 1 becomes empty), name in 3`."""
    if not job.changed_fields:
        return
    told = [_field(name, records, job) for name, records in job.changed_fields.items()][:SHOWN_FIELDS]
    more = len(job.changed_fields) - len(told)
    yield f"  fields that change: {', '.join(told)}{f' and {more} more' if more else ''}"


def _field(name: str, records: int, job: JobResult) -> str:
    filled, emptied = job.filled_fields.get(name, 0), job.emptied_fields.get(name, 0)
    beside = [f"{filled:,} from empty"] if filled else []
    beside += [f"{emptied:,} to empty"] if emptied else []
    return f"{name} in {records:,}" + (f" ({', '.join(beside)})" if beside else "")


def more_line(left: int) -> Iterator[str]:
    """How many changes are not shown."""
    if left > 0:
        yield f"  … {counted(left, 'more change')}"


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total
