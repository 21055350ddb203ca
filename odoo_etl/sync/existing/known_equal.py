"""`compare: ledger`: records that nobody wrote since a run found them equal are not read again in full.

A run that reads a record in full and finds it equal to its row remembers both: a digest of the row's values and the
record's `write_date`. As long as both are the same, the next run takes the record for equal. It reads in full what
differs in either, and always those fields that change without `write_date` (x2many, computed, of other records).

`write_date` is the second in which a transaction began. What somebody writes in the second of our look, or in a
transaction that began then and is still open, would look like what we saw. So only what was written an hour ago or
earlier is remembered: no transaction lives that long, and clocks that differ by minutes do no harm.
See docs/decisions/0011-compare-by-ledger.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Record
from odoo_etl.planning import Existing, NoChange
from odoo_etl.spec import JobSpec
from odoo_etl.state import KnownRecord, KnownRecords
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.existing.reads import links_among, read_whole
from odoo_etl.sync.ports import Target

WRITE_DATE = "write_date"
SETTLED_AFTER_S = 3600.0
WORTH_A_LOOK = 0.5  # share of a chunk that must be known: otherwise one read in full costs less than two reads

MANY_FIELDS = 20


def by_ledger(spec: JobSpec, fields: Mapping[str, TargetField]) -> bool:
    """Whether a job is to compare by what its earlier runs know; `auto` where that clearly costs less."""
    if spec.target.mode == "create" or spec.load.compare == "server" or spec.lines:  # these change without their record
        return False
    dated = [one for one in fields.values() if one.dated]
    heavy = any(one.type.is_heavy for one in dated)
    return spec.load.compare == "ledger" or heavy or len(dated) >= MANY_FIELDS


class LedgerFinder(FinderAround):
    """Finds records like another finder, and reads of known ones only whether they are as they were.

    Args:
        inner: finds them.
        fields: the mapped fields by name.
        known: what earlier runs found equal.
        now: seconds since 1970.
    """

    def __init__(
        self,
        inner: Finder,
        target: Target,
        fields: Mapping[str, TargetField],
        known: KnownRecords,
        now: Callable[[], float],
    ) -> None:
        self._inner, self._target, self._known, self._now = inner, target, known, now
        self._links = links_among(fields.values())
        self._dated = [name for name, one in fields.items() if one.dated]
        self._full = [*inner.fields, WRITE_DATE]
        self._light = [*(name for name in inner.fields if name not in self._dated), WRITE_DATE]
        server = target.client.version().text  # upgrades of Odoo change values by SQL, which leaves `write_date` alone
        self._salt = _hash([target.model, target.context, server, self._dated], 16)
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch, with the values of all mapped fields."""
        wanted = {self.key_of(record): record for record in records}
        numbers = {key: key_number(key) for key in wanted}
        digests = {key: self._digest(key, record.values) for key, record in wanted.items()}
        known = self._known.recall(numbers.values())
        same = {key: known[number] for key, number in numbers.items() if number in known}
        same = {key: one for key, one in same.items() if one.digest == digests[key]}
        if len(same) < WORTH_A_LOOK * len(wanted):
            return self._fresh(self._inner.fetch(wanted, self._full), digests)
        found = self._inner.fetch(wanted, self._light)
        equal = {key for key, one in same.items() if _is_as_known(found.existing.get(key, ()), one)}
        rest = self._in_full({key: rows for key, rows in found.existing.items() if key not in equal})
        known_rows = {key: [{**wanted[key].values, **found.existing[key][0]}] for key in equal}
        return self._fresh(ExistingRecords({**rest, **known_rows}, found.flaws), {key: digests[key] for key in rest})

    def found_equal(self, kept: Sequence[NoChange], found: ExistingRecords) -> None:
        """Remember the records that were read in full."""
        super().found_equal(kept, found)
        before = datetime.fromtimestamp(self._now() - SETTLED_AFTER_S, UTC).strftime("%Y-%m-%d %H:%M:%S")
        fresh: dict[int, KnownRecord] = {}
        for one in kept:
            key = self.key_of(one.record)
            digest, row = found.fresh.get(key), found.existing[key][0]
            if digest is not None and row[WRITE_DATE] and row[WRITE_DATE] < before:
                fresh[key_number(key)] = KnownRecord(row["id"], digest, row[WRITE_DATE])
        self._known.remember(fresh)

    def _in_full(self, existing: Mapping[Key, Sequence[Existing]]) -> dict[Key, list[Existing]]:
        """The same records with all fields; those that have gone meanwhile are absent."""
        ids = sorted(row["id"] for rows in existing.values() for row in rows)
        if not ids:
            return {}
        target = self._target
        rows = read_whole(target.client, target.model, [["id", "in", ids]], self._full, self._links, target.context)
        full = {row["id"]: row for row in rows}
        return {key: [full[row["id"]] for row in rows if row["id"] in full] for key, rows in existing.items()}

    def _fresh(self, found: ExistingRecords, digests: Mapping[Key, bytes]) -> ExistingRecords:
        return ExistingRecords(found.existing, found.flaws, digests)

    def _digest(self, key: Key, values: Mapping[str, Any]) -> bytes:
        """Of what the row wants the fields to hold; a field that it leaves alone counts, too."""
        dated = [values.get(name, []) for name in self._dated]
        return _hash([key, dated], 16, self._salt)


def _is_as_known(rows: Sequence[Existing], known: KnownRecord) -> bool:
    return len(rows) == 1 and rows[0]["id"] == known.id and rows[0][WRITE_DATE] == known.write_date


def key_number(key: Key) -> int:
    """The number that the ledger knows a key by."""
    return int.from_bytes(_hash(key, 8), "big") >> 1


def _hash(content: Any, size: int, key: bytes = b"") -> bytes:
    try:
        text = orjson.dumps(content, default=repr)
    except orjson.JSONEncodeError:  # half a character, an integer of more than 64 bits
        text = repr(content).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=size, key=key).digest()
