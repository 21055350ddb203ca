"""Lookups: the keys of other records to their ids, and for a key that nobody has, those that are near it."""

from __future__ import annotations

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from odoo_etl.errors import OdooError
from odoo_etl.fieldtypes import Content, ContentRef
from odoo_etl.mapping import (
    COLLISION,
    Flaw,
    Key,
    Lookup,
    Parts,
    Record,
    Ref,
    RefList,
    Reject,
    fold,
    oddity_hint,
    refs_of,
    why_collision,
)
from odoo_etl.spec import EXTERNAL_ID, SOURCE_ID
from odoo_etl.sync.contents import Contents
from odoo_etl.sync.existing.external_ids import DATA
from odoo_etl.sync.existing.key_search import KeySearch, PlannedRecords
from odoo_etl.sync.existing.preloading import Preloading
from odoo_etl.sync.existing.resolved import Answer, Asking, Found, Ids, answers_to, asked_last, asking_values, with_ids
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.existing.sought import alike, literal
from odoo_etl.sync.existing.source_ids import NoIds, NotesIds
from odoo_etl.sync.ports import Odoo

CACHED_KEYS = 200_000
_TOGETHER = 1000  # keys of one question
MOST_ASKED = 5  # missing keys of one lookup of which this is asked
MOST_READ = 200  # texts that begin alike


class Lookups:
    """Answers lookups, each (model, fields) with one `search_read` for all keys of a chunk, and remembers them.

    Records that are asked for again and again may be read at once (`Preloading`).

    Args:
        contents: finds the files that values may name.
        fields: the fields whose values may be lookups, or name files.
        growing: the model that the job itself writes; that a record is missing there is never remembered.
        planned: records that do not exist yet but that the plan would create (only for `plan`).
        source_ids: given, answers lookups by source id.
        cached_keys: how many answers, or records, to keep for each lookup; with more, answers start anew.

    Attributes:
        preloading: answers what is asked again and again.
        source_ids: finds records by the ids that they have in the database which rows come from.
    """

    def __init__(  # noqa: PLR0913 - options by keyword
        self,
        client: Odoo,
        schema: Schema,
        context: Mapping[str, Any],
        *,
        contents: Contents | None = None,
        fields: Iterable[str] = (),
        growing: str = "",
        planned: PlannedRecords | None = None,
        source_ids: NotesIds | None = None,
        cached_keys: int = CACHED_KEYS,
    ) -> None:
        self._names, self._cached_keys, self._growing = tuple(fields), cached_keys, growing
        self.source_ids: NotesIds = source_ids or NoIds()
        self.preloading = Preloading(client, context, growing, cached_keys)
        self._search = KeySearch(client, schema, context, self, planned)
        self._contents = contents or Contents()
        self._near = NearKeys(client, schema, context)
        self._refused: dict[tuple[Lookup, Key], str] = {}
        self._said: dict[Key, list[Parts]] = {}
        self._answers: dict[Lookup, dict[Key, Ids]] = defaultdict(dict)
        self._locks: dict[Lookup, threading.Lock] = {}
        self._guard = threading.Lock()
        self._is_last = False

    def expect(self, batches: int) -> None:
        """So many calls of `resolve` are to come: what they ask for may be worth reading as a whole."""
        self.preloading.expect(batches)

    def resolve(self, records: Sequence[Record], *, last: bool = False) -> tuple[list[Record], list[Reject]]:
        """Records with ids in place of keys, and rejects for those whose lookups have no single answer.

        A missing record whose lookup says `defer` leaves its field out, and the record as it was in `Record.later`;
        with `last` there is no later, and such a row is a reject. References to files become their contents.
        """
        values = asking_values(records, self._names)
        if last:
            self._forget_misses()
        self.preloading.begun()
        if not values:
            return [fold(record.parts) if record.parts else record for record in records], []
        return with_ids(records, self._names, self._answered(values, last=last))

    def _answered(self, values: Asking, *, last: bool) -> dict[int, Answer]:
        lookups: dict[int, Ref | RefList] = {}
        files: dict[int, ContentRef] = {}
        for number, value in values.items():
            if isinstance(value, ContentRef):
                files[number] = value
            else:
                lookups[number] = value
        found = self._found([ref for value in lookups.values() for ref in refs_of(value)])
        contents = self._contents.found(files.values())
        answers = {number: _content_answer(contents[ref]) for number, ref in files.items()}
        unclear = {
            number: Answer(flaws=flaws) for number, one in lookups.items() if (flaws := self._unclear(one, found))
        }
        return {**answers_to(lookups, found, self._hint, last=last), **answers, **unclear}

    def tell_apart(self, refs: Iterable[Ref]) -> None:
        """Take note of external ids that different texts become: no record is found by them, and none is missing."""
        every = list(dict.fromkeys(refs))
        several = _said_by_key(one for ref in every for one in ref.every)
        told_apart = [ref for ref in every if any(one.key in several for one in ref.every)]
        self._said = _said_by_key(ref for ref, _ in self._asked(told_apart)) if told_apart else {}

    def _unclear(self, value: Ref | RefList, found: Found) -> list[Flaw]:
        """The flaws of a value whose external ids other texts become, too."""
        asked = [asked_last(ref, found)[0] for ref in refs_of(value)] if self._said else []
        return [
            Flaw("lookup", COLLISION, why_collision(ref.said, other, ref.key[0]))
            for ref in asked
            if (other := self._other(ref))
        ]

    def _other(self, ref: Ref) -> Parts:
        """Other texts that become the external id of a record; nothing where there are none."""
        return next((said for said in self._said.get(ref.key, ()) if said != ref.said), ()) if ref.said else ()

    def missing(self, refs: Iterable[Ref], archived: Collection[int] = ()) -> list[Ref]:
        """Those of which no lookup finds a record, each once, as the last of their lookups asks for them.

        Args:
            archived: records that are as good as missing where the last lookup finds one of them.
        """
        return [
            ref
            for ref, ids in self._asked(refs)
            if (not ids or (ref.then is None and not set(ids).isdisjoint(archived))) and not self._other(ref)
        ]

    def _asked(self, refs: Iterable[Ref]) -> Iterator[tuple[Ref, Ids]]:
        """For each distinct one, the lookup that has found something, or the last one, and what it found."""
        distinct = list(dict.fromkeys(refs))
        self.expect(math.ceil(len(distinct) / _TOGETHER))
        for first in range(0, len(distinct), _TOGETHER):
            self.preloading.begun()
            some = distinct[first : first + _TOGETHER]
            found = self._found(some)
            yield from (asked_last(one, found) for one in some)

    def supplied(self, lookup: Lookup, refused: Mapping[Key, str]) -> None:
        """Ask again for the records of a lookup that were missing.

        Args:
            refused: why some were not created, by their keys.
        """
        self.preloading.forget(lookup.model)
        self._answers[lookup] = {key: ids for key, ids in self._answers[lookup].items() if ids}
        self._refused.update({(lookup, alike(lookup, key)): why for key, why in refused.items()})

    def _forget_misses(self) -> None:
        """All rows are written: what was missing may be there, also what Odoo made along with the job's records."""
        with self._guard:
            if self._is_last:
                return
            self._is_last = True
            self._forget()

    def look_anew(self) -> None:
        """Ask again for what was missing: records have landed since."""
        with self._guard:
            self._forget()

    def _forget(self) -> None:
        for lookup, known in self._answers.items():
            self.preloading.forget(lookup.model)
            self._answers[lookup] = {key: ids for key, ids in known.items() if ids}

    def _hint(self, ref: Ref) -> str:
        """The way out for a record that is missing, as the end of a sentence."""
        if why := self._refused.get((ref.lookup, alike(ref.lookup, ref.key))):
            return f"; it was not created: {why}"
        if ref.lookup.by == (SOURCE_ID,):
            return f"; no row of {ref.lookup.source_model} with that id has landed so far, or its record has gone since"
        return self._near.hint(ref)

    def _found(self, refs: Iterable[Ref]) -> Found:
        """The answers to all keys; what one lookup does not find, the next one is asked for."""
        found: dict[Lookup, dict[Key, Ids]] = defaultdict(dict)
        while refs:
            asked: dict[Lookup, set[Key]] = defaultdict(set)
            for ref in refs:
                asked[ref.lookup].add(ref.key)
            for lookup, keys in asked.items():
                found[lookup].update(self.find(lookup, keys))
            refs = [ref.then for ref in refs if ref.then is not None and not found[ref.lookup][ref.key]]
        return found

    def find(self, lookup: Lookup, keys: set[Key]) -> dict[Key, Ids]:
        """Ids of the records with each key; none or several where the key is unknown or ambiguous."""
        with self._guard:
            lock = self._locks.setdefault(lookup, threading.Lock())
        with lock:  # lanes that need the same answers wait for them instead of asking again
            known = self._answers[lookup]
            missing = {key for key in keys if key not in known}
            fresh = self._search.ids_of(lookup, missing) if missing else {}
            answers = {key: known[key] for key in keys if key in known} | fresh
            if len(known) + len(fresh) > self._cached_keys:
                known.clear()
            known.update(fresh.items() if lookup.model != self._growing else [one for one in fresh.items() if one[1]])
        return answers


def _said_by_key(refs: Iterable[Ref]) -> dict[Key, list[Parts]]:
    """External id to the texts that become it, where they are several."""
    said: dict[Key, dict[Parts, None]] = defaultdict(dict)
    for ref in refs:
        if ref.said:
            said[ref.key][ref.said] = None
    return {key: list(texts) for key, texts in said.items() if len(texts) > 1}


def _content_answer(found: Content | Flaw | bool) -> Answer:
    return Answer(flaws=(found,)) if isinstance(found, Flaw) else Answer(found)


class NearKeys:
    """Finds what is like a missing key: texts that begin like it; may be used from several lanes."""

    def __init__(self, client: Odoo, schema: Schema, context: Mapping[str, Any]) -> None:
        self._client, self._schema, self._context = client, schema, context
        self._known: dict[tuple[Lookup, Any], str] = {}
        self._asked: Counter[Lookup] = Counter()
        self._lock = threading.Lock()

    def hint(self, ref: Ref) -> str:
        """The end of a sentence about the missing record: which key is like it; "" where none is known."""
        found = self.of(ref)
        if found and normalize("NFC", found) == normalize("NFC", ref.key[0]):
            return (
                "; a record has these very letters in another form of Unicode: `transform: nfc` makes one form of them"
            )
        return (f"; did you mean {found}?" if found else "") + oddity_hint(ref.key)

    def of(self, ref: Ref) -> str:
        """A key like the missing one, or "" where none is known."""
        lookup, key = ref.lookup, ref.key[0]
        if len(ref.key) > 1 or not isinstance(key, str) or "." in lookup.by[0]:
            return ""
        with self._lock:
            if (lookup, key) not in self._known:
                if self._asked[lookup] >= MOST_ASKED:
                    return ""
                self._asked[lookup] += 1
                self._known[lookup, key] = self._near(lookup, key)
            return self._known[lookup, key]

    def _near(self, lookup: Lookup, key: str) -> str:
        module, dot, name = key.partition(".") if lookup.by == (EXTERNAL_ID,) else ("", "", key)
        try:
            names = self._names_of(lookup, module, name[: max(1, len(name) // 2)])
        except OdooError:  # a hint is worth no error
            return ""
        alike = {_alike(one): one for one in names if isinstance(one, str) and one != name}
        near = get_close_matches(_alike(name), alike, n=1)
        return f"{module}{dot}{alike[near[0]]}" if near else ""

    def _names_of(self, lookup: Lookup, module: str, begin: str) -> list[Any]:
        """The values of the records that begin like that."""
        pattern = f"{literal(begin)}%"
        if module:
            model, field, domain = DATA, "name", [["module", "=", module], ["model", "=", lookup.model]]
        elif self._schema.find(lookup.model, lookup.by[0]).type.is_text:
            model, field, domain = lookup.model, lookup.by[0], []
        else:
            return []
        wanted = [*domain, [field, "=ilike", pattern]]
        rows = self._client.search_read(model, wanted, [field], limit=MOST_READ, context=self._context)
        return [row[field] for row in rows]


def _alike(text: str) -> str:
    """A text as people see it: case and forms of Unicode tell nothing apart."""
    return normalize("NFC", text).casefold()
