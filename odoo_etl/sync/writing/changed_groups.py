"""Changing groups of records (`load.together`) that Odoo has at least some of, each group in one transaction.

Where the group is all of one record above it (`together: [move_id]`) and that record has them as its lines, the call is
a write to that: Odoo checks what holds for the lines together (a balanced entry) when all of them are written, and new
lines go along. Else changed records have one `web_save_multi`, and new and changed ones one `load`, both of which write
one after the other.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import OWN, Flaw
from odoo_etl.planning import Create, Update
from odoo_etl.sync.contents import filled
from odoo_etl.sync.outcome import Outcome, Refuse, Unsendable
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing.groups import Group, GroupCalls, every_create, every_update
from odoo_etl.sync.writing.loads import load_records
from odoo_etl.sync.writing.new_groups import NOT_ONE_CALL, ImportedGroups, NewGroups
from odoo_etl.sync.writing.recorder import Sending
from odoo_etl.sync.writing.updates import Updates, Written

SPARES = (
    "Odoo has some records of this group and lacks others: one call creates and changes records by `load` only, whose"
    " rows would write the fields with `write: create` or `if_empty` of existing records, too; nothing was written."
    " Create the missing records with a job of their own"
)
UNFILTERED: tuple[object, ...] = (None, False, [], "[]", "")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Lines:
    """The field of a model in which a record has the records of a group.

    Attributes:
        parent: the field of each record that names that record.
    """

    model: str
    name: str
    parent: str


class ChangedGroups(Updates):
    """Writes groups with records that Odoo has; may be used from several lanes.

    Args:
        together: the fields that make groups.
        creates: makes new records beside.
        spares: some fields of existing records stay as they are.
    """

    def __init__(
        self, *parts: Any, together: Sequence[TargetField], creates: NewGroups | ImportedGroups, spares: bool = False
    ) -> None:
        super().__init__(*parts)
        self._together, self._creates, self._spares = together, creates, spares
        self._lines: Lines | None = None
        self._asked = False
        self._lock = threading.Lock()

    def write_groups(
        self, groups: Sequence[Group], chunk: int, calls: GroupCalls, outcome: Outcome, refuse: Refuse
    ) -> None:
        """Write groups, each in one call."""
        if not groups:
            return
        lines = self._lines_above()
        along, mixed, changed = list[Group](), list[Group](), list[Group]()
        for one in groups:
            (along if lines and self._are_lines(one, lines) else mixed if one.creates else changed).append(one)

        def landed(some: Sequence[Group], ids: Sequence[int] | None) -> None:
            if ids is None:
                outcome.again.extend(record for one in some for record in one.records)
                return
            if creates := every_create(some):
                outcome.take_created([item.record for item in creates], ids)
            outcome.take_updated(every_update(some))

        most = math.inf if self._many else 1
        if lines:
            calls.send(along, partial(self._through, lines, chunk, calls), landed, refuse, most=most)
        calls.send(changed, partial(self._directly, chunk, calls), landed, refuse, most=most)
        calls.send(mixed, partial(self._loaded, chunk), landed, refuse, most=1)

    def _through(self, lines: Lines, chunk: int, calls: GroupCalls, groups: Sequence[Group]) -> Sequence[int] | None:
        """Write groups as the lines of the records above them."""
        updates, creates = every_update(groups), every_create(groups)
        ids = [one.records[0].values[lines.parent] for one in groups]
        values = filled([{lines.name: _commands(one, lines)} for one in groups], self._target.elsewhere)
        client = self._target.client.listening(calls.patience(groups).impatience(len(groups)))
        context = self._context(Written(chunk, OWN), updates)
        send: Sending[object]
        if len(groups) == 1:
            send = partial(client.write, lines.model, ids, values[0], context=context)
        else:
            send = partial(client.web_save_multi, lines.model, ids, values, context=context)
        if creates:
            return self._with_new(chunk, creates, updates, send, _unsaid)
        self._update(Written(chunk, OWN), updates, send)
        return []

    def _loaded(self, chunk: int, groups: Sequence[Group]) -> Sequence[int] | None:
        """Create and change the records of one group by `load`."""
        (group,) = groups
        if self._spares:
            raise Unsendable(Flaw("plan", NOT_ONE_CALL, SPARES))
        target, rows = self._target, self._creates.mixed_rows(group, self._loader())
        context = {**self._context(Written(chunk, OWN), group.updates), **rows.context}
        send = partial(load_records, target.client, target.model, rows.columns, rows.cells, context=context)
        new = len(group.creates)
        return self._with_new(chunk, group.creates, group.updates, send, lambda ids: ids[:new])

    def _with_new(
        self,
        chunk: int,
        creates: Sequence[Create],
        updates: Sequence[Update],
        send: Sending[Answer],
        ids_in: Callable[[Answer], Sequence[int] | None],
    ) -> list[int] | None:
        """Send a call that creates and changes records: two intents in the journal, with one end."""
        call = self._begin(Written(chunk, OWN), updates)

        def both(*, fence: Callable[[], object]) -> Answer:
            def sent(*, fence: Callable[[], object], first: Callable[[], object] = fence) -> Answer:
                return send(fence=lambda: (first(), fence()))

            return self._recorder.send(call, sent)

        made = self._creates.beside(chunk, creates, both, ids_in)
        if made is None:
            self._recorder.settled(call, [])
        else:
            self._recorder.done(call, [item.id for item in updates])
        return made

    def _directly(self, chunk: int, calls: GroupCalls, groups: Sequence[Group]) -> Sequence[int]:
        """Write groups of records that Odoo has."""
        updates, patience = every_update(groups), calls.patience(groups)
        if self._many:
            self._write_many(Written(chunk, OWN), patience, updates)
            return []
        if all(item.values == updates[0].values for item in updates) and self._target.alone.isdisjoint(updates[0].sent):
            self._write_equal(Written(chunk, OWN), patience, updates)
            return []
        loads, others = self._loader().updates(updates)
        if others or len(loads) > 1:
            raise Unsendable(_not_one_load(self._target))
        self._load(Written(chunk, OWN), loads[0], patience, loads[0].rows)
        return []

    def _are_lines(self, group: Group, lines: Lines) -> bool:
        """Whether a group can be written as lines of the record above it."""
        moved = any(lines.parent in item.changes for item in group.updates)
        above = group.records[0].values.get(lines.parent)
        return bool(above) and not moved and (self._creates.through_parents or not group.creates)

    def _lines_above(self) -> Lines | None:
        """The field in which a record above has the records of a group, asked once."""
        with self._lock:
            if not self._asked:
                self._lines = self._find_lines()
                self._asked = True
            return self._lines

    def _find_lines(self) -> Lines | None:
        if len(self._together) != 1 or not self._together[0].type.is_one_record or not self._together[0].relation:
            return None
        above, target = self._together[0], self._target
        fields = target.client.fields_get(
            above.relation, None, ["type", "relation", "relation_field", "domain", "readonly"], context=target.context
        )
        for name, one in sorted(fields.items()):
            if (one.get("relation"), one.get("relation_field")) == (target.model, above.name) and (
                one.get("domain") in UNFILTERED and not one.get("readonly")
            ):
                return Lines(above.relation, name, above.name)
        return None


def _commands(group: Group, lines: Lines) -> list[list[Any]]:
    """The writes of a group as its parent takes them."""
    changed = [[1, item.id, item.values] for item in group.updates]
    return [*changed, *([0, 0, _without(item.values, lines.parent)] for item in group.creates)]


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {one: value for one, value in values.items() if one != name}


def _unsaid(_answer: object) -> None:
    """No ids: a write does not say which lines it made."""


def _not_one_load(target: Target) -> Flaw:
    reason = (
        f"no single call changes these records of {target.model}: this server is older than Odoo 19, and `load` takes"
        " rows with the same fields, without files and links that are added or removed; nothing was written"
    )
    return Flaw("plan", NOT_ONE_CALL, reason)
