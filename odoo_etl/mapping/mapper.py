"""Rows to records, column by column. Pure: what it needs to know of Odoo comes in as `TargetField`s.

Rows of one key are found before Odoo is asked, so keys are in forms in which equal ones are equal values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from types import MappingProxyType
from typing import Any

from odoo_etl.fieldtypes import BadValue, TargetField, holds_html
from odoo_etl.mapping.bonds import Bonds
from odoo_etl.mapping.columns import Column, Columns, mapped_field, mapped_variants
from odoo_etl.mapping.external_id import ExternalId, Parts
from odoo_etl.mapping.key_forms import key_forms
from odoo_etl.mapping.lines import FieldsOf, LineMaps, line_rows
from odoo_etl.mapping.markup import mistaken_values
from odoo_etl.mapping.origins import Origins, beside_without_lines, without_lines
from odoo_etl.mapping.record import CLEAR, SKIP, Flaw, Key, Record, Reject, Row
from odoo_etl.mapping.references import FindField
from odoo_etl.mapping.used import own_columns
from odoo_etl.mapping.variants import BesideRows, Variants
from odoo_etl.spec import JobSpec

_MAYBE_EMPTY = frozenset({SKIP, CLEAR, ""})


@dataclass(slots=True)
class Mapped:
    """The records and rejects that a chunk of rows became.

    Attributes:
        mistaken: by HTML field, the cells that look as if the job says the wrong one of text and HTML.
        bonds: of a job with `load.together`, by the number of a rejected row, the bond that it has all the same.
    """

    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    mistaken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bonds: dict[int, Key] = field(default_factory=dict)


class Mapper:
    """The mapping of one job, compiled once, used for every chunk.

    Attributes:
        as_html: the fields of which the job says `type: html`.
        paths: the mapped fields by `Variant.path`.
        bonds: which rows are written together; false where each is on its own.

    Args:
        fields: the mapped fields of the target model, by name (from `fields_get`).
        find_field: answers the field at the end of a dotted path, for lookups.
        companies: ids of the companies that fields name.
        line_fields: gives the mapped fields of lines, which are taken as a job of their own.

    Raises:
        UsageError: a field of the job cannot be written as the job says, or a constant does not fit its field.
    """

    def __init__(
        self,
        spec: JobSpec,
        fields: Mapping[str, TargetField],
        find_field: FindField,
        companies: Mapping[str, int] = MappingProxyType({}),
        line_fields: FieldsOf | None = None,
    ) -> None:
        self._key_names = spec.target.own_key
        self._truths = frozenset(name for name in self._key_names if fields[name].type.false_is_a_value)
        self._composite = len(self._key_names) > 1
        targets = {name: replace(fields[name], searched=name in spec.target.key) for name in spec.fields}
        self._fields = [mapped_field(spec, name, target, find_field) for name, target in targets.items()]
        self._variants = Variants(mapped_variants(spec, fields, find_field, companies))
        self.paths = {**fields, **{path: fields[name] for path, name in self._variants.paths()}}
        self._html = [name for name, target in targets.items() if target.type.is_markup]
        self.as_html = frozenset(path for path, one in spec.every_field.items() if holds_html(one))
        self._key_forms = key_forms(spec.target, targets)
        self._keys = [one for one in self._fields if one.name in self._key_names]
        self._lines = line_rows(spec, LineMaps(find_field, companies, line_fields), own_columns(spec))
        self._origins = Origins(spec)
        given = spec.target.external_id
        self._external = None if given is None else ExternalId.of(given.template, given.empty)
        self.bonds = Bonds(spec, targets, [one for one in self._fields if one.name in spec.load.together])

    def keys(self, columns: Columns, count: int) -> list[Key | None]:
        """The key of each row; None where the row has no usable one (it will be rejected)."""
        if self._external is not None:
            return [None if isinstance(key, Flaw) else key for key in _external_keys(self._external, columns)]
        return self._own_keys({one.name: one.column(columns, count) for one in self._keys})

    def records(self, columns: Columns, rows: Sequence[Row]) -> Mapped:
        """Map a chunk.

        Args:
            columns: cells by column name, each as long as `rows`.
            rows: where each row stands in the source.
        """
        origins = self._origins.of(columns, len(rows))
        found, beside = self._of_records(columns, len(rows), origins)
        flawed = {number for column in found.values() for number in column.flaws} | beside.flaws.keys()
        lines = [one.of(columns, rows, origins) for one in self._lines]
        flawed = flawed.union(*(one.flaws for one in lines)) if lines else flawed
        keys = self._row_keys(columns, found)
        mapped = Mapped(mistaken={**self._mistaken(found), **{n: t for one in lines for n, t in one.mistaken.items()}})
        for number, (row, key, values) in enumerate(zip(rows, keys, _by_row(found), strict=True)):
            if number in flawed:
                wrong = tuple(column.flaws[number] for column in found.values() if number in column.flaws)
                inner = [flaw for one in lines for flaw in one.flaws.get(number, ())]
                mapped.rejects.append(Reject(row, (*wrong, *beside.flaws.get(number, ()), *inner)))
                continue
            if key is None or isinstance(key, Flaw):
                mapped.rejects.append(Reject(row, (key or self._no_key(values),)))
            else:
                if self._composite and len(values) < len(found):
                    parts = zip(self._key_names, key, strict=True)  # an empty part is written as one
                    values.update({name: part for name, part in parts if part is CLEAR})
                variants = beside.values[number] if beside.values else ()
                children = tuple([one.lines[number] for one in lines]) if lines else ()
                mapped.records.append(Record(key, values, [row], children=children, variants=variants))
        if self.bonds:
            self._bind(mapped, rows, self.bonds.among(found, keys))
        return mapped

    def cells(self, columns: Columns, count: int) -> dict[str, Column]:
        """Each field of the records themselves, those in other languages and companies apart, for each row."""
        return {one.name: one.column(columns, count) for one in self._fields}

    def _of_records(self, columns: Columns, count: int, origins: Sequence[str]) -> tuple[dict[str, Column], BesideRows]:
        """The values of the records themselves, in every language and company."""
        if origins and all(origins):
            return without_lines(
                {one.name: one.column(columns, count) for one in self._keys}, origins, self._key_names
            ), BesideRows()
        found = {one.name: one.column(columns, count) for one in self._fields}
        beside = self._variants.of(columns, found, count)
        if not origins:
            return found, beside
        return without_lines(found, origins, self._key_names), beside_without_lines(beside, origins)

    @staticmethod
    def _bind(mapped: Mapped, rows: Sequence[Row], bonds: Sequence[Key | None]) -> None:
        """Tell the records, and of rejects the rows, what they are bound by."""
        known = {row.number: bond for row, bond in zip(rows, bonds, strict=True) if bond is not None}
        for record in mapped.records:
            record.bond = known.get(record.number)
        mapped.bonds = {one.row.number: known[one.row.number] for one in mapped.rejects if one.row.number in known}

    def _mistaken(self, found: Mapping[str, Column]) -> dict[str, list[str]]:
        named = [name for name in self._html if name in found]
        return {name: mistaken_values(found[name].values, html=name in self.as_html) for name in named}

    def said(self, columns: Sequence[str], row: Row) -> Parts:
        """The texts in the columns that make the external id of a good row; nothing where the key is fields."""
        return self._external.parts(dict(zip(columns, row.cells, strict=True))) if self._external else ()

    def _row_keys(self, columns: Columns, found: Mapping[str, Column]) -> Sequence[Key | Flaw | None]:
        """The key of each row, or why it has none; None where its fields make none."""
        return self._own_keys(found) if self._external is None else _external_keys(self._external, columns)

    def _own_keys(self, found: Mapping[str, Column]) -> list[Key | None]:
        """The key that the fields of each row make; None where they make none."""
        columns = [found[name].values for name in self._key_names]
        formed = [form(values) for form, values in zip(self._key_forms, columns, strict=True)]
        keys: list[Key | None] = list(zip(*formed, strict=True))
        if all(map(_MAYBE_EMPTY.isdisjoint, columns)):
            return keys
        flawed = {number for name in self._key_names for number in found[name].flaws}
        return [None if number in flawed else self._key(key or ()) for number, key in enumerate(keys)]

    def _key(self, values: tuple[Any, ...]) -> Key | None:
        """The key, or None when all of its parts are empty: one empty part of several is a value."""
        if all(map(self._is_empty, self._key_names, values)):
            return None
        return tuple([CLEAR if value is SKIP or value == "" else value for value in values])

    def _is_empty(self, name: str, value: Any) -> bool:
        return value is SKIP or value == "" or (value is CLEAR and name not in self._truths)

    def _no_key(self, values: Mapping[str, Any]) -> Flaw:
        empty = [name for name in self._key_names if self._is_empty(name, values.get(name, SKIP))]
        return Flaw("map", "empty_key", "the key of the row is empty", ", ".join(empty))


def _by_row(found: Mapping[str, Column]) -> Iterator[dict[str, Any]]:
    """The values of each row by field, without those that are skipped."""
    cells = zip(*(column.values for column in found.values()), strict=True)
    rows = map(dict, map(zip, repeat(list(found)), cells))
    if not any(column.skips for column in found.values()):
        return rows
    return ({name: value for name, value in row.items() if value is not SKIP} for row in rows)


def _external_keys(external: ExternalId, columns: Columns) -> list[Key | Flaw]:
    """The external id of each row, `("module.name",)`, or why it has none."""
    keys: list[Key | Flaw] = []
    for cells in zip(*(columns[name] for name in external.columns), strict=True):
        try:
            keys.append((external.id_of(dict(zip(external.columns, cells, strict=True))),))
        except BadValue as error:
            keys.append(Flaw("map", error.code, error.reason, "external_id"))
    return keys
