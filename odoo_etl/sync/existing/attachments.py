"""Files and images are compared by checksum: their content is read only where it differs, so that undo can keep it.

Odoo keeps the SHA-1 of what it stored beside each attachment. It shrinks large images and turns photographs upright, so
what it stored need not be what was sent: then both are remembered right after the write, and compared the next time.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from odoo_etl.errors import AccessRefused
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Record
from odoo_etl.planning import Existing, Plan
from odoo_etl.state import KnownRecord, KnownRecords
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import Target

ATTACHMENT = "ir.attachment"

FieldRef = tuple[int, str]  # a record's id and the name of a field


def content_fields(model: str, fields: Mapping[str, TargetField]) -> list[str]:
    """The fields whose content has a checksum of its own."""
    return [name for name, one in fields.items() if one.attached or (model, name) == (ATTACHMENT, "datas")]


class AttachmentFinder(FinderAround):
    """Finds records like another finder, and brings their files and images where these differ.

    Args:
        inner: finds the records, without these fields.
        names: the fields, to whether a content that is there stays, whatever it is (`write: if_empty`).
        known: what Odoo made of what earlier runs sent; None where nothing is kept.
        learns: False for a plan, which sends nothing.
    """

    def __init__(
        self, inner: Finder, target: Target, names: Mapping[str, bool], known: KnownRecords | None, *, learns: bool
    ) -> None:
        self._inner, self._target, self._names, self._known, self._learns = inner, target, names, known, learns
        self.fields = [*inner.fields, *names]

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; equal contents are given as the row has them."""
        found = self._inner.of(records)
        wanted: dict[int, dict[str, Any]] = {}
        for record in records:
            rows = found.existing.get(self.key_of(record), ())
            if len(rows) == 1:
                wanted[rows[0]["id"]] = self._contents(record)
        return self._with(found, {**wanted, **self._in_full(self._differing(wanted))})

    def _differing(self, wanted: Mapping[int, Mapping[str, Any]]) -> Collection[int]:
        """The records one of whose contents is not what is wanted, or may not be."""
        stored = self._checksums(wanted)
        if stored is None:
            return wanted
        refs = {(each, name): content for each, contents in wanted.items() for name, content in contents.items()}
        made = self._known.recall(map(_number, refs)) if self._known is not None else {}
        return {
            ref[0]
            for ref, content in refs.items()
            if not (stored.get(ref) and self._names[ref[1]])
            and not _same(content, stored.get(ref), made.get(_number(ref)))
        }

    def landed(self, plan: Plan, outcome: Outcome) -> None:
        """Learn what Odoo made of contents that it did not store as they were sent."""
        self._inner.landed(plan, outcome)
        if self._known is None or not self._learns:
            return
        written = {record.number for record in (*outcome.created, *outcome.updated)}
        sent = [one.record for one in plan.creates]
        sent += [one.record for one in plan.updates if not one.changes.keys().isdisjoint(self._names)]
        contents = {self.key_of(one): given for one in sent if one.number in written and (given := self._contents(one))}
        if contents:
            ids = self.ids(contents)
            self._learn({found[0]: contents[key] for key, found in ids.items() if len(found) == 1}, self._known)

    def _learn(self, sent: Mapping[int, Mapping[str, Any]], known: KnownRecords) -> None:
        made: dict[int, KnownRecord] = {}
        for (each, name), checksum in (self._checksums(sent) or {}).items():
            content = sent[each].get(name)
            if content and _sha1(content) != checksum:
                made[_number((each, name))] = KnownRecord(each, _sha1(content).encode(), checksum)
        known.remember(made)

    def _contents(self, record: Record) -> dict[str, Any]:
        return {name: record.values[name] for name in self._names if name in record.values}

    def _checksums(self, ids: Iterable[int]) -> dict[FieldRef, str] | None:
        """Of what Odoo has stored; None where the user may not ask."""
        target, wanted = self._target, sorted(ids)
        if not wanted:
            return {}
        if target.model == ATTACHMENT:
            rows = target.client.search_read(ATTACHMENT, [["id", "in", wanted]], ["checksum"], context=target.context)
            return {(row["id"], name): row["checksum"] for row in rows for name in self._names}
        domain = [["res_model", "=", target.model], ["res_field", "in", list(self._names)], ["res_id", "in", wanted]]
        try:
            rows = target.client.search_read(ATTACHMENT, domain, ["res_id", "res_field", "checksum"])
        except AccessRefused:
            return None
        return {(row["res_id"], row["res_field"]): row["checksum"] for row in rows}

    def _in_full(self, ids: Collection[int]) -> dict[int, Existing]:
        target = self._target
        if not ids:
            return {}
        rows = target.client.search_read(
            target.model, [["id", "in", sorted(ids)]], list(self._names), load="_classic_write", context=target.context
        )
        return {row["id"]: row for row in rows}

    def _with(self, found: ExistingRecords, contents: Mapping[int, Mapping[str, Any]]) -> ExistingRecords:
        existing = {
            key: [{**row, **contents.get(row["id"], {})} for row in rows] for key, rows in found.existing.items()
        }
        return ExistingRecords(existing, found.flaws, found.fresh)


def _same(content: Any, stored: str | None, made: KnownRecord | None) -> bool:
    """Whether what is stored is the content, or what Odoo made of it."""
    if not content or not stored:
        return not content and not stored
    sent = _sha1(content)
    return stored == sent or (made is not None and made.write_date == stored and made.digest == sent.encode())


def _sha1(content: str) -> str:
    return hashlib.sha1(base64.b64decode(content), usedforsecurity=False).hexdigest()


def _number(ref: FieldRef) -> int:
    digest = hashlib.blake2b(f"{ref[1]} {ref[0]}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
