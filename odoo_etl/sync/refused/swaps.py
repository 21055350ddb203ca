"""Refused records that want what others of them have: they land in that order, and a cycle is opened first.

See docs/decisions/0018-refused-twice.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol

from odoo_etl.errors import Refused
from odoo_etl.fieldtypes import TargetField
from odoo_etl.planning import Update, untangled
from odoo_etl.sync.counts import BatchProgress
from odoo_etl.sync.outcome import Refusal


class Sends(Protocol):
    """Sends one record at a time."""

    def retry(self, refused: Refusal, progress: BatchProgress, chunk: int) -> Refusal | None:
        """Try a refused record again; its refusal, or None when it landed."""
        ...

    def put(self, update: Update, chunk: int) -> Refused | None:
        """Write an update that counts as none; the error where Odoo refuses it."""
        ...


@dataclass(slots=True)
class _Tied:
    """A refused record and its chunk."""

    chunk: int
    progress: BatchProgress
    refused: Refusal

    def becomes(self, refused: Refusal | None) -> None:
        """Its refusal is another one now, or none."""
        at = next(place for place, other in enumerate(self.progress.refused) if other is self.refused)
        self.progress.refused[at : at + 1] = [refused] if refused else []
        self.refused = refused or self.refused

    @property
    def stands(self) -> bool:
        """Whether it is refused still."""
        return any(other is self.refused for other in self.progress.refused)


class Swaps:
    """Values that refused records hand on to each other.

    Args:
        fields: those that are written, by name.
        key: those of them that records are found by.
    """

    def __init__(self, sends: Sends, fields: Mapping[str, TargetField], key: Collection[str] = ()) -> None:
        self._sends, self._fields = sends, fields
        self._free = [name for name, one in fields.items() if not one.required and name not in key]

    def land(self, chunks: Sequence[tuple[int, BatchProgress]]) -> None:
        """Land records that want what others of them have. One thread at a time, when the others have ended."""
        tied = [_Tied(chunk, progress, one) for chunk, progress in chunks for one in progress.refused]
        wanted = [unique_values(self._fields, wanted_by(one.refused)) for one in tied]
        existing = [unique_values(self._fields, _existing_of(one.refused)) for one in tied]
        emptied: dict[int, dict[str, Any]] = {}
        for step in untangled(wanted, existing, self._free):
            one = tied[step.record]
            if step.free:
                values = {name: old for name, old in _existing_of(one.refused).items() if name in step.free}
                if self._put(one, dict.fromkeys(values, False), values) is None:
                    emptied.setdefault(step.record, {}).update(values)
            else:
                one.becomes(self._sends.retry(one.refused, one.progress, one.chunk))
        for number, values in emptied.items():
            self._give_back(tied[number], values)

    def _give_back(self, one: _Tied, values: Mapping[str, Any]) -> None:
        """A record that did not land after all gets back what was emptied; unless that went to another."""
        if not one.stands or (error := self._put(one, values)) is None:
            return
        names, first = ", ".join(values), one.refused.error
        reason = f"{first}; {names} of this record is empty now, since another row has its value ({error})"
        one.becomes(replace(one.refused, error=Refused(reason, name=first.name)))

    def _put(
        self, one: _Tied, values: Mapping[str, Any], existing: Mapping[str, Any] = MappingProxyType({})
    ) -> Refused | None:
        """Write values to the record alone, in place of those that it holds; the error where Odoo refuses them."""
        if one.refused.update is None:
            return None
        changes = {name: (existing.get(name, False), new) for name, new in values.items()}
        return self._sends.put(Update(one.refused.record, one.refused.update.id, changes), one.chunk)


def unique_values(fields: Mapping[str, TargetField], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that only one record may have, in a form in which equal ones compare equal; no empty ones."""
    given = {name: value for name, value in values.items() if value and name in fields and fields[name].type.is_unique}
    return {name: fields[name].comparable(value) for name, value in given.items()}


def wanted_by(refused: Refusal) -> Mapping[str, Any]:
    """The values that the record is to get in the fields that are to change; all of a new one."""
    return (
        refused.record.values if refused.update is None else {n: new for n, (_, new) in refused.update.changes.items()}
    )


def _existing_of(refused: Refusal) -> Mapping[str, Any]:
    return {} if refused.update is None else replaced_by(refused.update)


def replaced_by(update: Update) -> dict[str, Any]:
    """The values that the record has in the fields that are to change."""
    return {name: old for name, (old, new) in update.changes.items() if old != new}
