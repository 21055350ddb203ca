"""Records that have no external id yet are found by their key, and get it: they are adopted.

What the external id finds is taken as it is. Its key counts where it differs: another record that has the row's key
makes the row a reject, as it could mean either.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from odoo_etl.codes import RecordCode
from odoo_etl.mapping import Flaw, Key, Record
from odoo_etl.planning import ADOPTED, Existing
from odoo_etl.spec import EXTERNAL_ID, TargetSpec
from odoo_etl.sync.existing.external_ids import DATA
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder, KeyFinder
from odoo_etl.sync.ports import Odoo

REMEMBERED = 100_000  # keys of new records: far more than lanes have on their way at once


class AdoptingFinder(FinderAround):
    """Finds by external id, and by key what that does not find; may be used from several lanes.

    Args:
        inner: finds by external id.
        by_key: finds by the key.
    """

    def __init__(self, client: Odoo, target: TargetSpec, inner: Finder, by_key: KeyFinder) -> None:
        self._client, self._target, self._inner, self._by_key = client, target, inner, by_key
        self._module = target.external_id.module if target.external_id else ""
        self.fields = inner.fields
        self._new: dict[Key, Key] = {}  # key to the external id that is about to get it
        self._lock = threading.Lock()

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; those that are found by their key alone are marked (`ADOPTED`)."""
        found = self._inner.of(records)
        keys = {record.key: key for record in records if (key := self._key_of(record)) is not None}
        moved = {name: key for name, key in keys.items() if self._has_other_key(found.existing.get(name, ()), key)}
        absent = {name: key for name, key in keys.items() if not found.existing.get(name) and name not in found.flaws}
        if not moved and not absent:
            return found
        flaws = {**found.flaws, **self._claimed_twice(absent)}
        open_keys = {name: key for name, key in absent.items() if name not in flaws}
        by_key = self._by_key.fetch(set(open_keys.values()), self.fields).existing if open_keys else {}
        adopted = {name: by_key[key] for name, key in open_keys.items() if by_key.get(key)}
        flaws |= self._two_records(found, moved) | self._cannot_adopt(adopted, open_keys)
        marked = {name: [{**rows[0], ADOPTED: True}] for name, rows in adopted.items() if name not in flaws}
        return ExistingRecords({**found.existing, **marked}, flaws, found.fresh)

    def _key_of(self, record: Record) -> Key | None:
        """The key of a row; None where it is empty and means no record."""
        key = self._by_key.key_in(record.values)
        return None if all(part is False for part in key) else key

    def _has_other_key(self, rows: Sequence[Existing], key: Key) -> bool:
        return len(rows) == 1 and self._by_key.key_in(rows[0]) != key

    def _claimed_twice(self, absent: Mapping[Key, Key]) -> dict[Key, Flaw]:
        """The flaws of rows whose key another row is about to give to a record with another external id."""
        flaws: dict[Key, Flaw] = {}
        with self._lock:
            for name, key in absent.items():
                other = self._new.setdefault(key, name)
                if other != name:
                    reason = f"{self._shown(key)} is the key of a row with the external id {other[0]}, too: {name[0]}"
                    flaws[name] = self._flaw("same_record", f"{reason} would be a second one of the same record")
            while len(self._new) > REMEMBERED:
                del self._new[next(iter(self._new))]
        return flaws

    def _two_records(self, found: ExistingRecords, moved: Mapping[Key, Key]) -> dict[Key, Flaw]:
        """The flaws of rows whose external id and key find two records."""
        others = self._by_key.ids(set(moved.values())) if moved else {}
        flaws: dict[Key, Flaw] = {}
        for name, key in moved.items():
            mine = found.existing[name][0]["id"]
            if other := [each for each in others.get(key, ()) if each != mine]:
                reason = (
                    f"{name[0]} is {self._target.model} {mine}, and {self._shown(key)} is {self._target.model}"
                    f" {', '.join(map(str, sorted(other)[:10]))}: merge them, or give the row the key of its record"
                )
                flaws[name] = self._flaw("two_records", reason)
        return flaws

    def _cannot_adopt(self, adopted: Mapping[Key, Sequence[Existing]], keys: Mapping[Key, Key]) -> dict[Key, Flaw]:
        """The flaws of rows whose key finds several records, or one that has an external id of ours already."""
        flaws: dict[Key, Flaw] = {}
        named = self._named_already({row["id"] for rows in adopted.values() for row in rows})
        for name, rows in adopted.items():
            ids = sorted(row["id"] for row in rows)
            if len(ids) > 1:
                some = ", ".join(map(str, ids[:10])) + (", …" if len(ids) > 10 else "")
                reason = f"{len(ids)} records in Odoo have {self._shown(keys[name])}: ids {some}; merge them or narrow"
                flaws[name] = self._flaw("ambiguous_key", f"{reason} key_domain")
            elif ids[0] in named:
                other = " and ".join(sorted(named[ids[0]]))
                reason = (
                    f"{self._shown(keys[name])} is {self._target.model} {ids[0]}, which has the external id {other}"
                    f" already: {name[0]} would be a second one of the same record"
                )
                flaws[name] = self._flaw("same_record", reason)
        return flaws

    def _named_already(self, ids: Iterable[int]) -> dict[int, list[str]]:
        """The external ids that records have in the job's module."""
        wanted, names = sorted(ids), defaultdict[int, list[str]](list)
        if wanted:
            domain = [["model", "=", self._target.model], ["module", "=", self._module], ["res_id", "in", wanted]]
            for row in self._client.search_read(DATA, domain, ["name", "res_id"]):
                names[row["res_id"]].append(f"{self._module}.{row['name']}")
        return names

    def _shown(self, key: Key) -> str:
        return ", ".join(f"{name} = {value!r}" for name, value in zip(self._target.key, key, strict=True))

    @staticmethod
    def _flaw(code: RecordCode, reason: str) -> Flaw:
        return Flaw("plan", code, reason, EXTERNAL_ID)


def named_in(client: Odoo, model: str, named: Mapping[str, int]) -> set[str]:
    """Those of some external ids that name these records.

    Args:
        named: external id to the record that it is to name.
    """
    return {name for name, _ in rows_naming(client, model, named)}


def rows_naming(client: Odoo, model: str, named: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The same, each with the id of what holds it in `ir.model.data`."""
    modules: dict[str, list[str]] = defaultdict(list)
    for whole in named:
        module, _, name = whole.partition(".")
        modules[module].append(name)
    for module, names in modules.items():
        domain = [["model", "=", model], ["module", "=", module], ["name", "in", sorted(names)]]
        for row in client.search_read(DATA, domain, ["name", "res_id"]):
            if named[whole := f"{module}.{row['name']}"] == row["res_id"]:
                yield whole, row["id"]
