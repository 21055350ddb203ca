"""Values in other languages and companies that new lines lack when they are made. Pure.

Their ids are not known before: records are planned once more, and of that only what is about new lines is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from odoo_etl.mapping import Record
from odoo_etl.planning.changes import Create, LineChanges, Plan, Update

_Planned = Mapping[str, LineChanges]


def with_new_lines(plan: Plan) -> Iterator[Create | Update]:
    """The parts of a plan whose new lines have values in other languages or companies."""
    yield from (one for one in plan.creates if any(map(_has_variants, _lines_of(one.record))))
    yield from (one for one in plan.updates if any(map(_has_variants, _new_in(one))))


def completing_lines(planned: Create | Update, now: Update | None) -> Update | None:
    """The update that completes the new lines of a record.

    Args:
        planned: as the record was planned and written.
        now: its differences since then.
    """
    if now is None:
        return None
    before = None if isinstance(planned, Create) else _by_name(planned)
    children = tuple(_completing(now.children, before))
    return replace(now, changes={}, along={}, variants=(), children=children) if children else None


def _completing(children: Iterable[LineChanges], before: _Planned | None) -> Iterator[LineChanges]:
    """The differences in lines that were new: all of them where nothing is said of what was there before."""
    for one in children:
        planned = LineChanges(one.name) if before is None else before.get(one.name)
        if planned is None:
            continue
        lines = {label: _line(update, label, planned, is_new=before is None) for label, update in one.updates.items()}
        if updates := {label: line for label, line in lines.items() if line.differs}:
            yield LineChanges(one.name, updates=updates)


def _line(update: Update, label: str, planned: LineChanges, *, is_new: bool) -> Update:
    if is_new or label in planned.creates:
        return replace(update, changes={}, along={}, children=tuple(_completing(update.children, None)))
    before = _by_name(planned.updates[label]) if label in planned.updates else {}
    return replace(update, changes={}, along={}, variants=(), children=tuple(_completing(update.children, before)))


def _by_name(update: Update) -> _Planned:
    return {one.name: one for one in update.children}


def _new_in(update: Update) -> Iterator[Record]:
    """The new lines of a record that is there, with their lines."""
    for one in update.children:
        for create in one.creates.values():
            yield create.record
            yield from _lines_of(create.record)
        for line in one.updates.values():
            yield from _new_in(line)


def _lines_of(record: Record) -> Iterator[Record]:
    """All lines of a record."""
    for line in (line for lines in record.children for line in lines.records):
        yield line
        yield from _lines_of(line)


def _has_variants(line: Record) -> bool:
    return bool(line.variants)
