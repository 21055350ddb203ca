"""The lines of a record, held against those that Odoo has: which are new, which differ, which go. Pure.

Which line stands for which is a matter of `pairing`. A line that is archived in Odoo while the source has it is made
active again. What the source lacks goes only where a row of the job once stood for it: Odoo itself, and people, add
lines that are none of the job's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from odoo_etl.mapping import Key, Lines, Record
from odoo_etl.planning.changes import Create, Existing, LineChanges, Update
from odoo_etl.planning.images import image_of
from odoo_etl.planning.pairing import ACTIVE, KNOWN, Pairs, labelled, labels
from odoo_etl.planning.rules import RecordRules, Rest

_OURS = "."  # names of what is known of a row begin with it, those of fields never do

__all__ = ["ACTIVE", "LinePlanner", "labelled"]


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

    def lacking(self, record: Record) -> list[str]:
        """The fields in which a new line must have a value and has none."""
        ...

    def as_created(self, record: Record) -> Record:
        """A new line with its values as Odoo keeps them."""
        ...

    def stood_for(self, record: Record, found: Existing, path: str) -> Iterator[tuple[str, Existing]]:
        """The lines of a line that those of the source stand for, each with the path of its field."""
        ...


class LinePlanner:
    """Plans the lines of one one2many field.

    Args:
        planner: plans each line; also to be asked directly.
    """

    def __init__(self, planner: PlansOne, rest: Rest) -> None:
        self.planner, self._rest, self._pairs = planner, rest, Pairs(planner)

    def changes(self, lines: Lines, rows: Sequence[Existing], *, some: bool = False) -> LineChanges:
        """The differences between the lines that a record is to have and the rows that Odoo has of them.

        Args:
            some: the record may have more lines than these: none goes.
        """
        records = _told(lines.records, some=some)
        pairing = self._pairs.of(records, rows, some=some)
        creates: dict[str, Create] = {}
        updates: dict[str, Update] = {}
        unclear = []
        for number, (label, record) in enumerate(labelled(records)):
            if number in pairing.unclear:
                unclear.append(label)
            elif (row := pairing.found.get(number)) is None:
                creates[label] = Create(self.planner.as_created(record))
            elif update := self._update(record, row):
                updates[label] = update
        known = [row for row in pairing.rest if row.get(KNOWN, True)]
        others = len(pairing.rest) if any(KNOWN not in row for row in known) else len(pairing.rest) - len(known)
        changes = LineChanges(lines.name, creates, updates, unclear=tuple(unclear), others=others)
        return changes if some else self._with_rest(changes, known)

    def stood_for(
        self, lines: Lines, rows: Sequence[Existing], path: str, *, some: bool
    ) -> Iterator[tuple[str, Existing]]:
        """The lines of Odoo that those of the source stand for, their own lines among them, each with a path."""
        here = f"{path}{lines.name}[]"
        records = _told(lines.records, some=some)
        for number, row in self._pairs.of(records, rows, some=some).found.items():
            yield here, row
            yield from self.planner.stood_for(records[number], row, f"{here}.")

    def _update(self, record: Record, row: Existing) -> Update | None:
        """The differences in a line; one that is archived is made active again."""
        update = self.planner.update_of(record, row)
        if row.get(ACTIVE, True) or ACTIVE in record.values:
            return update
        update = update or Update(record, row["id"], {}, row)
        return replace(update, changes={**update.changes, ACTIVE: (False, True)})

    def _with_rest(self, changes: LineChanges, rest: Sequence[Existing]) -> LineChanges:
        """The changes, and what becomes of the rows that the source lacks."""
        if self._rest == "archive":
            rest = [row for row in rest if row.get(ACTIVE, True)]
        if self._rest == "keep" or not rest:
            return changes
        shown = [", ".join(map(str, self.planner.key_in(row))) or f"id {row['id']}" for row in rest]
        gone = dict(zip(labels(shown, {*changes.updates, *changes.creates}), rest, strict=True))
        if self._rest == "remove":
            images = {label: image_of(_of_odoo(row), self.planner.rules) for label, row in gone.items()}
            return replace(changes, removals=images)
        archived = {label: _archived(label, row) for label, row in gone.items()}
        return replace(changes, updates={**changes.updates, **archived}, archived=frozenset(archived))

    def lacking(self, records: Sequence[Record]) -> list[str]:
        """Paths below the field of the values that new lines must have and have not."""
        return [f"[{label}].{name}" for label, one in labelled(records) for name in self.planner.lacking(one)]

    def as_created(self, lines: Lines) -> Lines:
        """New lines with their values as Odoo keeps them."""
        return Lines(lines.name, tuple(map(self.planner.as_created, lines.records)))


def _told(records: Sequence[Record], *, some: bool) -> Sequence[Record]:
    """The lines, which know whether their own lines may be some of them only."""
    return [replace(one, some_rows=True) if one.children else one for one in records] if some else records


def _of_odoo(row: Any) -> Any:
    """A row, and its lines, without what is known of them."""
    if isinstance(row, Mapping):
        return {name: _of_odoo(value) for name, value in row.items() if not name.startswith(_OURS)}
    return [_of_odoo(one) for one in row] if isinstance(row, list) else row


def _archived(label: str, row: Existing) -> Update:
    pair: tuple[Any, Any] = (row.get(ACTIVE, True), False)
    return Update(Record((label,), {ACTIVE: False}, []), row["id"], {ACTIVE: pair}, row)
