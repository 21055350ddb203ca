"""Records read by their ids, and those that they lead to: once for all records of a page, and remembered."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from odoo_etl.fieldtypes import id_of_answered
from odoo_etl.odoo import OdooClient
from odoo_etl.sources.odoo.branches import Branch, Fetched, Record, Records
from odoo_etl.sources.odoo.contents import Contents
from odoo_etl.sources.odoo.fields import EXTERNAL_ID, ID

MOST_READ: Final = 1_000  # records of one call
MOST_KNOWN: Final = 20_000  # records of one relation that are remembered

_DATA: Final = "ir.model.data"


class Fetcher:
    """Reads the records of branches; may be used from several threads.

    Args:
        connection: its name in project.yaml.
        context: goes with every call.
    """

    def __init__(self, client: OdooClient, connection: str, context: Mapping[str, Any]) -> None:
        self._client, self._context = client, context
        self._contents = Contents(client, connection, context)
        self._known: dict[int, _Known] = {}
        self._lock = threading.Lock()

    def fetch(self, branch: Branch, ids: Sequence[int]) -> Fetched:
        """The records of a page, and all that is read with them."""
        return self._with_below(branch, self._read(branch, ids))

    def _with_below(self, branch: Branch, records: Records) -> Fetched:
        below = {
            key: self._with_below(inner, self._related(inner, _ids_in(inner.relation, records.values())))
            for key, inner in branch.below.items()
        }
        return Fetched(records, below)

    def _related(self, branch: Branch, ids: set[int]) -> Records:
        """Records that others lead to; those that were read before are not read again."""
        with self._lock:
            known = self._known.setdefault(id(branch), _Known())
        found, missing = known.among(ids)
        for at in range(0, len(missing), MOST_READ):
            read = self._read(branch, self._matching(branch, missing[at : at + MOST_READ]))
            known.keep(read)
            found |= read
        return found

    def _matching(self, branch: Branch, ids: Sequence[int]) -> Sequence[int]:
        """The records that the domain of a branch leaves."""
        if not branch.domain:
            return ids
        domain = [["id", "in", list(ids)], *branch.domain]
        return self._client.search(branch.model, domain, context={**self._context, "active_test": False})

    def _read(self, branch: Branch, ids: Sequence[int]) -> dict[int, Record]:
        if not ids:
            return {}
        names = list(branch.names) or [ID]
        rows = self._client.read(branch.model, list(ids), names, load="_classic_write", context=self._context)
        records = {row[ID]: row for row in rows}
        if branch.has_external_ids:
            self._add_external_ids(branch.model, records)
        if branch.contents:
            self._contents.add(branch, records)
        return records

    def _add_external_ids(self, model: str, records: Mapping[int, Record]) -> None:
        """Give each record its external id; the oldest of several, as Odoo does."""
        domain = [["model", "=", model], ["res_id", "in", list(records)]]
        rows = self._client.search_read(_DATA, domain, ["module", "name", "res_id"], order="id")
        for row in rows:
            if row["res_id"] in records:
                records[row["res_id"]].setdefault(EXTERNAL_ID, f"{row['module']}.{row['name']}")


def _ids_in(name: str, records: Iterable[Record]) -> set[int]:
    """The ids that records have in a relation."""
    found: set[int] = set()
    for record in records:
        value = record[name]
        if isinstance(value, list) and not _is_pair(value):
            found.update(value)
        elif value:
            found.add(id_of_answered(value))
    return found


def _is_pair(value: Sequence[Any]) -> bool:
    """Whether it is one record with its name, as servers before 15 answer it."""
    return len(value) == 2 and isinstance(value[1], str)


@dataclass(slots=True)
class _Known:
    """Records of one branch that were read; the oldest are forgotten."""

    records: dict[int, Record] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def among(self, ids: set[int]) -> tuple[dict[int, Record], list[int]]:
        """The records that are known, and the ids of the others in order."""
        with self.lock:
            found = {one: self.records[one] for one in ids if one in self.records}
        return found, sorted(ids - found.keys())

    def keep(self, records: Records) -> None:
        """Remember records."""
        with self.lock:
            self.records |= records
            for one in list(self.records)[: max(0, len(self.records) - MOST_KNOWN)]:
                del self.records[one]
