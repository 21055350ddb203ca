"""Cells to the keys of the records that they stand for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import BadValue, Convert, TargetField, as_text, parse_integer, read_label, several, shown
from odoo_etl.mapping.external_id import ExternalId, Parts
from odoo_etl.mapping.record import Key, Lookup, Ref
from odoo_etl.spec import ExternalIdSpec, FieldSpec, LookupSpec
from odoo_etl.text import values_in

FindField = Callable[[str, str], TargetField]  # (model, dotted path) to the field at its end
_KeyOf = Callable[[Sequence[Any]], Key]

_PLAIN = FieldSpec(value=None)
_WHOLE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[^\s.,][^\s,]*")
_WHOLE = parse_integer(_PLAIN)
_CELL = "cell"


def _nothing(_cells: Sequence[Any]) -> Parts:
    return ()


class _Way(NamedTuple):
    """One way in which cells name a record.

    Attributes:
        first: of several records the one with the lowest id is meant.
        said: the texts that the external id of a new record is made of.
    """

    lookup: Lookup
    key_of: _KeyOf
    first: bool
    said: Callable[[Sequence[Any]], Parts] = _nothing

    def ref(self, cells: Sequence[Any], on_missing: str, then: Ref | None = None, *, named: bool) -> Ref:
        """The record that the cells name; each is one value, but for a set of them."""
        for number, cell in enumerate(cells):
            if type(cell) is list and number != self.lookup.set_of:
                raise several(cell)
        return Ref(self.lookup, self.key_of(cells), on_missing, named, self.first, then, self.said(cells))


def referring(spec: FieldSpec, target: TargetField, find_field: FindField) -> Convert:
    """The function from a cell, or from the cells of several columns, to the record that they stand for."""
    ways = [_way(one, spec, target, find_field) for one in spec.lookup]
    on_missing, named = spec.lookup[-1].on_missing, target.type.names_model

    def refer(cell: Any) -> Ref:
        return ways[0].ref(_cells(cell), on_missing, named=named)

    def refer_in_turn(cell: Any) -> Ref:
        return _in_turn(ways, _cells(cell), on_missing, named=named)

    return refer if len(ways) == 1 else refer_in_turn


def _cells(cell: Any) -> Sequence[Any]:
    """The cells of a lookup: those of several columns come as a tuple."""
    return cell if isinstance(cell, tuple) else (cell,)


def _in_turn(ways: Sequence[_Way], cells: Sequence[Any], on_missing: str, *, named: bool) -> Ref:
    """The ways in which a record is asked for, one after the other: one that cannot read the cells finds nothing."""
    ref: Ref | None = None
    unread: list[BadValue] = []
    for way in reversed(ways):
        if ref is None and unread and on_missing == "create":  # by the last way, which cannot read it
            on_missing = "reject"
        try:
            ref = way.ref(cells, on_missing, ref, named=named)
        except BadValue as error:
            unread.append(error)
    if ref is None:
        raise unread[0]
    return ref


def _way(one: LookupSpec, spec: FieldSpec, target: TargetField, find_field: FindField) -> _Way:
    domain = json.dumps(one.domain) if one.domain else ""
    path = (one.path, one.parent) if one.path is not None else ()
    marks = spec.split if isinstance(spec.split, tuple) else (spec.split,)
    set_of = next(number for number, mark in enumerate(marks) if mark is not None) if one.exactly else -1
    lookup = Lookup(one.model or target.relation, one.by, domain, one.ignore_case, path, set_of)
    first = one.on_ambiguous == "first"
    if (made := _template(one)) is not None:
        columns = (spec.columns or (spec.column or target.name,)) if one.external_id is not None else (_CELL,)
        return _by_template(lookup, made, columns, first=first, creates=one.names_new_records)
    if one.is_by_external_id:
        return _Way(lookup, _whole_id, first)
    if one.is_by_source_id:
        return _Way(lookup._replace(source_model=one.source_model or lookup.model), _source_id, first)
    if one.path is not None:
        return _Way(lookup, _by_levels(one.path), first)
    return _Way(lookup, _by_fields(lookup, target, find_field, marks), first)


def _template(one: LookupSpec) -> ExternalIdSpec | None:
    """How the cells become external ids; None where they hold them, or no ids at all."""
    if one.module is not None:
        return ExternalIdSpec(template=f"{one.module}.{one.prefix}{{{_CELL}}}")
    return one.external_id


def _by_fields(lookup: Lookup, target: TargetField, find_field: FindField, marks: Sequence[str | None]) -> _KeyOf:
    parts = [converter(_PLAIN, replace(find_field(lookup.model, path), size=None, searched=True)) for path in lookup.by]
    if lookup.set_of >= 0:
        parts[lookup.set_of] = _sorted_parts(parts[lookup.set_of], marks[lookup.set_of] or "")

    def key_of(cells: Sequence[Any]) -> Key:
        for number, (path, part) in enumerate(zip(lookup.by, cells, strict=True)):
            if (part is None or part == "") and number != lookup.set_of:
                raise BadValue("incomplete_lookup", f"{target.name} is looked up by {path} too, and that cell is empty")
        return tuple(convert(part) for convert, part in zip(parts, cells, strict=True))

    return key_of


def _sorted_parts(convert: Convert, mark: str) -> Convert:
    """The values in a cell, in an order of their own, since a set has none; an empty cell has none."""
    return lambda cell: tuple(sorted((convert(one) for one in values_in(cell, mark)), key=str))


def _whole_id(cells: Sequence[Any]) -> Key:
    text = as_text(cells[0])
    if not _WHOLE_ID.fullmatch(text):
        reason = f"{shown(text)} is no external id, which is module.name; `module` adds one that the cells lack"
        raise BadValue("bad_external_id", reason)
    return (text,)


def _source_id(cells: Sequence[Any]) -> Key:
    number = _WHOLE(cells[0])
    if number < 1:
        raise BadValue("bad_number", f"{shown(cells[0])} is no id of a record")
    return (number,)


def _by_levels(mark: str) -> _KeyOf:
    """A way through a tree, without blanks around its levels."""

    def key_of(cells: Sequence[Any]) -> Key:
        levels = [level.strip() for level in as_text(cells[0]).split(mark)]
        if not all(levels):
            raise BadValue("bad_path", f"{shown(cells[0])} has a level without a name between its marks {mark!r}")
        return (mark.join(levels),)

    return key_of


def _by_template(lookup: Lookup, made: ExternalIdSpec, columns: Sequence[str], *, first: bool, creates: bool) -> _Way:
    external = ExternalId.of(made.template, made.empty)

    def key_of(cells: Sequence[Any]) -> Key:
        return (external.id_of(dict(zip(columns, cells, strict=True))),)

    def said(cells: Sequence[Any]) -> Parts:
        return external.parts(dict(zip(columns, cells, strict=True)))

    return _Way(lookup, key_of, first, said if creates else _nothing)


def converter(spec: FieldSpec, target: TargetField) -> Convert:
    """The function from a non-empty cell to the planned value of `target`; it raises `BadValue`."""
    encode = target.type.encode(target)
    if spec.labels is not None:
        named = read_label(target.name, target.labels, spec.labels)
        return lambda cell: encode(named(cell))
    if target.type.takes_text(spec):
        return encode  # reads a cell as text by itself
    read = target.type.read(spec)
    return lambda cell: encode(read(cell))
