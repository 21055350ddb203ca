"""One mapped field: which cells of a chunk it reads, and what a whole column of them becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import repeat
from typing import Any

from odoo_etl.errors import OdooEtlError, UsageError
from odoo_etl.fieldtypes import PASSWORDS, BadValue, Convert, TargetField, as_text, shown
from odoo_etl.mapping.fields import AsTheyAre, as_they_are, cell_mapper, constant, never
from odoo_etl.mapping.python_calls import calling_per_frame, calling_per_row, given
from odoo_etl.mapping.record import SKIP, Flaw, Ref, RefList, in_company
from odoo_etl.mapping.references import FindField
from odoo_etl.mapping.variant import Variant
from odoo_etl.spec import FieldSpec, JobSpec
from odoo_etl.text import OutOfRange

Columns = Mapping[str, Sequence[Any]]

COUNTRIES = 512  # more than there are, with their codes and names
MODELS = 512  # of which a field's records may be

_TEXTS = frozenset({str, type(None)})


class UnfitConstant(UsageError):
    """A constant of a job does not fit its field.

    Attributes:
        path: of the field, as `Variant.path` has it.
    """

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class Column:
    """A field's value for each row of a chunk, the flaws by row number, and whether any value is `SKIP`."""

    values: Sequence[Any]
    flaws: Mapping[int, Flaw] = field(default_factory=dict)
    skips: bool = False

    @classmethod
    def of(cls, values: Sequence[Any]) -> Column:
        """Part the values from the flaws among them."""
        flaws = {number: value for number, value in enumerate(values) if type(value) is Flaw}
        if flaws:
            values = [SKIP if type(value) is Flaw else value for value in values]
        return cls(values, flaws, any(value is SKIP for value in values))


@dataclass(frozen=True, slots=True)
class MappedField:
    """A mapped field: which cells it reads, what each becomes, and whether a whole column stays as it is."""

    name: str
    convert: Convert
    read: Callable[[Columns, int], Sequence[Any]]
    as_they_are: AsTheyAre = never

    def column(self, columns: Columns, count: int) -> Column:
        """The field's value for each row. Equal texts are converted once."""
        cells = self.read(columns, count)
        if self.as_they_are(cells):
            return Column(cells)
        if not _TEXTS.issuperset(map(type, cells)):  # others may be equal and yet not the same: 1, 1.0 and True
            return Column.of([self._value(cell) for cell in cells])
        known = {cell: self._value(cell) for cell in dict.fromkeys(cells)}
        return Column.of([known[cell] for cell in cells])

    def _value(self, cell: Any) -> Any:
        """The value that the cell becomes; a `Flaw` where it cannot."""
        try:
            return self.convert(cell)
        except BadValue as error:
            return Flaw("map", error.code, _told(self.name, error), self.name)


def _told(name: str, error: BadValue) -> str:
    """The reason that a value does not fit; it may repeat the value, which nobody sees of a password."""
    if name in PASSWORDS and error.code != "required":
        return "the value is not what the field's mapping takes (a password is not shown)"
    return error.reason


def mapped_field(job: JobSpec, name: str, target: TargetField, find_field: FindField) -> MappedField:
    """A field of a job.

    Raises:
        UsageError: it cannot be written as the job says, or a constant does not fit it.
    """
    return _fitting(job, name, job.fields[name], target, find_field)


def mapped_variants(
    job: JobSpec, targets: Mapping[str, TargetField], find_field: FindField, companies: Mapping[str, int]
) -> dict[Variant, dict[str, MappedField]]:
    """The fields in other languages and companies, by variant; lookups of a company are asked for there.

    Args:
        companies: ids of those that the job names.

    Raises:
        UsageError: a constant does not fit its field.
    """
    found: dict[Variant, dict[str, MappedField]] = {}
    for name, spec in job.fields.items():
        specs = {Variant(code): one for code, one in spec.in_languages.items()}
        specs |= {Variant(company=companies[company]): one for company, one in spec.in_companies.items()}
        for variant, one in specs.items():
            mapped = _fitting(job, variant.path(name), one, targets[name], find_field)
            inside = replace(mapped, convert=_asked_in(variant.company, mapped.convert)) if one.lookup else mapped
            found.setdefault(variant, {})[name] = inside
    return found


def _asked_in(company: int, convert: Convert) -> Convert:
    """The same conversion, whose lookups look for records as the company sees them."""

    def converted(cell: Any) -> Any:
        value = convert(cell)
        return in_company(value, company) if isinstance(value, (Ref, RefList)) else value

    return converted


def _fitting(job: JobSpec, path: str, spec: FieldSpec, target: TargetField, find_field: FindField) -> MappedField:
    try:
        return _compiled(path, spec, target, find_field)
    except BadValue as error:
        why = _told(path, error)
        raise UnfitConstant(f"job {job.job}: field {path}: a constant of the job does not fit: {why}", path) from error


def _compiled(name: str, spec: FieldSpec, target: TargetField, find_field: FindField) -> MappedField:
    if spec.has_value:
        always = constant(spec, spec.value, target, find_field)
        return MappedField(name, lambda _: always, lambda _, count: list(repeat(None, count)))
    if spec.model_column is not None:
        return _of_named_models(name, spec, spec.model_column, target, find_field)
    if target.type.names_model and spec.lookup and all(one.is_by_source_id and not one.model for one in spec.lookup):
        return _of_references(name, spec, target, find_field)
    if spec.beside:
        return _beside_others(name, spec, target, find_field)
    convert = cell_mapper(spec, target, find_field)
    evaluate, read = _evaluator(name, spec), _reader(name, spec)
    if evaluate is not None:
        return MappedField(name, lambda cell: convert(evaluate(cell)), read)
    return MappedField(name, convert, read, as_they_are(spec, target))


def _evaluator(name: str, spec: FieldSpec) -> Convert | None:
    """The function from what `_reader` gives for a row to the cell; None where it is the cell."""
    if spec.expr is not None:
        return _expression(spec.expr)
    if spec.python is None:
        return None
    return calling_per_row(spec.python, name) if spec.python.per == "row" else given


def _reader(name: str, spec: FieldSpec) -> Callable[[Columns, int], Sequence[Any]]:
    """The cells of the column, or of the columns together; whole rows where the value is made of them."""
    if spec.python is not None and spec.python.per == "frame":
        return calling_per_frame(spec.python, name)
    if spec.python is not None or spec.expr is not None:
        return _whole_rows
    if wanted := spec.columns:
        return lambda columns, _: list(zip(*(columns[one] for one in wanted), strict=True))
    column = str(spec.column)
    return lambda columns, _: columns[column]


def _beside_others(name: str, spec: FieldSpec, target: TargetField, find_field: FindField) -> MappedField:
    """A field whose transforms read other columns, such as the country of a phone number; these have few values."""
    others = spec.beside
    evaluate, read = _evaluator(name, spec), _reader(name, spec)

    @lru_cache(maxsize=COUNTRIES)
    def convert_beside(texts: tuple[str, ...]) -> Convert:
        return cell_mapper(spec, target, find_field, dict(zip(others, texts, strict=True)))

    def convert(pair: tuple[Any, tuple[Any, ...]]) -> Any:
        cell, beside = pair
        texts = tuple(["" if one is None else as_text(one) for one in beside])
        return convert_beside(texts)(evaluate(cell) if evaluate else cell)

    def pairs(columns: Columns, count: int) -> list[Any]:
        beside = zip(*(columns[one] for one in others), strict=True)
        return list(zip(read(columns, count), beside, strict=True))

    return MappedField(name, convert, pairs)


def _of_named_models(
    name: str, spec: FieldSpec, model_column: str, target: TargetField, find_field: FindField
) -> MappedField:
    """A reference whose model stands in a column of its own."""
    evaluate, read = _evaluator(name, spec), _reader(name, spec)
    blank = cell_mapper(spec.model_copy(update={"lookup": ()}), target, find_field)

    @lru_cache(maxsize=MODELS)
    def converting(model: str) -> Convert | BadValue:
        named = tuple(one.model_copy(update={"model": model}) for one in spec.lookup)
        try:
            return cell_mapper(spec.model_copy(update={"lookup": named}), target, find_field)
        except OdooEtlError as error:
            return BadValue("unknown_model", f"{shown(model)} of the column {model_column}: {error}")

    def convert(pair: tuple[Any, Any]) -> Any:
        cell, model = evaluate(pair[0]) if evaluate else pair[0], pair[1]
        text = "" if model is None else as_text(model).strip()
        if not text and (cell is None or cell == ""):
            return blank(cell)
        if not text:
            raise BadValue("incomplete_lookup", f"{name} needs its model, and the column {model_column} is empty")
        found = converting(text)
        if isinstance(found, BadValue):
            raise BadValue(found.code, found.reason)
        return found(cell)

    return MappedField(
        name, convert, lambda columns, count: list(zip(read(columns, count), columns[model_column], strict=True))
    )


def _of_references(name: str, spec: FieldSpec, target: TargetField, find_field: FindField) -> MappedField:
    """A reference whose cells are those of such a field elsewhere: `model,id`."""
    plain = spec.model_copy(update={"expr": None, "python": None})
    named = _of_named_models(name, plain, str(spec.column), target, find_field)
    evaluate, read = _evaluator(name, spec), _reader(name, spec)

    def convert(cell: Any) -> Any:
        text = evaluate(cell) if evaluate else cell
        model, comma, number = str(text or "").partition(",")
        if text and not comma:
            raise BadValue("incomplete_lookup", f"{shown(text)} is no reference, which is model,id")
        return named.convert((number, model))

    return MappedField(name, convert, read)


def _whole_rows(columns: Columns, count: int) -> Sequence[dict[str, Any]]:
    """Each row as a dict, for expressions."""
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)] or [{}] * count


def _expression(text: str) -> Callable[[Mapping[str, Any]], Any]:
    """The function from a row to the expression's value; it raises `BadValue` where there is none."""
    from odoo_etl.spec.expressions import ExpressionError, compile_expression  # noqa: PLC0415 - few jobs need Jinja2

    evaluate, columns = compile_expression(text), columns_of(text)

    def value(row: Mapping[str, Any]) -> Any:
        for name in columns:
            if type(cell := row.get(name)) is OutOfRange:
                raise BadValue(cell.code, f"{shown(cell)} of the column {name} {cell.why}")
        try:
            return evaluate(row)
        except ExpressionError as error:
            raise BadValue("bad_expression", f"the expression has no value for this row: {error}") from None

    return value


def columns_of(text: str) -> list[str]:
    """The columns that an expression reads."""
    from odoo_etl.spec.expressions import expression_columns  # noqa: PLC0415 - as above

    return sorted(expression_columns(text))
