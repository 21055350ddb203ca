"""The values of rows in other languages and companies, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from odoo_etl.mapping.columns import Column, Columns, MappedField
from odoo_etl.mapping.record import CLEAR, SKIP, Flaw, VariantValues
from odoo_etl.mapping.variant import Variant


class BesideRows(NamedTuple):
    """The values that each row of a chunk has in other languages and companies, and the flaws by row number."""

    values: Sequence[tuple[VariantValues, ...]] = ()
    flaws: Mapping[int, tuple[Flaw, ...]] = {}


class Variants:
    """The fields of a job in other languages and companies.

    Args:
        fields: by variant, and by the field's name.
    """

    def __init__(self, fields: Mapping[Variant, Mapping[str, MappedField]]) -> None:
        self._fields = fields

    def paths(self) -> Iterator[tuple[str, str]]:
        """Each `Variant.path`, and the name of its field."""
        for variant, fields in self._fields.items():
            yield from ((variant.path(name), name) for name in fields)

    def of(self, columns: Columns, own: Mapping[str, Column], count: int) -> BesideRows:
        """The values of a chunk.

        Args:
            own: the values in the job's own language and company.
        """
        if not self._fields:
            return BesideRows()
        rows: list[list[VariantValues]] = [[] for _ in range(count)]
        flaws: dict[int, tuple[Flaw, ...]] = {}
        for variant, fields in self._fields.items():
            found = {name: field.column(columns, count) for name, field in fields.items()}
            for name, one in found.items() if variant.language else ():
                _check_alone(variant, name, one.values, own[name].values, flaws)
            for number, flaw in ((number, flaw) for one in found.values() for number, flaw in one.flaws.items()):
                flaws[number] = (*flaws.get(number, ()), flaw)
            for row, cells in zip(rows, zip(*(one.values for one in found.values()), strict=True), strict=True):
                if values := {name: value for name, value in zip(found, cells, strict=True) if value is not SKIP}:
                    row.append(VariantValues(variant, values))
        return BesideRows(list(map(tuple, rows)), flaws)


def _check_alone(
    variant: Variant, name: str, values: Sequence[Any], own: Sequence[Any], flaws: dict[int, tuple[Flaw, ...]]
) -> None:
    """Add a flaw for each row whose text in a language has none beside it in the job's own."""
    reason = f"{name} is emptied, and has a text in {variant.language}: Odoo keeps no translation of an empty text"
    for number, (value, original) in enumerate(zip(values, own, strict=True)):
        if original is CLEAR and value is not CLEAR and value is not SKIP:
            flaw = Flaw("map", "translation_alone", reason, variant.path(name))
            flaws[number] = (*flaws.get(number, ()), flaw)
