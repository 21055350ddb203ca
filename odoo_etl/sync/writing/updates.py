"""Writing what differs to records that Odoo has: equal values together, the rest in one call where Odoo allows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from odoo_etl.errors import Refused, UnknownOutcome
from odoo_etl.fieldtypes import StoredContent
from odoo_etl.mapping import OWN, Variant
from odoo_etl.planning import (
    Dependents,
    EqualWrites,
    Image,
    LineChanges,
    LoadedUpdate,
    Loader,
    ManyWrites,
    Update,
    UpdateGroup,
    after,
    batches,
    before,
    variants_among,
)
from odoo_etl.sync.contents import bytes_in, filled, portions
from odoo_etl.sync.existing import read_whole
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing.bisection import RefusalRate, isolate, isolate_named
from odoo_etl.sync.writing.call_size import CallSize
from odoo_etl.sync.writing.loads import load_records
from odoo_etl.sync.writing.recorder import Recorder, Sending
from odoo_etl.sync.writing.weights import updating, weight_of
from odoo_etl.sync.writing.whole_lines import WholeLines

WEB_SAVE_MULTI_SINCE = 19
LOADED_TOGETHER = 50  # records of a `load` with ids: 25 to 50 are the quickest, whatever their fields (Odoo 14)

NamesOf = Callable[[Sequence[Update]], Sequence[Mapping[str, Any]]]
Landed = Callable[[Sequence[Update], object], object]
RefusedOne = Callable[[Update, Refused], object]


class Written(NamedTuple):
    """Which chunk is written, in which language and company."""

    chunk: int
    variant: Variant


class Updates:
    """`write` and `web_save_multi`, with what they replace kept in the journal; may be used from several lanes.

    Servers before Odoo 19, which have no `web_save_multi`, get records with values of their own by `load`, whose column
    `.id` names them; what `load` cannot express, by a `write` each.

    Args:
        dependents: tells what else Odoo computes anew: that is kept, too, so that undo can put it back.
        named: what the records are known by, which is kept, too: ids may belong to others once Odoo was restored.
        loader: makes rows of `load`; without it, each record has a `write` where there is no other way.
    """

    def __init__(
        self,
        target: Target,
        recorder: Recorder,
        dependents: Callable[[], Dependents],
        named: NamesOf,
        loader: Callable[[], Loader] = lambda: Loader({}, {}),
    ) -> None:
        self._loader, self._whole = loader, WholeLines(target)
        self._target, self._recorder, self._dependents, self._named = target, recorder, dependents, named
        self._many = target.client.version().major >= WEB_SAVE_MULTI_SINCE

    def apply(self, updates: Sequence[Update], chunk: int, rate: RefusalRate, outcome: Outcome, refuse: Refuse) -> None:
        """Write the records; those that landed go into `outcome`, those that Odoo refuses to `refuse`."""

        def landed(items: Sequence[Update], has_landed: object) -> None:
            (outcome.take_updated if has_landed else again)(items)

        def again(items: Sequence[Update]) -> None:
            outcome.again.extend(item.record for item in items)

        def refused(item: Update, error: Refused) -> None:
            refuse(item.record, error)

        def send(some: Sequence[Update], variant: Variant, landed: Landed, refused: RefusedOne) -> None:
            self._send(some, Written(chunk, variant), rate, landed, refused)

        if others := variants_among(updates):
            outcome.take_updated(_each_variant(updates, [OWN, *others], send, again, refused))
        else:
            send(updates, OWN, landed, refused)

    def _send(
        self, updates: Sequence[Update], written: Written, rate: RefusalRate, landed: Landed, refused: RefusedOne
    ) -> None:
        for batch in batches(updates, many=self._many, alone=self._target.alone):
            if isinstance(batch, ManyWrites) and not self._many:
                self._load_many(batch.updates, written, rate, landed, refused)
                continue
            send = self._write_equal if isinstance(batch, EqualWrites) else self._write_many
            carry_out = partial(send, written, rate.calls)
            for some in portions(batch.updates, _weight if self._target.contents else None):
                weigh = updating(some)
                isolate(some, carry_out, rate, landed, refused, values=lambda item: item.record.values, weigh=weigh)

    def _write_equal(self, written: Written, calls: CallSize, items: Sequence[Update]) -> bool:
        target, ids, context = self._target, [item.id for item in items], self._context(written, items)
        client, values = target.client.listening(calls.impatience(len(items))), items[0].values
        [values] = filled([values], target.elsewhere)
        return self._update(written, items, partial(client.write, target.model, ids, values, context=context))

    def _write_many(self, written: Written, calls: CallSize, items: Sequence[Update]) -> bool:
        target, ids, context = self._target, [item.id for item in items], self._context(written, items)
        values = filled([item.values for item in items], target.elsewhere)
        client = target.client.listening(calls.impatience(len(items), weight_of(items)))
        return self._update(written, items, partial(client.web_save_multi, target.model, ids, values, context=context))

    def _load_many(
        self, updates: Sequence[Update], written: Written, rate: RefusalRate, landed: Landed, refused: RefusedOne
    ) -> None:
        groups, others = self._loader().updates(updates)
        for group in groups:
            send = partial(self._load, written, group, rate.calls)
            for first in range(0, len(group.rows), LOADED_TOGETHER):
                isolate_named(
                    group.rows[first : first + LOADED_TOGETHER],
                    send,
                    rate,
                    lambda rows, answer: landed([row.update for row in rows], answer),
                    lambda row, error: refused(row.update, error),
                )
        write = partial(self._write_equal, written, rate.calls)
        for batch in batches(others, many=False, alone=self._target.alone):
            for some in [batch.updates] if isinstance(batch, EqualWrites) else [(one,) for one in batch.updates]:
                isolate(some, write, rate, landed, refused, values=lambda item: item.record.values)

    def _load(self, written: Written, group: UpdateGroup, calls: CallSize, rows: Sequence[LoadedUpdate]) -> bool:
        target, cells, items = self._target, [row.cells for row in rows], [row.update for row in rows]
        client, context = target.client.listening(calls.impatience(len(rows))), self._context(written, items)
        send = partial(load_records, client, target.model, group.columns, cells, context={**context, **group.context})
        return self._update(written, items, send)

    def _context(self, written: Written, items: Sequence[Update]) -> Mapping[str, Any]:
        """Links to archived records are taken away only by a call that sees them."""
        links = self._dependents().links
        sets_links = any(item.children or not links.isdisjoint(item.sent) for item in items)
        return {**(self._target.context if sets_links else self._target.writing), **written.variant.context}

    def _update(self, written: Written, items: Sequence[Update], send: Sending[object]) -> bool:
        """Write the records; False where the write got no answer and did not land, so that it is to be planned anew."""
        ids, call = [item.id for item in items], self._begin(written, items)
        try:
            self._recorder.send(call, send)
        except UnknownOutcome as error:
            landed = self._settle(items, [after(item, written.variant) for item in items], error)
            self._recorder.settled(call, ids if landed else [])
            return landed
        self._recorder.done(call, ids)
        return True

    def _settle(self, _items: Sequence[Update], _wrote: Sequence[Image], error: UnknownOutcome, /) -> bool:
        """Whether a write without an answer landed.

        Raises:
            UnknownOutcome: nobody knows; it was sent as often as the job allows.
        """
        raise error

    def _begin(self, written: Written, items: Sequence[Update]) -> int:
        """The number of a call that is about to be sent, with what it replaces in the journal."""
        ids, (chunk, variant) = [item.id for item in items], written
        recomputed = self._recomputed(items) if variant == OWN else {}
        unread = self._unread(items)
        items = self._whole.of(items)
        replaced = [
            {**recomputed.get(item.id, {}), **before(item, variant), **unread.get(item.id, {})}
            for item in self._in_full(items)
        ]
        replaced = filled(replaced, self._target.elsewhere)
        wrote = [after(item, variant) for item in items]
        return self._recorder.begin(chunk, "update", keys=self._named(items), ids=ids, before=replaced, after=wrote)

    def _recomputed(self, items: Sequence[Update]) -> dict[int, dict[str, Any]]:
        """By record, the values of fields that Odoo will compute anew, but for those that every write names itself."""
        dependents = self._dependents()
        changed = {name for item in items for name in item.changes}
        changed |= {lines.name for item in items for lines in item.children}
        wanted = dependents.to_put_back(changed)
        names = sorted(name for name in wanted if not all(name in item.sent for item in items))
        if not names:
            return {}
        target, domain = self._target, [["id", "in", [item.id for item in items]]]
        rows = read_whole(target.client, target.model, domain, names, dependents.links, target.context)
        return {row["id"]: {name: row[name] for name in names} for row in rows}

    def _in_full(self, updates: Sequence[Update]) -> Sequence[Update]:
        """The updates with all that they replace in lines."""
        return updates

    def _unread(self, items: Sequence[Update]) -> dict[int, dict[str, Any]]:
        """By record, the contents that are about to be replaced, which comparing them did not take."""
        names = {name for item in items for name, (old, _) in item.changes.items() if isinstance(old, StoredContent)}
        if not names:
            return {}
        target, domain = self._target, [["id", "in", [item.id for item in items]]]
        rows = read_whole(target.client, target.model, domain, sorted(names), (), target.context)
        found = {row["id"]: row for row in rows}
        return {
            item.id: {name: found[item.id][name] for name in names & item.changes.keys()}
            for item in items
            if item.id in found
        }


def _weight(update: Update) -> int:
    own = bytes_in(value for pair in update.sent.values() for value in pair)
    return own + sum(map(_weight_of_lines, update.children))


def _weight_of_lines(lines: LineChanges) -> int:
    new = bytes_in(one.values for one in lines.creates.values())
    return new + sum(map(_weight, lines.updates.values())) + bytes_in(lines.removals.values())


def _each_variant(
    updates: Sequence[Update],
    variants: Sequence[Variant],
    send: Callable[[Sequence[Update], Variant, Landed, RefusedOne], None],
    again: Callable[[Sequence[Update]], None],
    refused: RefusedOne,
) -> list[Update]:
    """Write the records in one language or company after the other; those that landed in all of them.

    Args:
        again: told of records whose write got no answer and did not land.
    """
    fallen = set[int]()

    def falls(item: Update, error: Refused) -> None:
        fallen.add(item.id)
        refused(item, error)

    def landed(items: Sequence[Update], has_landed: object) -> None:
        if not has_landed:
            fallen.update(item.id for item in items)
            again(items)

    for variant in variants:
        standing = [one for one in updates if one.id not in fallen]
        parts = [part for one in standing if (part := one.in_variant(variant)) is not None]
        send(parts, variant, landed, falls)
    return [one for one in updates if one.id not in fallen]
