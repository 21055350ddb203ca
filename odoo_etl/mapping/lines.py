"""Rows to the lines that they bring: each row has at most one line of each one2many field of its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import TargetField, holds_html
from odoo_etl.mapping.columns import Column, Columns, mapped_field, mapped_variants
from odoo_etl.mapping.key_forms import key_forms
from odoo_etl.mapping.markup import mistaken_values
from odoo_etl.mapping.origins import is_filled, line_columns
from odoo_etl.mapping.record import CLEAR, SKIP, Flaw, Key, Lines, Record, Row
from odoo_etl.mapping.references import FindField
from odoo_etl.mapping.used import own_columns
from odoo_etl.mapping.variants import BesideRows, Variants
from odoo_etl.spec import JobSpec

FieldsOf = Callable[[JobSpec], Mapping[str, TargetField]]


class LineMaps(NamedTuple):
    """Gives what must be known of Odoo to map lines.

    Attributes:
        companies: ids of those that fields name.
        fields_of: the mapped fields of lines, which are given as a job of their own.
    """

    find_field: FindField
    companies: Mapping[str, int]
    fields_of: FieldsOf | None = None

    def fields(self, job: JobSpec) -> dict[str, TargetField]:
        """The mapped fields of lines."""
        found = self.fields_of(job) if self.fields_of is not None else None
        return {name: found[name] if found else self.find_field(job.target.model, name) for name in job.fields}


@dataclass(frozen=True, slots=True)
class LinesOfRows:
    """The lines of a chunk: what each row has in one field.

    Attributes:
        flaws: by row number.
        mistaken: by the path of an HTML field, the cells that look as if the job says the wrong one of text and HTML.
    """

    lines: Sequence[Lines]
    flaws: Mapping[int, Sequence[Flaw]]
    mistaken: Mapping[str, Sequence[str]]


class LineRows:
    """The lines of one one2many field, compiled once, used for every chunk.

    Args:
        name: of the field.
        job: the lines as a job of their own: `JobSpec.of_lines`.
        above: the columns that fields of the record above read.
        joined: they come from a source of their own, joined to that of their records.
    """

    def __init__(self, name: str, job: JobSpec, maps: LineMaps, above: frozenset[str], *, joined: bool = False) -> None:
        self._joined = joined
        self.name, self._key_names = name, job.target.key
        targets = {each: replace(one, searched=each in job.target.key) for each, one in maps.fields(job).items()}
        self._fields = [mapped_field(job, each, target, maps.find_field) for each, target in targets.items()]
        self._variants = Variants(mapped_variants(job, targets, maps.find_field, maps.companies))
        self._html = {each: holds_html(job.fields[each]) for each, one in targets.items() if one.type.is_markup}
        self._key_forms = key_forms(job.target, targets)
        own = own_columns(job)
        self.below = line_rows(job, maps, above | own)
        self._columns = sorted((own | {column for one in self.below for column in one.columns}) - above)

    @property
    def columns(self) -> Sequence[str]:
        """The columns that are about the line: where all of them are empty, a row has none."""
        return self._columns

    def of(self, columns: Columns, rows: Sequence[Row], origins: Sequence[str] = ()) -> LinesOfRows:
        """The line of each row, or none, and what is wrong with it.

        Args:
            origins: the field whose line each row is, as `Origins` has it.
        """
        if self._is_elsewhere(origins):
            return LinesOfRows([Lines(self.name, ())] * len(rows), {}, {})
        columns = line_columns(columns, self.name) if self._joined else columns
        there = self._own(columns, origins) if origins else self._there(columns, len(rows))
        found = {one.name: one.column(columns, len(rows)) for one in self._fields}
        beside = self._variants.of(columns, found, len(rows))
        below = [one.of(columns, rows) for one in self.below]
        flaws: dict[int, list[Flaw]] = {}
        for number, flaw in (*_own_flaws(found, beside, there), *_flaws_in(below)):
            flaws.setdefault(number, []).append(replace(flaw, field=f"{self.name}.{flaw.field}"))
        keys = self._keys(found, len(rows))
        lines = [Lines(self.name, ())] * len(rows)
        for number in (each for each, has in enumerate(there) if has):
            values = {each: value for each, one in found.items() if (value := one.values[number]) is not SKIP}
            inner = tuple([one.lines[number] for one in below])
            variants = beside.values[number] if beside.values else ()
            line = Record(keys[number], values, [rows[number]], children=inner, variants=variants)
            lines[number] = Lines(self.name, (line,))
        return LinesOfRows(lines, flaws, self._mistaken(found, there, below))

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

    def _mistaken(
        self, found: Mapping[str, Column], there: Sequence[bool], below: Sequence[LinesOfRows]
    ) -> dict[str, Sequence[str]]:
        told: dict[str, Sequence[str]] = {}
        for name, html in self._html.items():
            values = [value for value, has in zip(found[name].values, there, strict=True) if has]
            told[f"{self.name}.{name}"] = mistaken_values(values, html=html)
        inner = [pair for one in below for pair in one.mistaken.items()]
        return {**told, **{f"{self.name}.{path}": cells for path, cells in inner}}

    def _keys(self, found: Mapping[str, Column], count: int) -> Sequence[Key]:
        columns = [form(found[name].values) for form, name in zip(self._key_forms, self._key_names, strict=True)]
        if not columns:
            return [()] * count
        return [tuple(map(_part, key)) for key in zip(*columns, strict=True)]


def _own_flaws(found: Mapping[str, Column], beside: BesideRows, there: Sequence[bool]) -> Iterator[tuple[int, Flaw]]:
    """The flaws of the rows that have a line, with their numbers."""
    numbers = {number for column in found.values() for number in column.flaws} | beside.flaws.keys()
    for number in sorted(number for number in numbers if there[number]):
        yield from ((number, column.flaws[number]) for column in found.values() if number in column.flaws)
        yield from ((number, flaw) for flaw in beside.flaws.get(number, ()))


def _flaws_in(below: Sequence[LinesOfRows]) -> Iterator[tuple[int, Flaw]]:
    for one in below:
        yield from ((number, flaw) for number, flaws in one.flaws.items() for flaw in flaws)


def _part(value: Any) -> Any:
    """A part of a key; an empty one is a value."""
    return CLEAR if value is SKIP or value == "" else value


def line_rows(job: JobSpec, maps: LineMaps, above: frozenset[str]) -> list[LineRows]:
    """The lines of a job's records."""
    found = []
    for name, lines in job.lines.items():
        joined, model = lines.source is not None, maps.find_field(job.target.model, name).relation
        known = frozenset[str]() if joined else above
        found.append(LineRows(name, job.of_lines(name, model), maps, known, joined=joined))
    return found
