"""Traces of a run in Odoo, record by record, as its calls in the ledger add up: undo has to take them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.state import CREATING, CallEntry
from odoo_etl.sync.existing import EXTERNAL_ID
from odoo_etl.sync.writing import ADOPT, DISOWN
from odoo_etl.undoing.images import first_before, last_after

LANDED = frozenset({"done", "settled"})
ARCHIVING = {"archive": False, "unarchive": True}
NAMING = {ADOPT: True, DISOWN: False}


@dataclass(slots=True)
class Trace:
    """The changes of a run to one record.

    Attributes:
        created: the run made it.
        deleted: the run deleted it.
        before: field to what it held before the run, as Odoo answered it.
        after: field to what the run wrote last, as the external API takes it.
        active: what the run made of `active` by archiving the record or bringing it back; None for neither.
        stamp: when Odoo says that the run wrote it last; "" when nobody asked.
        named: external id to whether the run gave it to the record, or took it.
        unknown: the ledger does not say what it held before.
    """

    created: bool = False
    deleted: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    active: bool | None = None
    stamp: str = ""
    named: dict[str, bool] = field(default_factory=dict)
    unknown: bool = False

    @property
    def is_only_named(self) -> bool:
        """Whether the run left the record itself as it was."""
        return bool(self.named) and not (self.created or self.deleted or self.before or self.after)


def traces(calls: Iterable[CallEntry]) -> dict[int, Trace]:
    """Id to what the landed calls of a job, in order, did to that record.

    Raises:
        UsageError: what the calls replaced is no longer kept.
    """
    found: dict[int, Trace] = {}
    for call in calls:
        if call.state not in LANDED:
            continue
        if call.before is None and call.kind not in CREATING:
            raise UsageError(f"run {call.run_id} cannot be undone: what it replaced is kept for 90 days only")
        before, after = (_of_each(call, images) for images in (call.before, call.after))
        for record_id, old, new in zip(call.ids, before, after, strict=True):
            _note(found.setdefault(record_id, Trace()), call, old, new)
            found[record_id].unknown |= call.before is not None and len(call.before) != len(call.ids)
        if call.kind in NAMING:
            for record_id, key in zip(call.ids, call.keys, strict=True):
                found[record_id].named[key[EXTERNAL_ID]] = NAMING[call.kind]
    return found


def _of_each(call: CallEntry, kept: Sequence[Mapping[str, Any]] | None) -> Sequence[Mapping[str, Any]]:
    """The data kept for each record of a call: nothing where a part of it landed and earlier releases kept all."""
    return kept if kept is not None and len(kept) == len(call.ids) else [{}] * len(call.ids)


def _note(trace: Trace, call: CallEntry, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    trace.stamp = max(trace.stamp, call.stamp)
    if call.kind == "unlink":
        trace.deleted = True
    elif call.kind in ARCHIVING:
        trace.active = ARCHIVING[call.kind]
    else:
        trace.created = trace.created or call.kind in CREATING
        first_before(trace.before, before)
        last_after(trace.after, after)
