"""The report of values that Odoo keeps otherwise than they were sent."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from odoo_etl.fieldtypes import PASSWORDS, IdList, is_by_reference, show_content, show_hidden, shown_difference
from odoo_etl.mapping import Record, shown_key
from odoo_etl.planning import Place, Update
from odoo_etl.results import Discrepancies, Discrepancy, Rewritten

LONGEST = 500  # characters of a value
SHOWN = 1000  # values that were not kept, of one job; beyond, they are only counted


FieldRef = tuple[int, str]  # the id of a record, and a field


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one record: what the row wants it to hold, and what Odoo holds.

    Attributes:
        field: its name, or `Variant.path` in another language or company.
        line: where it is one of a line: that line, and the field as it is called in every line.
    """

    record: Record
    id: int
    field: str
    sent: Any
    kept: Any
    line: Place | None = None

    @property
    def ref(self) -> FieldRef:
        """The field that it is about."""
        return (self.id, self.field)

    @property
    def place(self) -> Place:
        """The same as it is remembered: a line by its id, not by its place among others."""
        return self.line or self.ref


def differences_of(updates: Iterable[Update]) -> Iterator[Difference]:
    """The values that are to be written, as differences."""
    for update in updates:
        lines = update.places if update.children else {}
        for path, (kept, sent) in update.by_path.items():
            yield Difference(update.record, update.id, path, sent, kept, lines.get(path))


class ValueReport:
    """Tells each difference once; may be used from several lanes."""

    def __init__(self) -> None:
        self._rewritten: dict[str, Rewritten] = {}
        self._rewritten_refs: set[FieldRef] = set()
        self._not_kept: list[Discrepancy] = []
        self._not_kept_refs: dict[FieldRef, int] = {}  # to the hash of the record's key
        self._final: set[FieldRef] = set()
        self._lock = threading.Lock()

    @property
    def found(self) -> Discrepancies:
        """The discrepancies that were reported by now."""
        with self._lock:
            return Discrepancies(dict(self._rewritten), len(self._not_kept_refs), tuple(self._not_kept))

    def rewritten(self, one: Difference) -> None:
        """Odoo keeps the value in a form of its own."""
        with self._lock:
            if one.ref not in self._rewritten_refs:
                self._rewritten_refs.add(one.ref)
                _, field = one.place
                known = self._rewritten.get(field)
                records, example = (known.records + 1, known.example) if known else (1, discrepancy(one))
                self._rewritten[field] = Rewritten(records, example)

    def not_kept(self, one: Difference, *, final: bool = False) -> None:
        """Odoo holds another value; with `final` this is not taken back."""
        with self._lock:
            if final:
                self._final.add(one.ref)
            if one.ref not in self._not_kept_refs:
                self._not_kept_refs[one.ref] = hash(one.record.key)
                if len(self._not_kept) < SHOWN:
                    self._not_kept.append(discrepancy(one))

    def forget(self, keys: Collection[int]) -> None:
        """Take back what was told of values that were not kept: these records are about to be looked at again.

        Args:
            keys: hashes of their keys.
        """
        with self._lock:
            gone = {ref for ref, key in self._not_kept_refs.items() if key in keys} - self._final
            for ref in gone:
                del self._not_kept_refs[ref]
            self._not_kept = [one for one in self._not_kept if (one.id, one.field) not in gone]


def all_discrepancies(one: Discrepancies, more: Discrepancies) -> Discrepancies:
    """Combine what two looks at a job, or at two parts of it, found."""
    rewritten = dict(one.rewritten)
    for name, found in more.rewritten.items():
        known = rewritten.get(name)
        rewritten[name] = Rewritten(known.records + found.records, known.example) if known else found
    known_values = {(each.id, each.field) for each in one.not_kept}
    new = [each for each in more.not_kept if (each.id, each.field) not in known_values]
    values = one.not_kept_values + more.not_kept_values - len(more.not_kept) + len(new)
    return Discrepancies(rewritten, values, (*one.not_kept, *new)[:SHOWN])


def discrepancy(one: Difference) -> Discrepancy:
    """The difference as reports have it."""
    sent, kept = shown_difference(one.sent, one.kept)
    sent, kept = _plain(sent, beside=kept), _plain(kept, beside=sent)
    if one.field in PASSWORDS:
        sent, kept = show_hidden(sent), show_hidden(kept)
    return Discrepancy(shown_key(one.record), one.id, one.field, sent, kept)


def _plain(value: Any, beside: Any) -> Any:
    """A value as reports show it; what Odoo has in place of none, where it is not the false of a boolean, as None."""
    if value is False and not isinstance(beside, bool):
        return None
    if is_by_reference(value):
        return show_content(value)
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value):,} characters)"
    return list(value.ids) if isinstance(value, IdList) else value
