"""Counts beside those of rows: lines by what became of them, and fields by how often they changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from odoo_etl.mapping import Record
from odoo_etl.planning import LINES, Existing, LineChanges, Update
from odoo_etl.results import Counts, LineCounts
from odoo_etl.sync.outcome import Outcome

_PREFIX = "lines_"  # of their names among the counts of rows, in the ledger
_CHANGED = "changed:"  # the same of fields


def lines_of(record: Record) -> int:
    """How many lines a record is to have, those of its lines included."""
    return sum(1 + lines_of(one) for lines in record.children for one in lines.records)


def of_update(update: Update) -> LineCounts:
    """Count the lines of a record that Odoo has by what becomes of them."""
    counts = of_children(update.children)
    return LineCounts(**{**asdict(counts), "unchanged": lines_of(update.record) - counts.created - counts.updated})


def of_whole(outcome: Outcome) -> Iterator[LineCounts]:
    """Count the lines of records that are created, or equal as a whole."""
    yield from (LineCounts(created=lines_of(one)) for one in outcome.created if one.children)
    yield from (LineCounts(unchanged=lines_of(one.record)) for one in outcome.unchanged if one.record.children)


def added(counts: Iterable[LineCounts]) -> LineCounts:
    """The sum."""
    several = [asdict(one) for one in counts]
    return LineCounts(**{name: sum(one[name] for one in several) for name in asdict(LineCounts())})


def as_kept(rows: Counts, lines: LineCounts, changed: Mapping[str, int]) -> dict[str, int]:
    """The counts that are not zero, as the ledger keeps them beside each other.

    Args:
        changed: field to in how many records it changed.
    """
    of_lines = {f"{_PREFIX}{name}": count for name, count in asdict(lines).items()}
    of_fields = {f"{_CHANGED}{name}": count for name, count in changed.items()}
    return {name: count for name, count in {**asdict(rows), **of_lines, **of_fields}.items() if count}


def without_lines(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of rows among those that the ledger has kept."""
    return {name: count for name, count in counts.items() if not name.startswith((_PREFIX, _CHANGED))}


def from_kept(counts: Mapping[str, int]) -> LineCounts:
    """The lines among the counts that the ledger has kept."""
    return LineCounts(**{name: counts.get(f"{_PREFIX}{name}", 0) for name in asdict(LineCounts())})


def changed_kept(counts: Mapping[str, int]) -> dict[str, int]:
    """The changed fields among the counts that the ledger has kept."""
    return {name.removeprefix(_CHANGED): count for name, count in counts.items() if name.startswith(_CHANGED)}


def of_children(children: Iterable[LineChanges]) -> LineCounts:
    """Count lines that come, change and go."""
    parts = []
    for lines in children:
        kept = [one for label, one in lines.updates.items() if label not in lines.archived]
        created = sum(1 + lines_of(one.record) for one in lines.creates.values())
        removed = sum(map(_lines_in, lines.removals.values())) + len(lines.archived)
        parts.append(LineCounts(created, len(kept), removed=removed))
        parts += [of_children(one.children) for one in kept]
    return added(parts)


def _lines_in(image: Existing) -> int:
    """How many lines go with a line that is removed, itself included."""
    return 1 + sum(_lines_in(one) for name, rows in image.items() if name.endswith(LINES) for one in rows)
