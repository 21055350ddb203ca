"""Files and images of lines: compared by checksum, as those of records are, and read only where they are replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import StoredContent, sha1_of
from odoo_etl.mapping import Record
from odoo_etl.planning import Existing, LineChanges, LineRules, Plan, Planner, RecordRules
from odoo_etl.state import KnownRecord, KnownRecords
from odoo_etl.sync.existing.attachments import FieldRef, StoredContents, content_fields, content_place
from odoo_etl.sync.existing.finder_around import FinderAround
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import Target

ASKED = 5000  # lines a call
_UNKNOWN = "x" * 1024 * 1024  # for what is read without knowing how large it is: a few at a time

AllRules = Mapping[str, LineRules]


class Sent(NamedTuple):
    """A content that was sent for a line, and what Odoo holds in its place."""

    line: int
    model: str
    field: str
    sha1: str
    stored: str


def contents_of(rules: LineRules) -> list[str]:
    """The fields of lines whose content has a checksum of its own."""
    return content_fields(rules.model, rules.fields)


def hold_contents(rules: AllRules) -> bool:
    """Whether any lines, at any depth, have such fields."""
    return any(contents_of(one) or hold_contents(one.children) for one in rules.values())


class LineContents:
    """Puts the checksums of contents into lines that were read without them, and learns what Odoo makes of contents.

    Args:
        rules: of the lines, by their field.
        known: what Odoo made of what earlier runs sent; None where nothing is kept.
        learns: False for a plan, which sends nothing.
    """

    def __init__(self, target: Target, rules: AllRules, known: KnownRecords | None, *, learns: bool) -> None:
        self._client, self._context, self._rules = target.client, target.context, rules
        self._known, self.learns = known, learns and known is not None

    def fill(self, rows: Iterable[Existing]) -> None:
        """Put what Odoo has into the lines of some records, whose rows they are."""
        for lines, own in _levels(list(rows), self._rules):
            for first in range(0, len(lines), ASKED) if (names := contents_of(own)) else ():
                self._put(lines[first : first + ASKED], own.model, names)

    def recognise(self, rows: Iterable[Existing]) -> None:
        """Put references in place of those contents in lines that are known to be made of others; they were read."""
        for lines, own in _levels(list(rows), self._rules):
            read = {(line["id"], name): line.get(name) for line in lines for name in contents_of(own)}
            stored = {ref: StoredContent(len(text) * 3 // 4, str(sha1_of(text))) for ref, text in read.items() if text}
            made = {ref: one for ref, one in self._made(stored, own.model).items() if one.made_of}
            for line in lines if made else ():
                line |= {name: made[line["id"], name] for name in contents_of(own) if (line["id"], name) in made}

    def learn(self, changes: Iterable[LineChanges]) -> None:
        """Remember what Odoo made of contents that it was just sent: all that still differs.

        Args:
            changes: the differences between lines and what Odoo has of them now.
        """
        if self._known is not None:
            self._known.remember(
                {
                    content_place(_ref(one.line, one.model, one.field)): KnownRecord(
                        one.line, one.sha1.encode(), one.stored
                    )
                    for one in differing(changes, self._rules)
                }
            )

    def _put(self, lines: Sequence[dict[str, Any]], model: str, names: Sequence[str]) -> None:
        held = StoredContents(self._client, model, names, self._context)
        wanted = {line["id"]: dict.fromkeys(names, _UNKNOWN) for line in lines}
        stored = held.of(wanted)
        stored = held.read(wanted) if stored is None else stored
        made = self._made(stored, model)
        for line in lines:
            line |= {name: made.get((line["id"], name), False) for name in names}

    def _made(self, stored: Mapping[FieldRef, StoredContent], model: str) -> dict[FieldRef, StoredContent]:
        """The contents with what they were made of."""
        places = {ref: content_place(_ref(ref[0], model, ref[1])) for ref in stored}
        known = self._known.recall(places.values()) if self._known is not None and places else {}
        return {
            ref: replace(one, made_of=made.digest.decode())
            if (made := known.get(places[ref])) and made.write_date == one.sha1
            else one
            for ref, one in stored.items()
        }


class LineContentsFinder(FinderAround):
    """Finds records with lines like another finder, and brings the files and images of these.

    Args:
        inner: finds the records with their lines, without these fields.
        planner: tells which of Odoo's lines are those of a record.
    """

    def __init__(self, inner: Finder, planner: Planner, contents: LineContents) -> None:
        self._inner, self._planner, self._contents = inner, planner, contents
        self.fields = inner.fields

    def of(self, records: Sequence[Record]) -> ExistingRecords:
        """Find the records of a batch."""
        found = self._inner.of(records)
        self._contents.fill([rows[0] for rows in found.existing.values() if len(rows) == 1])
        return found

    def landed(self, plan: Plan, outcome: Outcome) -> None:
        """Learn what Odoo made of contents that it was sent for lines."""
        self._inner.landed(plan, outcome)
        if not self._contents.learns:
            return
        written = {record.number for record in (*outcome.created, *outcome.updated)}
        sent = [one.record for one in plan.creates] + [one.record for one in plan.updates if one.children]
        records = [one for one in sent if one.number in written and any(_contents_in(one, self._planner.rules))]
        existing = self.of(records).existing if records else {}
        for record in records:
            rows = existing.get(self.key_of(record), ())
            update = self._planner.update_of(record, rows[0]) if len(rows) == 1 else None
            self._contents.learn(update.children if update is not None else ())


def _contents_in(record: Record, rules: RecordRules) -> Iterator[bool]:
    """Whether lines of a record bring contents, line by line."""
    for lines in record.children:
        own = rules.children[lines.name]
        for line in lines.records:
            yield any(line.values.get(name) for name in contents_of(own))
            yield from _contents_in(line, own)


def _levels(rows: Sequence[Existing], rules: AllRules) -> Iterator[tuple[list[dict[str, Any]], LineRules]]:
    """All lines of records, field by field, with their rules."""
    for name, own in rules.items():
        lines = [line for row in rows for line in row.get(name) or ()]
        yield lines, own
        yield from _levels(lines, own.children)


def differing(changes: Iterable[LineChanges], rules: AllRules) -> Iterator[Sent]:
    """The contents in which lines differ, at any depth, where Odoo has some."""
    for one in changes:
        own = rules[one.name]
        for update in one.updates.values():
            for name, (old, new) in update.changes.items():
                if isinstance(old, StoredContent) and (sha1 := sha1_of(new)):
                    yield Sent(update.id, own.model, name, sha1, old.sha1)
            yield from differing(update.children, own.children)


def _ref(line: int, model: str, field: str) -> FieldRef:
    return (line, f"{model}.{field}")
