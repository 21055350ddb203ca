"""Rows of lines that come from a source of their own: they hold cells of their record, and say nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.mapping.columns import Column, Columns
from odoo_etl.mapping.record import SKIP, Row
from odoo_etl.mapping.variants import BesideRows
from odoo_etl.spec import JobSpec, joined_name


def is_filled(cell: Any) -> bool:
    """Whether anything stands in a cell."""
    return not (cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()))


class Origins:
    """Tells rows of lines from those of records: only they have the values by which their record was found."""

    def __init__(self, spec: JobSpec) -> None:
        self._marks = {
            name: [joined_name(name, one) for one in lines.match] for name, lines in spec.line_sources.items()
        }

    def of(self, columns: Columns, count: int) -> Sequence[str]:
        """The field whose line each row is, "" for a row of a record; nothing where no row is a line."""
        found = [""] * count if self._marks else []
        for field, names in self._marks.items():
            for cells in (columns[name] for name in names if name in columns):
                for number, cell in enumerate(cells):
                    if is_filled(cell):
                        found[number] = field
        return found if any(found) else ()

    def is_line(self, columns: Sequence[str], row: Row) -> bool:
        """Whether a row is one of a line."""
        cells = dict(zip(columns, row.cells, strict=False))
        return any(is_filled(cells.get(name)) for names in self._marks.values() for name in names)


def without_lines(found: Mapping[str, Column], origins: Sequence[str], key: Collection[str]) -> dict[str, Column]:
    """The fields of records: a row of a line says only whose it is."""
    return {name: _key_of(one, origins) if name in key else _masked(one, origins) for name, one in found.items()}


def _masked(column: Column, origins: Sequence[str]) -> Column:
    values = [SKIP if origin else value for origin, value in zip(origins, column.values, strict=True)]
    return Column(values, {number: flaw for number, flaw in column.flaws.items() if not origins[number]}, skips=True)


def _key_of(column: Column, origins: Sequence[str]) -> Column:
    """The same, where what is wrong with the key is so in the row of the record."""
    if not column.flaws:
        return column
    flaws = {
        number: replace(flaw, code="line_rejected", reason=f"its record cannot be known: {flaw.reason}")
        if origins[number]
        else flaw
        for number, flaw in column.flaws.items()
    }
    return replace(column, flaws=flaws)


def beside_without_lines(beside: BesideRows, origins: Sequence[str]) -> BesideRows:
    """The values in other languages and companies of the rows of records."""
    values = [() if origin else one for origin, one in zip(origins, beside.values, strict=False)]
    return BesideRows(values, {number: flaws for number, flaws in beside.flaws.items() if not origins[number]})


def line_columns(columns: Columns, field: str) -> Columns:
    """The columns as lines of a field name them: those of their own source, then those of their record."""
    before = joined_name(field, "")
    own = {name.removeprefix(before): cells for name, cells in columns.items() if name.startswith(before)}
    return {**columns, **own}
