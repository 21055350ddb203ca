"""Finders: they find the existing records of a batch by their key, or by their external id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Protocol

from odoo_etl.fieldtypes import FieldType, TargetField
from odoo_etl.mapping import Flaw, Key, Record
from odoo_etl.planning import Existing, NoChange, Plan, Planner
from odoo_etl.spec import EXTERNAL_ID, TargetSpec
from odoo_etl.sync.existing.claims import Claims
from odoo_etl.sync.existing.external_ids import DATA, find_external_ids
from odoo_etl.sync.existing.reads import links_among, read_whole
from odoo_etl.sync.existing.sought import IN_ANY_CASE, in_any_case, listed, one_of, slices
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import Odoo

IDS_A_CALL = 1000

Named = Mapping[str, Any]  # what a record is found by: field to value, or the external id


@dataclass(frozen=True, slots=True)
class ExistingRecords:
    """The existing records under the keys of a batch.

    Attributes:
        existing: key to the records that have it, archived ones included.
        flaws: key to why it cannot be written to.
        fresh: keys whose records were read in full, to a digest of what their rows want; only where that is kept.
    """

    existing: Mapping[Key, Sequence[Existing]] = field(default_factory=dict)
    flaws: Mapping[Key, Flaw] = field(default_factory=dict)
    fresh: Mapping[Key, bytes] = field(default_factory=dict)

    def every_id(self) -> list[int]:
        """The ids of all records that were found."""
        return [one["id"] for rows in self.existing.values() for one in rows]


class Finder(Protocol):
    """Finds the records of one job in Odoo. A key is what a record is found by: its key fields, or its external id.

    Attributes:
        fields: what comparing a record takes: the mapped fields, and the currencies of amounts among them.
    """

    fields: list[str]

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Read these records from Odoo, with the values of all mapped fields."""
        ...

    def fetch(self, keys: Collection[Key], fields: Sequence[str]) -> ExistingRecords:
        """Read the records with these keys from Odoo: the id, what makes the key, and the fields."""
        ...

    def found_equal(self, kept: Sequence[NoChange], found: ExistingRecords) -> None:
        """Records were found equal to what their rows want."""
        ...

    def landed(self, plan: Plan, outcome: Outcome) -> None:
        """A plan was carried out; the outcome may hold records of earlier plans, too."""
        ...

    def key_of(self, record: Record) -> Key:
        """The key that a record is found by."""
        ...

    def key_in(self, row: Existing) -> Key:
        """The key of a record of Odoo, from a row that has the key fields; `()` where no field says it."""
        ...

    def named(self, keys: Sequence[Key]) -> list[dict[str, Any]]:
        """Keys as the journal keeps them."""
        ...

    def ids(self, keys: Collection[Key]) -> dict[Key, list[int]]:
        """Key to the ids of the records that have it; keys without one are absent."""
        ...

    def strangers(self, known: Mapping[int, Named]) -> set[int]:
        """Of records that the job wrote, those that are not found any more by what it knew them by.

        Args:
            known: id to that, as `named` gives it; records that were known by other fields are no strangers.
        """
        ...


class KeyFinder:
    """By key fields, with one `search_read` for a chunk.

    Args:
        target: the model, its key and the key_domain that narrows the search.
        fields: the mapped fields by name.
        context: goes with every read.
    """

    def __init__(
        self,
        client: Odoo,
        target: TargetSpec,
        planner: Planner,
        fields: Mapping[str, TargetField],
        context: Mapping[str, Any],
    ) -> None:
        self._client, self._target, self._planner, self._context = client, target, planner, context
        self._any_case = target.ignore_case
        self._key_types = [fields[name].type for name in target.key]
        self.fields, self._links = _to_read(fields), links_among(fields.values())

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch, with the values of all mapped fields."""
        return self.fetch({self.key_of(record) for record in records}, self.fields)

    def fetch(self, keys: Collection[Key], fields: Sequence[str]) -> ExistingRecords:
        """Find records by their keys, with the fields that are asked for."""
        return ExistingRecords(self._found(set(keys), list(dict.fromkeys([*self._target.key, *fields]))))

    def found_equal(self, kept: Sequence[NoChange], found: ExistingRecords) -> None:
        """Keep nothing: nobody asks later."""

    def landed(self, plan: Plan, outcome: Outcome) -> None:
        """Keep nothing: nobody asks later."""

    def key_of(self, record: Record) -> Key:
        """The key by which a record is found."""
        return self._planner.key_of(record)

    def key_in(self, row: Existing) -> Key:
        """The key by which a record of Odoo is found."""
        return self._planner.key_in(row)

    def named(self, keys: Sequence[Key]) -> list[dict[str, Any]]:
        """Keys as the journal keeps them."""
        return [dict(pairs) for pairs in map(zip, repeat(self._target.key), keys)]

    def ids(self, keys: Collection[Key]) -> dict[Key, list[int]]:
        """The ids of the records that have each key."""
        existing = self._found(set(keys), self._target.key)
        return {key: [one["id"] for one in found] for key, found in existing.items()}

    def strangers(self, known: Mapping[int, Named]) -> set[int]:
        """Records of the job that are not found any more by what it knew them by."""
        names = self._target.key
        mine = sorted(number for number, key in known.items() if key.keys() == set(names))
        found: set[int] = set()
        for start in range(0, len(mine), IDS_A_CALL):
            domain = [["id", "in", mine[start : start + IDS_A_CALL]]]
            rows = read_whole(self._client, self._target.model, domain, names, (), self._context)
            for row in rows:
                now = dict(zip(names, self._planner.key_in(row), strict=True))
                if now != known[row["id"]]:
                    found.add(row["id"])
        return found

    def _found(self, keys: set[Key], fields: Sequence[str]) -> dict[Key, list[Existing]]:
        """The records with each key; in any case each text is a condition of its own, so few are asked at once."""
        if not self._any_case:
            return self._search(keys, fields)
        found: dict[Key, list[Existing]] = {}
        for some in slices(keys, IN_ANY_CASE):
            found |= self._search(set(some), fields)
        return found

    def _search(self, keys: set[Key], fields: Sequence[str]) -> dict[Key, list[Existing]]:
        existing: dict[Key, list[Existing]] = defaultdict(list)
        if not keys:
            return existing
        parts = zip(self._target.key, self._key_types, zip(*keys, strict=True), strict=True)
        domain = [term for name, one, values in parts for term in self._condition(name, one, values)]
        narrowed = [*self._target.key_domain, *domain]
        rows = read_whole(self._client, self._target.model, narrowed, fields, self._links, self._context)
        for row in rows:
            key = self._planner.key_in(row)
            if key in keys:
                existing[key].append(row)
        return existing

    def _condition(self, name: str, kind: FieldType, values: Iterable[Any]) -> list[Any]:
        """The domain of records that have one of the values."""
        wanted = kind.searched(listed(dict.fromkeys(values)))
        return in_any_case(name, wanted) if self._any_case and kind.is_text else one_of(name, wanted)


class ExternalIdFinder:
    """By external id: `ir.model.data` gives the ids, a second read what the records hold.

    Args:
        module: what stands before the dot.
        fields: the mapped fields by name.
        context: goes with every read.
    """

    def __init__(
        self, client: Odoo, model: str, module: str, fields: Mapping[str, TargetField], context: Mapping[str, Any]
    ) -> None:
        self._client, self._model, self._module, self._context = client, model, module, context
        self.fields, self._links = _to_read(fields), links_among(fields.values())
        self._claims = Claims()

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch, with the values of all mapped fields."""
        return self.fetch({self.key_of(record) for record in records}, self.fields)

    def found_equal(self, kept: Sequence[NoChange], found: ExistingRecords) -> None:
        """Keep nothing: nobody asks later."""

    def landed(self, plan: Plan, outcome: Outcome) -> None:
        """Keep nothing: nobody asks later."""

    def fetch(self, keys: Collection[Key], fields: Sequence[str]) -> ExistingRecords:
        """Find records by their keys, with the fields that are asked for."""
        known = self._known(keys)
        own = {key: number for key, (number, model) in known.items() if model == self._model}
        rows = {row["id"]: row for row in self._records(list(own.values()), fields)}
        existing = {key: [rows[number]] for key, number in own.items() if number in rows}
        strange = {key: model for key, (_, model) in known.items() if model != self._model}
        flaws = {key: self._of_other_model(key, model) for key, model in strange.items()}
        shared = self._claims.shared({key: number for key, number in own.items() if number in rows})
        return ExistingRecords(existing, {**flaws, **(self._of_one_record(shared) if shared else {})})

    def key_of(self, record: Record) -> Key:
        """The key by which a record is found."""
        return record.key

    def key_in(self, row: Existing) -> Key:  # noqa: ARG002
        """Nothing: the external id stands beside the record, not in it."""
        return ()

    def named(self, keys: Sequence[Key]) -> list[dict[str, Any]]:
        """Keys as the journal keeps them."""
        return [{EXTERNAL_ID: key[0]} for key in keys]

    def ids(self, keys: Collection[Key]) -> dict[Key, list[int]]:
        """The ids of the records that have each key."""
        known = {key: number for key, (number, model) in self._known(keys).items() if model == self._model}
        there = {row["id"] for row in self._records(list(known.values()), ["id"])}
        return {key: [number] for key, number in known.items() if number in there}

    def strangers(self, known: Mapping[int, Named]) -> set[int]:
        """Records of the job that are not found any more by what it knew them by."""
        keys = {number: (one[EXTERNAL_ID],) for number, one in known.items() if one.keys() == {EXTERNAL_ID}}
        mine = {number: key for number, key in keys.items() if key[0].startswith(f"{self._module}.")}
        wanted, found = sorted(set(mine.values())), dict[Key, tuple[int, str]]()
        for start in range(0, len(wanted), IDS_A_CALL):
            found |= self._known(wanted[start : start + IDS_A_CALL])
        return {number for number, key in mine.items() if found.get(key) != (number, self._model)}

    def _known(self, keys: Collection[Key]) -> dict[Key, tuple[int, str]]:
        """Key to the id and model that `ir.model.data` has for it; the record may be gone."""
        if not keys:
            return {}
        names = sorted(key[0].partition(".")[2] for key in keys)
        found = find_external_ids(self._client, self._module, names)
        return {(f"{self._module}.{name}",): what for name, what in found.items()}

    def _records(self, ids: Sequence[int], fields: Sequence[str]) -> list[dict[str, Any]]:
        if not ids:
            return []
        domain = [["id", "in", sorted(ids)]]
        return read_whole(self._client, self._model, domain, fields, self._links, self._context)

    def _of_one_record(self, shared: Mapping[int, Sequence[Key]]) -> dict[Key, Flaw]:
        """The flaws of keys that stand for a record which another key stands for."""
        domain = [["model", "=", self._model], ["module", "=", self._module], ["res_id", "in", sorted(shared)]]
        names: dict[int, list[str]] = defaultdict(list)
        for row in self._client.search_read(DATA, domain, ["name", "res_id"]):
            names[row["res_id"]].append(f"{self._module}.{row['name']}")
        return {
            key: Flaw(
                "plan",
                "same_record",
                f"{' and '.join(sorted(names[number]))} are external ids of one record, {self._model} {number}, so that"
                " several rows stand for it (were records merged?): keep one of the rows, or delete the other external"
                " id in Odoo",
                EXTERNAL_ID,
            )
            for number, keys in shared.items()
            for key in keys
        }

    def _of_other_model(self, key: Key, model: str) -> Flaw:
        reason = f"{key[0]} is the external id of a record of {model}, not of {self._model}; choose another prefix"
        return Flaw("plan", "external_id_of_other_model", reason, EXTERNAL_ID)


def _to_read(fields: Mapping[str, TargetField]) -> list[str]:
    """The mapped fields, and the currencies of amounts among them."""
    currencies = {one.currency_field for one in fields.values() if one.currency_field}
    return [*fields, *sorted(currencies - set(fields))]
