"""Traces of a run in Odoo, record by record, as its calls in the ledger add up: undo has to take them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.fieldtypes import IdList
from odoo_etl.planning import LINES, Image
from odoo_etl.state import CREATING, CallEntry, step_of
from odoo_etl.sync.existing import EXTERNAL_ID
from odoo_etl.sync.writing import ADOPT, DISOWN, ORPHANS

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
        if call.state not in LANDED or call.kind == ORPHANS:
            continue
        if step_of(call.kind) is not None:
            for record_id in found.keys() & set(call.ids):
                found[record_id].stamp = max(found[record_id].stamp, call.stamp)
            continue
        if call.before is None and call.kind not in CREATING:
            raise UsageError(f"run {call.run_id} cannot be undone: what it replaced is not kept any more (`retention`)")
        before, after = (_of_each(call, images) for images in (call.before, call.after))
        for record_id, old, new in zip(call.ids, before, after, strict=True):
            _note(found.setdefault(record_id, Trace()), call, old, new)
            found[record_id].unknown |= call.before is not None and len(call.before) != len(call.ids)
        if call.kind in NAMING:
            for record_id, key in zip(call.ids, call.keys, strict=True):
                found[record_id].named[key[EXTERNAL_ID]] = NAMING[call.kind]
    return found


def step_notes(calls: Iterable[CallEntry]) -> Iterator[str]:
    """Tell of the steps of a job: nobody knows the way back from a method."""
    done: dict[str, set[int]] = {}
    for call in calls:
        if call.state in LANDED and (step := step_of(call.kind)) is not None:
            done.setdefault(step[1], set()).update(call.ids)
    for name, ids in done.items():
        records = "1 record" if len(ids) == 1 else f"{len(ids)} records"
        yield f"step {name} was done on {records}: undo does not take steps back, so look what it left there"


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


def first_before(first: dict[str, Any], later: Image) -> dict[str, Any]:
    """The values of a record before two calls: what the second replaced counts where the first left it alone.

    Lines that only the second found were made by the first.
    """
    for name, value in later.items():
        if name.endswith(LINES) and name in first:
            known = {one["id"]: one for one in value}
            first[name] = [first_before(one, known.get(one["id"], {})) for one in first[name]]
        else:
            first.setdefault(name, value)
    return first


def last_after(first: dict[str, Any], later: Image) -> dict[str, Any]:
    """The values that two calls wrote: the second wins; commands for lines are carried out one after the other."""
    for name, value in later.items():
        first[name] = [*first.get(name, ()), *value] if name.endswith(LINES) else value
    return first


def lines_in(image: Image) -> Iterator[tuple[str, list[Any]]]:
    """The one2many fields of an image, each with its lines or commands."""
    for name, value in image.items():
        if name.endswith(LINES):
            yield name.removesuffix(LINES), value


def without_lines(image: Image) -> dict[str, Any]:
    """The other values of an image."""
    return {name: value for name, value in image.items() if not name.endswith(LINES)}


@dataclass(slots=True)
class Commands:
    """The commands of a run's calls to the lines of one field of a record.

    Attributes:
        updates: id to what was written last.
        creates: what each new line was given.
        removed: ids of the lines that went.
    """

    updates: dict[int, dict[str, Any]] = field(default_factory=dict)
    creates: list[Image] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, commands: Iterable[Sequence[Any]]) -> Commands:
        """Read them in their order."""
        found = cls()
        for code, number, image in commands:
            if code == 0:
                found.creates.append(image)
            elif code == 1:
                found.updates[number] = last_after(found.updates.get(number, {}), image)
            else:
                found.removed.add(number)
        return found


def as_value(written: Any) -> Any:
    """A value as the external API takes it, as planning compares it: x2many commands become ids."""
    is_written_as_commands = isinstance(written, list) and written and isinstance(written[0], list)
    return IdList.of_written(written) if is_written_as_commands else written
