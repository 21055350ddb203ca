"""As how many records a change counts: one for itself, and one for each of its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from odoo_etl.mapping import Record
from odoo_etl.planning import Create, LineChanges, Update


def creating(items: Sequence[Create]) -> Callable[[Create], int] | None:
    """Weighs new records; None where they have no lines."""
    return _of_create if any(item.record.children for item in items) else None


def updating(items: Sequence[Update]) -> Callable[[Update], int] | None:
    """Weighs records that differ; None where no lines do."""
    return _of_update if any(item.children for item in items) else None


def weight_of(items: Sequence[Update]) -> int:
    """As how many records they count together."""
    return sum(map(_of_update, items))


def _of_create(create: Create) -> int:
    return _of_record(create.record)


def _of_record(record: Record) -> int:
    return 1 + sum(_of_record(line) for lines in record.children for line in lines.records)


def _of_update(update: Update) -> int:
    return 1 + sum(map(_of_lines, update.children))


def _of_lines(lines: LineChanges) -> int:
    return (
        sum(map(_of_create, lines.creates.values()))
        + sum(map(_of_update, lines.updates.values()))
        + len(lines.removals)
    )
