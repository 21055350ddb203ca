"""Cells that the rest of their column is unlike: a text among numbers, a country that is none; with their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from odoo_etl.fieldtypes import BadValue, parse_datetime, parse_decimal
from odoo_etl.guessing.columns import Column, text_of_cell
from odoo_etl.guessing.contents import FIELDS_OF_KIND, is_of_kind
from odoo_etl.guessing.facts import Facts
from odoo_etl.guessing.models import ModelField
from odoo_etl.guessing.proposals import Proposal
from odoo_etl.spec import FieldSpec

_SHOWN: Final = 3  # of a column
_ONE_OF: Final = {
    "VAT numbers": "VAT number",
    "e-mail addresses": "e-mail address",
    "IBANs": "IBAN",
    "barcodes with a right check digit": "barcode with a right check digit",
    "names of countries": "country",
    "codes of countries": "code of a country",
}

_Fits = Callable[[Any], bool]


def told_broken(facts: Facts, proposals: Iterable[Proposal]) -> Iterator[str]:
    """A sentence on each of the first few broken cells of each column that the job maps to a field of the model."""
    fields = facts.models.fields(facts.model)
    for one in proposals:
        if one.active and not one.variant and one.path in fields and "expr" not in one.keys:
            noun, fits = _expected(facts.columns[one.column], fields[one.path], one)
            if noun:
                yield from _told(facts, one.column, noun, fits)


def _told(facts: Facts, name: str, noun: str, fits: _Fits) -> Iterator[str]:
    cells = facts.columns[name].cells
    broken = [(line, cell) for line, cell in zip(facts.table.lines, cells, strict=True) if cell is not None]
    broken = [(line, text_of_cell(cell)) for line, cell in broken if not fits(cell)]
    yield from (f"line {line}: {text!r} in {name} is no {noun}" for line, text in broken[:_SHOWN] if text)
    if len(broken) > _SHOWN:
        yield f"and {len(broken) - _SHOWN:,} more cells of {name} are no {noun}"


def _expected(column: Column, field: ModelField, one: Proposal) -> tuple[str, _Fits]:
    """A word for what each cell of a column should be, "" where that is anything, and whether a cell is that."""
    if column.kind in _ONE_OF and _is_for(column.kind, field):
        return _ONE_OF[column.kind], lambda cell: is_of_kind(cell, column.kind)
    if field.type.is_number and column.number:
        return "number", _reading(one, parse_decimal, "decimal", (int, float, Decimal))
    if field.type.is_moment and column.day:
        return "date", _reading(one, parse_datetime, "datetime", (date,))
    return "", lambda _: True


def _is_for(kind: str, field: ModelField) -> bool:
    """Whether a field holds such contents."""
    return field.name in FIELDS_OF_KIND[kind] or f"-> {field.relation}" in FIELDS_OF_KIND[kind]


def _reading(one: Proposal, parser: Any, kind: str, typed: tuple[type, ...]) -> _Fits:
    """Whether a cell is read as the mapping says."""
    read = parser(FieldSpec.model_validate({"column": one.column, **one.keys, "type": kind}))

    def fits(cell: Any) -> bool:
        if isinstance(cell, typed):
            return True
        try:
            read(str(cell).strip())
        except (BadValue, ValueError):
            return not str(cell).strip()
        return True

    return fits
