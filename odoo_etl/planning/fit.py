"""Faults of a job that can never work with its model's fields; `run`, `plan` and `validate --online` say the same.

Pure; each misfit carries the place in the job of the key at fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from odoo_etl.fieldtypes import TargetField, holds_html, is_for_files
from odoo_etl.spec import FieldSpec, JobSpec, LinesSpec

# Odoo fills these itself and ignores what is written.
ODOOS_OWN: Final = frozenset(
    {"id", "create_uid", "create_date", "write_uid", "write_date", "display_name", "parent_path"}
)
_VIEWS: Final = frozenset({"ir.ui.view", "theme.ir.ui.view"})  # whose architecture is translated like HTML
_STAMPS: Final = frozenset({"create_date", "write_date"})


@dataclass(frozen=True, slots=True)
class Misfit:
    """A fault of a job beside its model, and the way out."""

    at: tuple[str | int, ...]
    message: str
    hint: str


def misfits(spec: JobSpec, fields: Mapping[str, TargetField]) -> list[Misfit]:
    """Everything that does not fit.

    Args:
        fields: the mapped fields that the model has, by name.
    """
    known = {name: fields[name] for name in spec.fields if name in fields}
    found = [misfit for name, field in known.items() for misfit in _field_misfits(spec, name, field)]
    if spec.target.ignore_case and not any(known[name].type.is_text for name in spec.target.key if name in known):
        found.append(Misfit(("target", "ignore_case"), "no field of the key is a text field", "remove it"))
    for index, name in enumerate(spec.target.key):
        if name in known and (why := unusable_key(spec.target.mode, known[name])):
            found.append(Misfit(("target", "key", index), *why))
    return found


def inverse_misfits(lines: LinesSpec, field: TargetField) -> Iterator[Misfit]:
    """The field of lines that holds their record: Odoo fills it, and another record would take the line away.

    Args:
        field: the one2many field.
    """
    if field.inverse and field.inverse in lines.fields:
        message = f"`{field.inverse}` holds the record of a line, which Odoo fills as it is written with its record"
        yield Misfit(("fields", field.inverse), message, "remove it")


def unusable_key(mode: str, field: TargetField) -> tuple[str, str] | None:
    """Why no record is found by what a key field was given, and what to do."""
    name = field.name
    if not field.is_exact:
        digits = " without fixed digits" if field.type.is_exact_at_digits else ""
        message = f"the key field `{name}` is {field.described}{digits}, which has no exact values"
        return message, "take a text, number, date, selection or many2one field"
    if name in _STAMPS:
        return f"the key field `{name}` is Odoo's own time stamp, which has no exact values", "take another field"
    if mode != "update" and (name in ODOOS_OWN or field.derived):
        message = f"the key field `{name}` is filled by Odoo itself, so that each run would create its records anew"
        return message, "take a field that keeps what is written, or external_id; `mode: update` only finds records"
    if not field.searchable:
        return f"the key field `{name}` cannot be searched", "take a stored field"
    return None


def _field_misfits(spec: JobSpec, name: str, field: TargetField) -> Iterator[Misfit]:
    given = spec.fields[name]
    if (fault := _unwritable(spec, name, field)) is not None:
        yield fault
        return
    yield from _type_misfits(name, given, field)
    yield from _record_misfits(name, given, field)
    if (spec.target.model, name) == ("ir.attachment", "raw"):
        message = "`raw` is bytes, which the external API does not carry: Odoo would keep their base64 as the content"
        yield Misfit(("fields", name), message, "map `datas`, which is the same content")
    if given.write == "if_empty" and field.type.false_is_a_value:
        yield Misfit(
            ("fields", name, "write"), f"`{name}` is {field.described}, which is never empty", "`write: create`"
        )
    if given.translations and (why := _not_translated(spec.target.model, field)):
        yield Misfit(("fields", name, "translations"), *why)
    if given.labels and not field.type.has_choices:
        message = f"`labels` is for selections, and `{name}` is {field.described}"
        yield Misfit(("fields", name, "labels"), message, "remove it")
    if reads_bare_values(given) and field.type.is_reference:
        yield Misfit(("fields", name), _no_id(field), _lookup_hint(field))
    yield from _model_misfits(name, given, field)


def _model_misfits(name: str, given: FieldSpec, field: TargetField) -> Iterator[Misfit]:
    """Lookups say in which model they look, where nothing else does."""
    by_source_id = [one for one in given.lookup if one.is_by_source_id and not one.model]
    if given.model_column and not field.type.any_model:
        message = (
            f"`model_column` is for references, and `{name}` is {field.described} of {field.relation or 'no model'}"
        )
        yield Misfit(("fields", name, "model_column"), message, "remove it")
    elif by_source_id and not field.type.any_model:
        message = "the key `model` is missing: which jobs come before this one follows from it"
        yield Misfit(("fields", name, "lookup"), message, f"`model: {field.relation}`")
    elif field.type.names_model and by_source_id == list(given.lookup):
        return
    elif any(not one.model for one in given.lookup) and field.type.any_model and not given.model_column:
        message = f"{field.described} does not say of which model its records are"
        yield Misfit(("fields", name, "lookup"), message, "`lookup: {model: res.partner, by: id}`")


def _unwritable(spec: JobSpec, name: str, field: TargetField) -> Misfit | None:
    """Why a field takes nothing; of those of the key `unusable_key` knows more."""
    if not field.type.is_writable:
        message = f"`{name}` is {field.described}, which cannot be mapped"
        return Misfit(("fields", name), message, "map its lines under `lines`")
    if (name in ODOOS_OWN or field.computed) and name not in spec.target.key:
        kind = "computed" if field.computed else "Odoo's own"
        message = f"`{name}` of {spec.target.model} is {kind} and cannot be written"
        return Misfit(("fields", name), message, "Odoo fills it itself; remove it")
    return None


def _type_misfits(name: str, given: FieldSpec, field: TargetField) -> Iterator[Misfit]:
    """Ways to read a cell that the field has no use for."""
    kind, free = field.type, bool(given.lookup) or given.map is not None
    if is_for_files(given) and not kind.is_file:
        message = f"`type: {given.type}` is for files and images, and this is {field.described}"
        yield Misfit(("fields", name, "type"), message, "remove it")
    elif given.type is not None and kind.fitting is not None and given.type not in kind.fitting and not free:
        message = f"`type: {given.type}` does not become {field.described}"
        yield Misfit(("fields", name, "type"), message, f"fitting: {', '.join(kind.fitting)}")
    if holds_html(given) and not kind.is_markup:
        message = f"`type: html` is for HTML fields, and this is {field.described}"
        yield Misfit(("fields", name, "type"), message, "remove it")
    if given.timezone and given.type is None and not kind.is_moment:
        message = f"`timezone` is for dates and datetimes, and this is {field.described}"
        yield Misfit(("fields", name, "timezone"), message, "remove it")


def _record_misfits(name: str, given: FieldSpec, field: TargetField) -> Iterator[Misfit]:
    """Lookups that the field cannot take, and what is said of several records beside a field of one."""
    exactly = any(one.exactly for one in given.lookup)
    if exactly and field.type.is_many:
        message = f"`exactly` finds one record, and this is {field.described}"
        yield Misfit(("fields", name, "lookup"), message, "remove it")
    for key in ("command",) if exactly else ("split", "command"):
        if key in given.model_fields_set and not field.type.is_many:
            message = f"`{key}` needs a many2many field, and this is {field.described}"
            yield Misfit(("fields", name, key), message, "remove it")
    if given.lookup and not field.type.takes_lookup:
        yield Misfit(("fields", name, "lookup"), f"{field.described} refers to no record", "remove the lookup")
    strange = next((one.model for one in given.lookup if one.model not in {field.relation, ""}), "")
    if strange and field.type.has_model:
        message = f"the field refers to {field.relation}, not to {strange}"
        yield Misfit(("fields", name, "lookup", "model"), message, f"`{field.relation}`")


def _not_translated(model: str, field: TargetField) -> tuple[str, str] | None:
    """Why a field takes no text for each language, and what to do."""
    if not field.translated:
        message = f"`{field.name}` of {model} is not translated: Odoo keeps one value for all languages"
        return message, "remove `translations`"
    if field.type.is_markup or model in _VIEWS:
        message = (
            f"Odoo translates `{field.name}` term by term, with one layout for all languages: a whole text in one"
            " language would replace the others"
        )
        return message, "remove `translations`, and translate its terms in Odoo"
    return None


def reads_bare_values(spec: FieldSpec) -> bool:
    """Whether values of the source would be written as they are; those of `value` and `map` stand in the job."""
    return not spec.lookup and spec.map is None and not spec.has_value


def _no_id(field: TargetField) -> str:
    return f"`{field.name}` is {field.described}, and what a source holds is never taken for a database id of Odoo"


def _lookup_hint(field: TargetField) -> str:
    model = "" if field.type.any_model else f"model: {field.relation}, "
    by_id = "{model: res.partner, by: id}" if field.type.any_model else "{by: id}"
    found_by = f"`lookup: {{{model}by: name}}`, or by whatever field holds the values; " if model else ""
    return f"{found_by}`lookup: {by_id}` where they are ids of this very database"
