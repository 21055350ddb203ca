"""The second look at the records of a job, when all its rows are written: what is not as its row wants is put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from odoo_etl.mapping import Record
from odoo_etl.planning import Update
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.read_back import SecondLook
from odoo_etl.sync.session import RejectedLines
from odoo_etl.sync.staging import Batch, Gathered

Differing = Callable[[Sequence[Record]], Sequence[Update]]


def look_again(  # noqa: PLR0913 - what is looked at, and how
    second: SecondLook,
    gathered: Gathered,
    rejected: RejectedLines,
    differing: Differing,
    lanes: int,
    *,
    refused_too: bool,
) -> None:
    """Look once more at records that may not be as their rows want; then report what Odoo does not keep.

    Args:
        differing: plans records anew.
        refused_too: rejected rows landed before, and Odoo refuses now what they want.
    """
    if not second.begin() and not (refused_too and rejected.lines):
        return

    def due() -> Iterator[Batch]:
        for batch in gathered.batches():
            if records := [one for one in batch.records if _is_due(one, second, rejected, refused_too=refused_too)]:
                yield Batch(records, [])

    run_lanes(due(), lambda batch: second.write_again(differing(batch.records), batch.number), lanes)
    if second.odd:
        run_lanes(due(), lambda batch: second.conclude(differing(batch.records)), lanes)


def _is_due(record: Record, second: SecondLook, rejected: RejectedLines, *, refused_too: bool) -> bool:
    """Whether a record is looked at; rejected rows have their report, but for those that landed before."""
    if any(rejected.has(row.line, row.file, row.cells) for row in record.rows):
        return refused_too
    return second.wants(record)
