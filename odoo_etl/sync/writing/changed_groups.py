"""Changing groups of records (`load.together`) that Odoo has at least some of, each group in one transaction.

Where the group is all of one record above it (`together: [move_id]`) and that record has them as its lines, the call is
a write to that: Odoo checks what holds for the lines together (a balanced entry) when all of them are written, and new
lines go along. Else the records have one `web_save_multi`, which writes one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import OWN, Flaw
from odoo_etl.sync.contents import filled
from odoo_etl.sync.outcome import Outcome, Refuse, Unsendable
from odoo_etl.sync.ports import Fence, Target
from odoo_etl.sync.writing.groups import Group, GroupCalls, every_create, every_update
from odoo_etl.sync.writing.new_groups import NewGroups
from odoo_etl.sync.writing.recorder import Sending
from odoo_etl.sync.writing.updates import Updates, Written

NOT_ONE_CALL = "together_not_one_call"
UNFILTERED: tuple[object, ...] = (None, False, [], "[]", "")


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
        creates: makes new records beside; None where these have external ids.
    """

    def __init__(self, *parts: Any, together: Sequence[TargetField], creates: NewGroups | None) -> None:
        super().__init__(*parts)
        self._together, self._creates = together, creates
        self._lines: Lines | None = None
        self._asked = False
        self._lock = threading.Lock()

    def write_groups(
        self, groups: Sequence[Group], chunk: int, calls: GroupCalls, outcome: Outcome, refuse: Refuse
    ) -> None:
        """Write groups, each in one call."""
        lines = self._lines_above() if groups else None
        along = [one for one in groups if lines is not None and self._are_lines(one, lines)]
        chosen = {id(one) for one in along}
        apart = [one for one in groups if id(one) not in chosen]

        def landed(some: Sequence[Group], ids: Sequence[int] | None) -> None:
            creates, updates = every_create(some), every_update(some)
            if ids is None:
                outcome.again.extend(record for one in some for record in one.records)
                return
            if creates:
                outcome.take_created([item.record for item in creates], ids)
            outcome.take_updated(updates)

        most = 1 if not self._many else float("inf")
        if lines is not None and along:
            calls.send(along, partial(self._through, lines, chunk, calls), landed, refuse, most=most)
        calls.send(apart, partial(self._directly, chunk, calls), landed, refuse, most=most)

    def _through(self, lines: Lines, chunk: int, calls: GroupCalls, groups: Sequence[Group]) -> Sequence[int] | None:
        """Write groups as the lines of the records above them."""
        target, updates, creates = self._target, every_update(groups), every_create(groups)
        ids = [one.records[0].values[lines.parent] for one in groups]
        values = [{lines.name: _commands(one, lines)} for one in groups]
        client = target.client.listening(calls.patience(groups).impatience(len(groups)))
        context = self._context(Written(chunk, OWN), updates)
        if len(groups) == 1:
            send: Sending[object] = partial(client.write, lines.model, ids, values[0], context=context)
        else:
            send = partial(client.web_save_multi, lines.model, ids, values, context=context)
        if not creates or self._creates is None:
            self._update(Written(chunk, OWN), updates, send)
            return []
        call = self._begin(Written(chunk, OWN), updates)
        made = self._creates.beside(chunk, creates, partial(self._both, call, send))
        if made is None:
            self._recorder.settled(call, [])
        else:
            self._recorder.done(call, [item.id for item in updates])
        return made

    def _both(self, call: int, send: Sending[object], *, fence: Fence) -> object:
        """Send what two intents of the journal stand for."""

        def fenced(*, fence: Fence, outer: Fence = fence) -> object:
            return send(fence=lambda: [one() for one in (outer, fence) if one is not None])

        return self._recorder.send(call, fenced)

    def _directly(self, chunk: int, calls: GroupCalls, groups: Sequence[Group]) -> Sequence[int]:
        """Write groups of records that Odoo has."""
        if new := every_create(groups):
            raise Unsendable(_not_one_call(len(new), self._target))
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
        return bool(above) and not moved and not (group.creates and self._creates is None)

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
    changed = [[1, item.id, filled(item.values)] for item in group.updates]
    return [*changed, *([0, 0, _without(filled(item.values), lines.parent)] for item in group.creates)]


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {one: value for one, value in values.items() if one != name}


def _not_one_call(new: int, target: Target) -> Flaw:
    reason = (
        f"Odoo has some records of this group and lacks {new}: no single call creates and changes records of"
        f" {target.model} by these fields; nothing was written. Groups by one many2one field, whose record has the"
        " others as its lines, can be: else create the missing records with a job of their own"
    )
    return Flaw("plan", NOT_ONE_CALL, reason)


def _not_one_load(target: Target) -> Flaw:
    reason = (
        f"no single call changes these records of {target.model}: this server is older than Odoo 19, and `load` takes"
        " rows with the same fields, without files and links that are added or removed; nothing was written"
    )
    return Flaw("plan", NOT_ONE_CALL, reason)
