"""Rows to the lines that they bring: each row has at most one line of each one2many field of its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.mapping.columns import Column, Columns, mapped_field
from odoo_etl.mapping.key_forms import key_forms
from odoo_etl.mapping.origins import is_filled, own_columns
from odoo_etl.mapping.record import CLEAR, SKIP, Flaw, Key, Lines, Record, Row
from odoo_etl.mapping.references import FindField
from odoo_etl.mapping.used import columns_read
from odoo_etl.spec import JobSpec


class LineRows:
    """The lines of one one2many field, compiled once, used for every chunk.

    Args:
        name: of the field.
        job: the lines as a job of their own: `JobSpec.of_lines`.
        above: the columns that fields of the record above read.
        joined: they come from a source of their own, joined to that of their records.
    """

    def __init__(
        self, name: str, job: JobSpec, find_field: FindField, above: frozenset[str], *, joined: bool = False
    ) -> None:
        self._joined = joined
        self.name, self._key_names, model = name, job.target.key, job.target.model
        targets = {each: replace(find_field(model, each), searched=each in job.target.key) for each in job.fields}
        self._fields = [mapped_field(job, each, target, find_field) for each, target in targets.items()]
        self._key_forms = key_forms(job.target, targets)
        own = {column for one in job.fields.values() for column in columns_read(one)}
        self.below = line_rows(job, find_field, above | own)
        self._columns = sorted((own | {column for one in self.below for column in one.columns}) - above)

    @property
    def columns(self) -> Sequence[str]:
        """The columns that are about the line: where all of them are empty, a row has none."""
        return self._columns

    def of(
        self, columns: Columns, rows: Sequence[Row], origins: Sequence[str] = ()
    ) -> tuple[list[Lines], dict[int, list[Flaw]]]:
        """The line of each row, or none, and the flaws by row number.

        Args:
            origins: the field whose line each row is, as `Origins` has it.
        """
        count = len(rows)
        if self._is_elsewhere(origins):
            return [Lines(self.name, ())] * count, {}
        columns = own_columns(columns, self.name) if self._joined else columns
        there = self._there(columns, count) if not origins else self._own(columns, origins)
        found = {one.name: one.column(columns, count) for one in self._fields}
        flaws = dict(self._flaws(found, there))
        below = [one.of(columns, rows) for one in self.below]
        for _, wrong in below:
            for number, each in wrong.items():
                flaws.setdefault(number, []).extend(replace(flaw, field=f"{self.name}.{flaw.field}") for flaw in each)
        keys = self._keys(found, count)
        lines = []
        for number, (row, key) in enumerate(zip(rows, keys, strict=True)):
            if not there[number]:
                lines.append(Lines(self.name, ()))
                continue
            values = {each: value for each, one in found.items() if (value := one.values[number]) is not SKIP}
            inner = tuple([some[number] for some, _ in below])
            lines.append(Lines(self.name, (Record(key, values, [row], children=inner),)))
        return lines, flaws

    def _there(self, columns: Columns, count: int) -> Sequence[bool]:
        """Whether each row has a line."""
        if not self._columns:
            return [True] * count
        return [any(map(is_filled, cells)) for cells in zip(*(columns[name] for name in self._columns), strict=True)]

    def _is_elsewhere(self, origins: Sequence[str]) -> bool:
        """Whether no row can have such a line."""
        return self.name not in origins if self._joined else bool(origins) and all(origins)

    def _own(self, columns: Columns, origins: Sequence[str]) -> Sequence[bool]:
        """Whether each row has a line, where some rows are lines from other sources."""
        if self._joined:
            return [origin == self.name for origin in origins]
        there = self._there(columns, len(origins))
        return [one and not origin for one, origin in zip(there, origins, strict=True)]

    def _flaws(self, found: Mapping[str, Column], there: Sequence[bool]) -> Iterator[tuple[int, list[Flaw]]]:
        for number in sorted({number for column in found.values() for number in column.flaws}):
            if there[number]:
                wrong = [column.flaws[number] for column in found.values() if number in column.flaws]
                yield number, [replace(flaw, field=f"{self.name}.{flaw.field}") for flaw in wrong]

    def _keys(self, found: Mapping[str, Column], count: int) -> Sequence[Key]:
        columns = [form(found[name].values) for form, name in zip(self._key_forms, self._key_names, strict=True)]
        if not columns:
            return [()] * count
        return [tuple(map(_part, key)) for key in zip(*columns, strict=True)]


def _part(value: Any) -> Any:
    """A part of a key; an empty one is a value."""
    return CLEAR if value is SKIP or value == "" else value


def line_rows(job: JobSpec, find_field: FindField, above: frozenset[str]) -> list[LineRows]:
    """The lines of a job's records."""
    relations = {name: find_field(job.target.model, name).relation for name in job.lines}
    found = []
    for name, model in relations.items():
        joined = job.lines[name].source is not None
        known = frozenset[str]() if joined else above
        found.append(LineRows(name, job.of_lines(name, model), find_field, known, joined=joined))
    return found
