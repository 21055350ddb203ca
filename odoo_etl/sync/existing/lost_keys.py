"""Keys that the job created records with, and that these records no longer have: a second record would be made of them.

Odoo empties the internal reference of a product as soon as it has several variants, and people change keys. The ledger
has the keys of every call that created something; they are indexed when a run is about to create records again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from odoo_etl.errors import OdooEtlError
from odoo_etl.mapping import Flaw, Key, Reject
from odoo_etl.planning import Plan, reject_all
from odoo_etl.state import CreatedRecords, KnownRecord, KnownRecords
from odoo_etl.sync.existing.finders import Finder
from odoo_etl.sync.existing.known_equal import WRITE_DATE, key_number
from odoo_etl.sync.ports import Target

LAST_CALL = 0  # the key in the index that holds the number of the last call in it
CREATED = "create_date"


class NotFoundAgain(OdooEtlError):
    """A record that the job created is not found by its key: each run would create it anew."""


class Created(Protocol):
    """The records that a job created (`JobHistory`)."""

    def known(self, what: str) -> KnownRecords:
        """An index of records."""
        ...

    def created_since(self, call_id: int) -> Iterator[CreatedRecords]:
        """The records that calls after that one created."""
        ...


class LostKeys:
    """Looks for records that earlier runs of a job created; may be used from several lanes.

    Args:
        names: the fields of the key, or what stands for the external id.
        key_fields: those of them that Odoo can be asked for.
        past: None where nothing is known of earlier runs.
    """

    def __init__(
        self, target: Target, finder: Finder, names: Sequence[str], key_fields: Sequence[str], past: Created | None
    ) -> None:
        self._target, self._finder, self._names, self._key_fields = target, finder, tuple(names), key_fields
        self._past, self._index = past, past.known("created") if past is not None else None
        self._anything: bool | None = None
        self._unfound = ""  # why a record was never found again
        self._finds = False  # the key, or external id, has found a record
        self._lock = threading.Lock()

    def take_from(self, plan: Plan) -> list[Reject]:
        """Take out of a plan what would create a second record; the rejects.

        Raises:
            NotFoundAgain: a record was never found since the job created it, and nor was any other.
        """
        self._finds = self._finds or bool(plan.updates or plan.unchanged or plan.skipped)
        if not plan.creates or self._index is None or not self._is_indexed():
            return []
        keys = [self._finder.key_of(create.record) for create in plan.creates]
        flaws = self._flaws(keys)
        planned = list(zip(keys, plan.creates, strict=True))
        plan.creates = [create for key, create in planned if key not in flaws]
        if self._unfound and plan.creates and not self._finds:
            raise NotFoundAgain(self._unfound)
        lost = [(create.record, flaws[key]) for key, create in planned if key in flaws]
        return [reject for record, flaw in lost for reject in reject_all(record, flaw)]

    def _flaws(self, keys: Sequence[Key]) -> dict[Key, Flaw]:
        """The flaws that keep keys from getting a record."""
        numbers = {key: key_number(key) for key in keys}
        known = self._index.recall(numbers.values()) if self._index is not None else {}
        made = {key: known[number] for key, number in numbers.items() if number in known}
        lost = self._lost(made) if made else {}
        flaws = {key: self._flaw(key, row) for key, row in lost.items()}
        never = [flaws[key].reason for key, row in lost.items() if self._key_fields and _is_as_created(row)]
        self._unfound = next(iter(never), self._unfound)
        return flaws

    def _lost(self, made: Mapping[Key, KnownRecord]) -> dict[Key, dict[str, Any]]:
        """The records that are to stay the only ones of their keys, as they are now."""
        standing = self._standing({one.id for one in made.values()})
        return {
            key: row
            for key, one in made.items()
            if (row := standing.get(one.id)) and self._is_ours(one, row) and self._lacks(key, row)
        }

    def _standing(self, ids: set[int]) -> dict[int, dict[str, Any]]:
        target, names = self._target, [*self._key_fields, CREATED, WRITE_DATE]
        domain = [["id", "in", sorted(ids)]]
        rows = target.client.search_read(target.model, domain, names, load="_classic_write", context=target.context)
        return {row["id"]: row for row in rows}

    @staticmethod
    def _is_ours(one: KnownRecord, row: Mapping[str, Any]) -> bool:
        """False for a record that got the id when the database was put back from a backup."""
        return not one.write_date or not row[CREATED] or row[CREATED] <= one.write_date

    def _lacks(self, key: Key, row: Mapping[str, Any]) -> bool:
        """Whether the record has another key now, or was never found by it.

        One that has it and left `key_domain` later has not lost it.
        """
        return not self._has(key, row) or _is_as_created(row)

    def _has(self, key: Key, row: Mapping[str, Any]) -> bool:
        return bool(self._key_fields) and self._finder.key_in(row) == key

    def _flaw(self, key: Key, row: Mapping[str, Any]) -> Flaw:
        (named,) = self._finder.named([key])
        shown = ", ".join(f"{name} = {value!r}" for name, value in named.items())
        now = ", ".join(f"{name} = {row[name]!r}" for name in self._key_fields) or "another external id, or none"
        state, way_out = f"with {now}", "Give that record its key back, delete it, or take another key"
        if self._has(key, row):
            state = "where the domain (`key_domain`, `domain` of a lookup) leaves it out"
            way_out = "Let the domain hold what is created, and change or delete that record"
        reason = (
            f"this job created {self._target.model} {row['id']} with {shown}, and that record still stands, {state}: a"
            f" new record would be a second one. {way_out}"
        )
        return Flaw("plan", "key_lost", reason, ", ".join(self._names))

    def _is_indexed(self) -> bool:
        """Index what was created since the last time; whether there is anything."""
        with self._lock:
            if self._anything is None:
                self._anything = self._bring_up_to_date()
            return self._anything

    def _bring_up_to_date(self) -> bool:
        if self._past is None or self._index is None:
            return False
        return index_created(self._index, self._past.created_since, self._names)


def index_created(
    index: KnownRecords, created_since: Callable[[int], Iterable[CreatedRecords]], names: tuple[str, ...]
) -> bool:
    """Note the numbers of the keys of all records that were created since the last time; whether there are any.

    Args:
        created_since: the calls after one, by its number.
        names: the fields of the key.
    """
    mark = index.recall([LAST_CALL]).get(LAST_CALL)
    last = mark.id if mark else 0
    for call in created_since(last):
        last = call.call_id
        index.remember({**_numbers(call, names), LAST_CALL: KnownRecord(last, b"", "")})
    return last > 0


def _numbers(call: CreatedRecords, names: tuple[str, ...]) -> dict[int, KnownRecord]:
    """The records that a call created, by the numbers of their keys; none where unknown or the key was another."""
    if len(call.keys) != len(call.ids) or any(tuple(key) != names for key in call.keys):
        return {}
    numbers = (key_number(tuple(key.values())) for key in call.keys)
    return {number: KnownRecord(each, b"", call.stamp) for number, each in zip(numbers, call.ids, strict=True)}


def _is_as_created(row: Mapping[str, Any]) -> bool:
    """Whether nobody has written a record since: what it is not found by then never found it."""
    return bool(row[CREATED] == row[WRITE_DATE])
