"""The fields that change, and how often, in a line: of a plan, and of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from odoo_etl.results import JobResult

SHOWN_FIELDS: Final = 6
ROOM: Final = 80


def fields_line(job: JobResult) -> Iterator[str]:
    """Which fields change in how many records: `email in 5 (2 from empty, 1 to empty), name in 3`."""
    if not job.changed_fields:
        return
    told = [_field(name, records, job) for name, records in job.changed_fields.items()][:SHOWN_FIELDS]
    yield f"  fields that change: {', '.join(told)}{_more(job, len(told))}"


def changed_line(job: JobResult) -> Iterator[str]:
    """Which fields a run has changed in how many records that Odoo had: as many of them as have room, one at least."""
    told = [f"{name} in {records:,}" for name, records in job.changed_fields.items()]
    for shown in range(len(told), 0, -1):
        line = f"  fields changed: {', '.join(told[:shown])}{_more(job, shown)}"
        if len(line) <= ROOM or shown == 1:
            yield line
            return


def _more(job: JobResult, shown: int) -> str:
    more = len(job.changed_fields) - shown
    return f" and {more} more" if more else ""


def _field(name: str, records: int, job: JobResult) -> str:
    filled, emptied = job.filled_fields.get(name, 0), job.emptied_fields.get(name, 0)
    beside = [f"{filled:,} from empty"] if filled else []
    beside += [f"{emptied:,} to empty"] if emptied else []
    return f"{name} in {records:,}" + (f" ({', '.join(beside)})" if beside else "")
