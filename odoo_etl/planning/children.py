"""The lines of a record, held against those that Odoo has: which are new, which differ, which go. Pure.

A line is found among its siblings by its key; lines that share one, or have none, by their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from odoo_etl.mapping import Key, Lines, Record, shown_key
from odoo_etl.planning.changes import Create, Existing, LineChanges, Update
from odoo_etl.planning.images import image_of
from odoo_etl.planning.rules import RecordRules, Rest

ACTIVE = "active"


class PlansOne(Protocol):
    """The part of a `Planner` that plans one line."""

    rules: RecordRules

    def key_of(self, record: Record) -> Key:
        """The key that a line is found by."""
        ...

    def key_in(self, values: Existing) -> Key:
        """The same of a line that Odoo has."""
        ...

    def update_of(self, record: Record, found: Existing) -> Update | None:
        """The differences in a line; None where nothing differs."""
        ...

    def owing(self, record: Record, found: Existing) -> Update:
        """The update that finishes a line which a run has made and not completed."""
        ...

    def lacking(self, record: Record) -> list[str]:
        """The fields in which a new line must have a value and has none."""
        ...

    def as_created(self, record: Record) -> Record:
        """A new line with its values as Odoo keeps them."""
        ...


class LinePlanner:
    """Plans the lines of one one2many field.

    Args:
        planner: plans each line; also to be asked directly.
    """

    def __init__(self, planner: PlansOne, rest: Rest) -> None:
        self.planner, self._rest = planner, rest

    def changes(self, lines: Lines, rows: Sequence[Existing]) -> LineChanges:
        """The differences between the lines that a record is to have and the rows that Odoo has of them."""
        planner, free = self.planner, self._by_key(rows)
        creates: dict[str, Create] = {}
        updates: dict[str, Update] = {}
        for label, record in labelled(lines.records):
            if same := free[planner.key_of(record)]:
                if update := planner.update_of(record, same.popleft()):
                    updates[label] = update
            else:
                creates[label] = Create(planner.as_created(record))
        rest = {row["id"] for some in free.values() for row in some}
        return self._with_rest(LineChanges(lines.name, creates, updates), rows, rest)

    def owing(self, lines: Lines, rows: Sequence[Existing]) -> LineChanges:
        """The changes that finish lines which a run has made; they stay otherwise as they are."""
        planner, free = self.planner, self._by_key(rows)
        updates: dict[str, Update] = {}
        for label, record in labelled(lines.records):
            same = free[planner.key_of(record)]
            if same and (update := planner.owing(record, same.popleft())).differs:
                updates[label] = update
        return LineChanges(lines.name, updates=updates)

    def _by_key(self, rows: Sequence[Existing]) -> defaultdict[Key, deque[Existing]]:
        free = defaultdict[Key, deque[Existing]](deque)
        for row in rows:
            free[self.planner.key_in(row)].append(row)
        return free

    def _with_rest(self, changes: LineChanges, rows: Sequence[Existing], rest: Collection[int]) -> LineChanges:
        """The changes, and what becomes of the rows that the source lacks."""
        if self._rest == "keep" or not rest:
            return changes
        gone = {label: row for label, row in self._labelled_rows(rows) if row["id"] in rest}
        if self._rest == "remove":
            return replace(changes, removals={label: image_of(row, self.planner.rules) for label, row in gone.items()})
        archived = {
            label if label not in changes.updates else f"{label}, id {row['id']}": _archived(label, row)
            for label, row in gone.items()
            if row.get(ACTIVE, True)
        }
        return replace(changes, updates={**changes.updates, **archived}, archived=frozenset(archived))

    def lacking(self, records: Sequence[Record]) -> list[str]:
        """Paths below the field of the values that new lines must have and have not."""
        return [f"[{label}].{name}" for label, one in labelled(records) for name in self.planner.lacking(one)]

    def as_created(self, lines: Lines) -> Lines:
        """New lines with their values as Odoo keeps them."""
        return Lines(lines.name, tuple(map(self.planner.as_created, lines.records)))

    def _labelled_rows(self, rows: Sequence[Existing]) -> Iterator[tuple[str, Existing]]:
        keys = (", ".join(map(str, self.planner.key_in(row))) for row in rows)
        return zip(_labels(keys), rows, strict=True)


def labelled(records: Sequence[Record]) -> Iterator[tuple[str, Record]]:
    """The lines of one record, each with its label."""
    return zip(_labels(map(shown_key, records)), records, strict=True)


def _labels(keys: Iterable[str]) -> Iterator[str]:
    """`30` for what is found by that, `30 (2)` for the second of them, `2` for the second line without a key."""
    seen = Counter[str]()
    for key in keys:
        seen[key] += 1
        yield (f"{key} ({seen[key]})" if seen[key] > 1 else key) if key else str(seen[key])


def _archived(label: str, row: Existing) -> Update:
    pair: tuple[Any, Any] = (row.get(ACTIVE, True), False)
    return Update(Record((label,), {ACTIVE: False}, []), row["id"], {ACTIVE: pair}, row)
