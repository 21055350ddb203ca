"""Rows to records, column by column. Pure: what it needs to know of Odoo comes in as `TargetField`s."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import repeat
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.fieldtypes import BadValue, Convert, TargetField, as_text, holds_html, shown
from odoo_etl.mapping.external_id import ExternalId, Parts
from odoo_etl.mapping.fields import AsTheyAre, as_they_are, cell_mapper, constant, never
from odoo_etl.mapping.lookups import FindField
from odoo_etl.mapping.markup import mistaken_values
from odoo_etl.mapping.record import CLEAR, SKIP, Flaw, Key, Record, Reject, Row
from odoo_etl.spec import FieldSpec, JobSpec
from odoo_etl.text import OutOfRange

Columns = Mapping[str, Sequence[Any]]

COUNTRIES = 512  # more than there are, with their codes and names

_TEXTS = frozenset({str, type(None)})
_MAYBE_EMPTY = frozenset({SKIP, CLEAR, ""})


@dataclass(slots=True)
class Mapped:
    """The records and rejects that a chunk of rows became.

    Attributes:
        mistaken: by HTML field, the cells that look as if the job says the wrong one of text and HTML.
    """

    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    mistaken: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Column:
    """A field's value for each row of a chunk, the flaws by row number, and whether any value is `SKIP`."""

    values: Sequence[Any]
    flaws: Mapping[int, Flaw] = field(default_factory=dict)
    skips: bool = False

    @classmethod
    def of(cls, values: Sequence[Any]) -> _Column:
        """Part the values from the flaws among them."""
        flaws = {number: value for number, value in enumerate(values) if type(value) is Flaw}
        if flaws:
            values = [SKIP if type(value) is Flaw else value for value in values]
        return cls(values, flaws, any(value is SKIP for value in values))


@dataclass(frozen=True, slots=True)
class _Field:
    """A mapped field: which cells it reads, what each becomes, and whether a whole column stays as it is."""

    name: str
    convert: Convert
    read: Callable[[Columns, int], Sequence[Any]]
    as_they_are: AsTheyAre = never

    def column(self, columns: Columns, count: int) -> _Column:
        """The field's value for each row. Equal texts are converted once."""
        cells = self.read(columns, count)
        if self.as_they_are(cells):
            return _Column(cells)
        if not _TEXTS.issuperset(map(type, cells)):  # others may be equal and yet not the same: 1, 1.0 and True
            return _Column.of([self._value(cell) for cell in cells])
        known = {cell: self._value(cell) for cell in dict.fromkeys(cells)}
        return _Column.of([known[cell] for cell in cells])

    def _value(self, cell: Any) -> Any:
        """The value that the cell becomes; a `Flaw` where it cannot."""
        try:
            return self.convert(cell)
        except BadValue as error:
            return Flaw("map", error.code, error.reason, self.name)


class Mapper:
    """The mapping of one job, compiled once, used for every chunk.

    Attributes:
        as_html: the fields of which the job says `type: html`.

    Args:
        fields: the mapped fields of the target model, by name (from `fields_get`).
        find_field: answers the field at the end of a dotted path, for lookups.

    Raises:
        UsageError: a field of the job cannot be written as the job says, or a constant does not fit its field.
    """

    def __init__(self, spec: JobSpec, fields: Mapping[str, TargetField], find_field: FindField) -> None:
        self._key_names = spec.target.key
        self._truths = frozenset(name for name in self._key_names if fields[name].type.false_is_a_value)
        self._composite = len(self._key_names) > 1
        targets = {name: replace(fields[name], searched=name in self._key_names) for name in spec.fields}
        self._fields = [_compile(spec, name, target, find_field) for name, target in targets.items()]
        self._html = [name for name, target in targets.items() if target.type.is_markup]
        self.as_html = frozenset(name for name in self._html if holds_html(spec.fields[name]))
        self._keys = [one for one in self._fields if one.name in self._key_names]
        self._external = None if spec.target.external_id is None else ExternalId.of(spec.target.external_id)

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
        found = {one.name: one.column(columns, len(rows)) for one in self._fields}
        flawed = {number for column in found.values() for number in column.flaws}
        keys = self._row_keys(columns, found)
        mapped = Mapped(mistaken=self._mistaken(found))
        for number, (row, key, values) in enumerate(zip(rows, keys, _by_row(found), strict=True)):
            if number in flawed:
                wrong = tuple(column.flaws[number] for column in found.values() if number in column.flaws)
                mapped.rejects.append(Reject(row, wrong))
                continue
            if key is None or isinstance(key, Flaw):
                mapped.rejects.append(Reject(row, (key or self._no_key(values),)))
            else:
                if self._composite and len(values) < len(found):
                    values.update(zip(self._key_names, key, strict=True))  # an empty part is written as one
                mapped.records.append(Record(key, values, [row]))
        return mapped

    def _mistaken(self, found: Mapping[str, _Column]) -> dict[str, list[str]]:
        return {name: mistaken_values(found[name].values, html=name in self.as_html) for name in self._html}

    def said(self, columns: Sequence[str], row: Row) -> Parts:
        """The texts in the columns that make the external id of a good row; nothing where the key is fields."""
        return self._external.parts(dict(zip(columns, row.cells, strict=True))) if self._external else ()

    def _row_keys(self, columns: Columns, found: Mapping[str, _Column]) -> Sequence[Key | Flaw | None]:
        """The key of each row, or why it has none; None where its fields make none."""
        return self._own_keys(found) if self._external is None else _external_keys(self._external, columns)

    def _own_keys(self, found: Mapping[str, _Column]) -> list[Key | None]:
        """The key that the fields of each row make; None where they make none."""
        columns = [found[name].values for name in self._key_names]
        keys: list[Key | None] = list(zip(*columns, strict=True))
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


def _by_row(found: Mapping[str, _Column]) -> Iterator[dict[str, Any]]:
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


def _check_target(job: JobSpec, spec: FieldSpec, target: TargetField) -> None:
    """Refuse what could only go wrong, silently or row by row."""
    problem = ""
    strange = next((one.model for one in spec.lookup if one.model not in {"", target.relation}), "")
    if not target.type.is_writable:
        problem = f"is a {target.ttype} field, which cannot be mapped; give its lines a job of their own"
    elif target.computed and not (job.target.mode == "update" and target.name in job.target.key):
        problem = "is computed by Odoo and cannot be written"
    elif strange and target.type.has_model:
        problem = f"refers to {target.relation}, but its lookup asks {strange}"
    elif target.type.is_many and any(one.exactly for one in spec.lookup):
        problem = f"is a {target.ttype} field; `exactly` finds the one record of a many2one"
    elif spec.lookup and not target.type.takes_lookup:
        problem = f"is a {target.ttype} field, which takes no lookup"
    elif holds_html(spec) and not target.type.is_markup:
        problem = f"is a {target.ttype} field; `type: html` is for HTML fields"
    elif spec.timezone and not spec.type and not target.type.is_moment:
        problem = f"is a {target.ttype} field; `timezone` is for dates and datetimes"
    if problem:
        raise UsageError(f"job {job.job}: the field {target.name} {problem}")


def _compile(job: JobSpec, name: str, target: TargetField, find_field: FindField) -> _Field:
    _check_target(job, job.fields[name], target)
    try:
        return _compiled(name, job.fields[name], target, find_field)
    except BadValue as error:
        raise UsageError(f"job {job.job}: field {name}: a constant of the job does not fit: {error.reason}") from error


def _compiled(name: str, spec: FieldSpec, target: TargetField, find_field: FindField) -> _Field:
    if spec.has_value:
        always = constant(spec, spec.value, target, find_field)
        return _Field(name, lambda _: always, lambda _, count: list(repeat(None, count)))
    if spec.beside:
        return _beside_others(name, spec, target, find_field)
    convert = cell_mapper(spec, target, find_field)
    if spec.expr is not None:
        evaluate = _expression(spec.expr)
        return _Field(name, lambda row: convert(evaluate(row)), _whole_rows)
    return _Field(name, convert, _reader(spec), as_they_are(spec, target))


def _reader(spec: FieldSpec) -> Callable[[Columns, int], Sequence[Any]]:
    """The cells of the column, or of the columns together."""
    if wanted := spec.columns:
        return lambda columns, _: list(zip(*(columns[one] for one in wanted), strict=True))
    column = str(spec.column)
    return lambda columns, _: columns[column]


def _beside_others(name: str, spec: FieldSpec, target: TargetField, find_field: FindField) -> _Field:
    """A field whose transforms read other columns, such as the country of a phone number; these have few values."""
    others = spec.beside
    evaluate = _expression(spec.expr) if spec.expr is not None else None

    @lru_cache(maxsize=COUNTRIES)
    def convert_beside(texts: tuple[str, ...]) -> Convert:
        return cell_mapper(spec, target, find_field, dict(zip(others, texts, strict=True)))

    def convert(pair: tuple[Any, tuple[Any, ...]]) -> Any:
        cell, beside = pair
        texts = tuple(["" if one is None else as_text(one) for one in beside])
        return convert_beside(texts)(evaluate(cell) if evaluate else cell)

    read = _whole_rows if evaluate else _reader(spec)

    def pairs(columns: Columns, count: int) -> list[Any]:
        beside = zip(*(columns[one] for one in others), strict=True)
        return list(zip(read(columns, count), beside, strict=True))

    return _Field(name, convert, pairs)


def _whole_rows(columns: Columns, count: int) -> Sequence[dict[str, Any]]:
    """Each row as a dict, for expressions."""
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)] or [{}] * count


def _expression(text: str) -> Callable[[Mapping[str, Any]], Any]:
    """The function from a row to the expression's value; it raises `BadValue` where there is none."""
    from odoo_etl.spec.expressions import ExpressionError, compile_expression  # noqa: PLC0415 - few jobs need Jinja2

    evaluate, columns = compile_expression(text), _columns_of(text)

    def value(row: Mapping[str, Any]) -> Any:
        for name in columns:
            if type(cell := row.get(name)) is OutOfRange:
                raise BadValue("out_of_range", f"{shown(cell)} of the column {name} {cell.why}")
        try:
            return evaluate(row)
        except ExpressionError as error:
            raise BadValue("bad_expression", f"the expression has no value for this row: {error}") from None

    return value


def _columns_of(text: str) -> list[str]:
    """The columns that an expression reads."""
    from odoo_etl.spec.expressions import expression_columns  # noqa: PLC0415 - as above

    return sorted(expression_columns(text))


def used_columns(spec: JobSpec) -> dict[str, list[str]]:
    """Column name to the fields that read it, for the check that the source has them all."""
    used: dict[str, list[str]] = {}
    for name, one in spec.fields.items():
        columns = one.columns or ((one.column,) if one.column else ())
        for column in (*columns, *one.beside, *(_columns_of(one.expr) if one.expr else ())):
            used.setdefault(column, []).append(name)
    for column in ExternalId.of(spec.target.external_id).columns if spec.target.external_id else ():
        used.setdefault(column, []).append("external_id")
    return used
