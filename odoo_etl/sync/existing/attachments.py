"""Files and images are compared by checksum: their content is read only where it is replaced, so that undo can keep it.

Odoo keeps the SHA-1 of what it stored beside each attachment. It shrinks large images and turns photographs upright, so
what it stored need not be what was sent: then both are remembered right after the write, and compared the next time.
Older servers list none of the attachments that belong to fields (Odoo 14 does not): what they do not list is read.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from odoo_etl.errors import AccessRefused
from odoo_etl.fieldtypes import StoredContent, TargetField, sha1_of
from odoo_etl.mapping import Record
from odoo_etl.planning import Existing, Plan
from odoo_etl.state import KeptValue, KnownRecord, KnownRecords, value_digest
from odoo_etl.sync.contents import bytes_in, portions
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import Odoo, Target

ATTACHMENT = "ir.attachment"

_STORED = ["checksum", "file_size"]
_LISTS_ALL_SINCE = 19
_READ_AT_LEAST = 64 * 1024  # bytes that a content counts for when it is read, however small the one of the row is

FieldRef = tuple[int, str]  # a record's id and the name of a field


def content_fields(model: str, fields: Mapping[str, TargetField]) -> list[str]:
    """The fields whose content has a checksum of its own."""
    return [name for name, one in fields.items() if one.attached or (model, name) == (ATTACHMENT, "datas")]


class StoredContents:
    """Finds the checksums of what Odoo keeps in such fields of one model."""

    def __init__(self, client: Odoo, model: str, names: Sequence[str], context: Mapping[str, Any]) -> None:
        self._client, self._model, self._names, self._context = client, model, list(names), context

    def of(self, contents: Mapping[int, Mapping[str, Any]]) -> dict[FieldRef, StoredContent] | None:
        """The contents that Odoo has in place of these, by record and field; None where the user may not ask."""
        client, wanted = self._client, sorted(contents)
        if not wanted:
            return {}
        if self._model == ATTACHMENT:
            rows = client.search_read(ATTACHMENT, [["id", "in", wanted]], _STORED, context=self._context)
            return {(row["id"], name): _stored_in(row) for row in rows if row["checksum"] for name in self._names}
        domain = [["res_model", "=", self._model], ["res_field", "in", self._names], ["res_id", "in", wanted]]
        try:
            rows = client.search_read(ATTACHMENT, domain, ["res_id", "res_field", *_STORED])
        except AccessRefused:
            return None
        listed = {(row["res_id"], row["res_field"]): _stored_in(row) for row in rows if row["checksum"]}
        return {**self._unlisted(contents, listed), **listed}

    def read(self, contents: Mapping[int, Mapping[str, Any]]) -> dict[FieldRef, StoredContent]:
        """The same, by reading the contents."""
        found: dict[FieldRef, StoredContent] = {}
        for ids in portions(sorted(contents), lambda each: max(_READ_AT_LEAST, bytes_in(contents[each].values()))):
            rows = self.in_full(ids)
            found |= {(each, name): _read(row[name]) for each, row in rows.items() for name in self._names if row[name]}
        return found

    def in_full(self, ids: Collection[int]) -> dict[int, Existing]:
        """The contents themselves, by record."""
        if not ids:
            return {}
        domain = [["id", "in", sorted(ids)]]
        rows = self._client.search_read(self._model, domain, self._names, load="_classic_write", context=self._context)
        return {row["id"]: row for row in rows}

    def _unlisted(
        self, contents: Mapping[int, Mapping[str, Any]], listed: Collection[FieldRef]
    ) -> dict[FieldRef, StoredContent]:
        """By record and field, the contents that an older server has beside those it lists."""
        if self._client.version().major >= _LISTS_ALL_SINCE:
            return {}
        return self.read(
            {each: some for each, some in contents.items() if any((each, name) not in listed for name in some)}
        )


class AttachmentFinder(FinderAround):
    """Finds records like another finder, and brings their files and images, by reference where these differ.

    Args:
        inner: finds the records, without these fields.
        names: the fields.
        known: what Odoo made of what earlier runs sent; None where nothing is kept.
        learns: False for a plan, which sends nothing.
    """

    def __init__(
        self, inner: Finder, target: Target, names: Sequence[str], known: KnownRecords | None, *, learns: bool
    ) -> None:
        self._inner, self._names, self._known, self._learns = inner, names, known, learns
        self._held = StoredContents(target.client, target.model, names, target.context)
        self.fields = [*inner.fields, *names]

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch; equal contents are given as the row has them."""
        found = self._inner.of(records)
        wanted: dict[int, dict[str, Any]] = {}
        for record in records:
            rows = found.existing.get(self.key_of(record), ())
            if len(rows) == 1:
                wanted[rows[0]["id"]] = self._contents(record)
        stored = self._held.of(wanted)
        return self._with(found, self._held.in_full(wanted) if stored is None else self._compared(wanted, stored))

    def _compared(
        self, wanted: Mapping[int, Mapping[str, Any]], stored: Mapping[FieldRef, StoredContent]
    ) -> dict[int, dict[str, Any]]:
        """Equal contents as they are wanted, the others by reference."""
        refs = {(each, name): content for each, contents in wanted.items() for name, content in contents.items()}
        made = self._known.recall(map(content_place, refs)) if self._known is not None else {}
        values: dict[int, dict[str, Any]] = {each: {} for each in wanted}
        for ref, content in refs.items():
            has = stored.get(ref)
            equal = _same(content, has, made.get(content_place(ref)))
            values[ref[0]][ref[1]] = content if equal else has or False
        return values

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
        for (each, name), stored in (self._held.of(sent) or {}).items():
            content = sha1_of(sent[each].get(name))
            if content and content != stored.sha1:
                made[content_place((each, name))] = KnownRecord(each, content.encode(), stored.sha1)
        known.remember(made)

    def _contents(self, record: Record) -> dict[str, Any]:
        return {name: record.values[name] for name in self._names if name in record.values}

    def _with(self, found: ExistingRecords, contents: Mapping[int, Mapping[str, Any]]) -> ExistingRecords:
        existing = {
            key: [{**row, **contents.get(row["id"], {})} for row in rows] for key, rows in found.existing.items()
        }
        return ExistingRecords(existing, found.flaws, found.fresh)


def made_of_contents(made: KnownRecords, ids: Iterable[int], names: Sequence[str]) -> dict[FieldRef, KeptValue]:
    """The memory of files that Odoo stored otherwise than they were sent, by their checksums."""
    refs = {content_place((each, name)): (each, name) for each in ids for name in names}
    return {
        refs[number]: KeptValue(
            *refs[number], value_digest(one.digest.decode()), value_digest(one.write_date), same=True
        )
        for number, one in (made.recall(refs) if refs else {}).items()
    }


def _stored_in(row: Mapping[str, Any]) -> StoredContent:
    return StoredContent(row["file_size"], row["checksum"])


def _read(content: str) -> StoredContent:
    raw = base64.b64decode(content)
    return StoredContent(len(raw), hashlib.sha1(raw, usedforsecurity=False).hexdigest())


def _same(content: Any, stored: StoredContent | None, made: KnownRecord | None) -> bool:
    """Whether what is stored is the content, or what Odoo made of it."""
    if not content or not stored:
        return not content and not stored
    sent = sha1_of(content)
    if sent is None or stored.sha1 == sent:
        return stored.sha1 == sent
    return made is not None and made.write_date == stored.sha1 and made.digest == sent.encode()


def content_place(ref: FieldRef) -> int:
    """The number under which is remembered what Odoo made of a content."""
    digest = hashlib.blake2b(f"{ref[1]} {ref[0]}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
