"""After each write: what Odoo kept, where it may differ from what was sent.

Looked at are all records of a job's first calls, each field in the first calls that have values for it, then the
fields that Odoo may rewrite or compute (of every record), and a sample of the rest. Where Odoo keeps what it gets, that
is a handful of reads in a job.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import OWN, Record, Variant, at_path, values_by_path
from odoo_etl.planning import Planner, field_of_line
from odoo_etl.sync.existing import links_among, read_whole
from odoo_etl.sync.outcome import Written
from odoo_etl.sync.ports import Target
from odoo_etl.sync.read_back.memory import Memory
from odoo_etl.sync.read_back.report import Difference, ValueReport

WHOLE_CALLS = 3  # of a kind, and with values for a field, are read back as a whole; the very first may hold one record
SAMPLE_EVERY = 10  # of the calls after them, each so many-th is
SAMPLE = 50  # with so many of its records


class ReadBack:
    """Reads back what one job wrote; may be used from several lanes.

    Args:
        fields: the mapped fields by `Variant.path`; those with files are not looked at: their checksums are compared.

    Attributes:
        memory: where forms of Odoo's own are remembered.
        report: hears of them.
        is_late: Odoo rewrote a field after records with values for it had been passed over.
    """

    def __init__(
        self, target: Target, planner: Planner, fields: Mapping[str, TargetField], memory: Memory, report: ValueReport
    ) -> None:
        self._target, self._planner, self._every = target, planner, fields
        self._fields = {name: one for name, one in fields.items() if not one.type.is_file}
        self._files = fields.keys() - self._fields.keys()
        self._computed_files = sorted(name for name in self._files if fields[name].is_computed_file)
        self.memory, self.report = memory, report
        self._links = links_among(self._fields.values())
        self._changing = {name for name, one in self._fields.items() if _may_change(one)}
        self._calls: Counter[str] = Counter()
        self._filling: Counter[tuple[str, str]] = Counter()  # calls by kind, and field that they have values for
        self._passed_over: set[str] = set()
        self.is_late = False
        self._lock = threading.Lock()

    def look(self, kind: str, written: Sequence[Written]) -> list[Written]:
        """Look at what one call wrote; forms of Odoo's own are remembered.

        Returns:
            The records that hold something else than their rows want.
        """
        odd = [one for one in written if self._wants_no_file(one.record)] if self._files and kind == "create" else []
        odd += self._without_file(written) if self._computed_files else []
        for some, names in self._worth_a_look(kind, written):
            odd += self._look_at(some, names)
        return odd

    def differences(self, written: Sequence[Written], names: Collection[str]) -> Iterator[Difference]:
        """Yield where the records differ from what their rows want, in these fields, without files."""
        names = self._fields.keys() & names
        rows = self._read([one.id for one in written], names)
        for one in written:
            if one.id in rows:
                differing = self._planner.differences_by_path(one.record, rows[one.id], names)
                for path, (kept, sent) in differing.items():
                    yield Difference(one.record, one.id, path, sent, kept)

    def split(self, found: Iterable[Difference]) -> tuple[list[Difference], list[Difference]]:
        """Forms of Odoo's own, and other values."""
        forms: list[Difference] = []
        others: list[Difference] = []
        for one in found:
            (forms if self._field_at(one.field).is_form(one.sent, one.kept) else others).append(one)
        return forms, others

    def _field_at(self, path: str) -> TargetField:
        """The field that a path names, maybe of a line."""
        return self._every[path] if path in self._every else field_of_line(self._planner.rules, path)

    def learn(self, forms: Sequence[Difference]) -> None:
        """Remember and tell forms of Odoo's own."""
        self.memory.remember(forms, same=True)
        for one in forms:
            self.report.rewritten(one)

    def give_up(self, others: Sequence[Difference], *, final: bool = False) -> None:
        """Remember and tell values that Odoo did not keep.

        Args:
            final: they are not written to records that are there, so that no second look can find them kept.
        """
        self.memory.remember(others, same=False)
        for one in others:
            self.report.not_kept(one, final=final)

    def _look_at(self, written: Sequence[Written], names: Collection[str]) -> list[Written]:
        forms, others = self.split(self.differences(written, names))
        self.learn(forms)
        self._changes({one.field for one in (*forms, *others)})
        final = [one for one in others if self._planner.rules.leaves(at_path(one.field)[0], one.kept)]
        self.give_up(final, final=True)
        odd = {one.id for one in others if one not in final}
        return [one for one in written if one.id in odd]

    def _worth_a_look(
        self, kind: str, written: Sequence[Written]
    ) -> Iterator[tuple[Sequence[Written], Collection[str]]]:
        """Records of a call with the fields to read of them."""
        named = self._named(written)
        with self._lock:
            if not self._calls:
                self._changing |= self.memory.fields() & self._fields.keys()
            number = self._calls[kind]
            self._calls[kind] += 1
            first = self._first_filled(kind, written, named)
            read = named if number < WHOLE_CALLS else named & (self._changing | first)
            self._passed_over |= named - read
        if read:
            yield written, read
        if number % SAMPLE_EVERY == 0 and (rest := named - read):
            yield written[:: max(1, len(written) // SAMPLE)], rest

    def _first_filled(self, kind: str, written: Sequence[Written], named: Collection[str]) -> set[str]:
        """The fields for which this is one of the first calls that have values."""
        unsure = [name for name in named if self._filling[kind, name] < WHOLE_CALLS]
        filled = {name for name in unsure if any(values_by_path(one.record).get(name) for one in written)}
        self._filling.update((kind, name) for name in filled)
        return filled

    def _changes(self, names: set[str]) -> None:
        """Odoo rewrites these fields."""
        with self._lock:
            self.is_late = self.is_late or not self._passed_over.isdisjoint(names - self._changing)
            self._changing |= names

    def _wants_no_file(self, record: Record) -> bool:
        """Whether a row wants no file where Odoo may put one of its own, as it does for the pictures of employees."""
        return any(record.values.get(name) is False for name in self._files)

    def _without_file(self, written: Sequence[Written]) -> list[Written]:
        """Records that were sent a file for a field that Odoo computes, and have none: their sizes are read.

        Of several new products Odoo 19 gives the first one alone its `image_1920`.
        """
        names = [name for name in self._computed_files if any(one.record.values.get(name) for one in written)]
        if not names:
            return []
        domain, context = [["id", "in", [one.id for one in written]]], {**self._target.context, "bin_size": True}
        rows = self._target.client.search_read(self._target.model, domain, names, context=context)
        sizes = {row["id"]: row for row in rows}
        return [
            one
            for one in written
            if one.id in sizes and any(one.record.values.get(name) and not sizes[one.id][name] for name in names)
        ]

    def _named(self, written: Sequence[Written]) -> set[str]:
        """The fields that the rows of some records say something about."""
        return self._fields.keys() & set[str]().union(*[values_by_path(one.record) for one in written])

    def _read(self, ids: Sequence[int], paths: Collection[str]) -> dict[int, dict[str, Any]]:
        """Id to the values that records hold under these paths: one call for each language and company."""
        names: dict[Variant, set[str]] = {}
        for name, variant in map(at_path, paths):
            names.setdefault(variant, set()).add(name)
        rows = self._rows(ids, names.pop(OWN, set()), OWN)
        for variant in sorted(names):
            for number, row in self._rows(ids, names[variant], variant).items():
                rows.setdefault(number, {}).update({variant.path(name): row[name] for name in names[variant]})
        return rows

    def _rows(self, ids: Sequence[int], names: Collection[str], variant: Variant) -> dict[int, dict[str, Any]]:
        currencies = {self._fields[name].currency_field for name in names} - {""}
        wanted, target = sorted({*names, *currencies}), self._target
        domain, context = [["id", "in", list(ids)]], {**target.context, **variant.context}
        rows = read_whole(target.client, target.model, domain, wanted, self._links, context) if wanted else []
        return {row["id"]: row for row in rows}


def _may_change(field: TargetField) -> bool:
    """Whether Odoo may keep another value than it is sent, by what it says of the field."""
    return bool(field.depends) or not field.stored or field.type.is_rewritten
