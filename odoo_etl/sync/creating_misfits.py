"""Lookups that can never create what they do not find are refused before the first write, with their place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.errors import AccessRefused
from odoo_etl.fieldtypes import BadValue, TargetField
from odoo_etl.mapping import constant
from odoo_etl.planning import Misfit, misfits
from odoo_etl.spec import FieldSpec, JobSpec, LookupSpec
from odoo_etl.sync.creating_specs import job_by_fields, job_of_level, job_of_module
from odoo_etl.sync.existing import Schema
from odoo_etl.sync.misfits import module_misfits
from odoo_etl.sync.ports import Odoo

_OTHER_FIELD = "look up by another field, or take another `on_missing`: this one can find a record, not make one"
_OTHER_MODULE = "any name that is no module's, for example `legacy`, or another `on_missing`"
_CONJUNCTION = "&"
_IN_CELLS = "legacy"  # in place of the modules that cells name, each of which is looked at with its row


def creating_misfits(spec: JobSpec, client: Odoo, schema: Schema, context: Mapping[str, Any]) -> list[Misfit]:
    """The misfits of the jobs that create what the lookups of a job do not find, as misfits of that job.

    Args:
        context: goes with every call of the job.
    """
    every = spec.every_field
    return [
        Misfit((*spec.last_lookup(name), *_below(every[name].lookup[-1], one.at)), one.message, one.hint)
        for name in spec.creating
        for one in (*_of_lines(spec, name, schema), *_misfits(spec, name, client, schema, context))
    ]


def _of_lines(spec: JobSpec, name: str, schema: Schema) -> Iterator[Misfit]:
    """Lines come with their records: a lookup that created records of their model would race with those."""
    model = spec.every_field[name].lookup[-1].model
    if model in _models_of_lines(spec, spec.target.model, schema):
        hint = "`on_missing: defer` where they are lines of the same source; else a job of their own before this one"
        yield Misfit(("on_missing",), f"the job itself creates records of {model}, as lines", hint)


def _models_of_lines(spec: JobSpec, model: str, schema: Schema) -> Iterator[str]:
    for name in spec.lines:
        relation = schema.find(model, name).relation
        if relation:  # else `line_misfits` tells of it
            yield relation
            yield from _models_of_lines(spec.of_lines(name, relation), relation, schema)


def _misfits(spec: JobSpec, name: str, client: Odoo, schema: Schema, context: Mapping[str, Any]) -> Iterator[Misfit]:
    """The misfits, with their places in the creating job."""
    lookup, job = spec.every_field[name].lookup[-1], _creating(spec, name, schema)
    fields = schema.fields(lookup.model, job.fields)
    for one in misfits(job, fields):
        yield Misfit(one.at, one.message, _OTHER_FIELD) if one.at[:2] == ("target", "key") else one
    if lookup.names_new_records:
        yield from (Misfit(one.at, one.message, _OTHER_MODULE) for one in module_misfits(job, client))
    yield from _unfit_values(lookup, fields, schema)
    yield from _unfit_domain(lookup, client, schema, context)


def _creating(spec: JobSpec, name: str, schema: Schema) -> JobSpec:
    """One of the jobs that the lookup of a field may need."""
    lookup = spec.every_field[name].lookup[-1]
    if lookup.path is not None:
        return job_of_level(spec, name, schema.find, is_end=True)
    if lookup.is_by_external_id:
        given = lookup.external_id.module if lookup.external_id is not None else lookup.module
        return job_of_module(spec, name, given or _IN_CELLS)
    return job_by_fields(spec, name, schema.find)


def _below(lookup: LookupSpec, at: Sequence[str | int]) -> tuple[str | int, ...]:
    """The place in a lookup of what stands at a place in its creating job."""
    if at == ("on_missing",):
        return at
    if at[:2] == ("target", "external_id"):
        return ("module",) if lookup.module is not None else ("external_id",)
    if at[:2] == ("target", "key_domain"):
        return ("domain",)
    if at[0] == "fields" and at[1] in lookup.create:
        return ("create", at[1])
    return ("by",)


def _unfit_values(lookup: LookupSpec, fields: Mapping[str, TargetField], schema: Schema) -> Iterator[Misfit]:
    """The values in `create` that their fields do not take."""
    for name, value in lookup.create.items():
        try:
            _planned(value, fields[name], schema)
        except BadValue as error:
            yield Misfit(("fields", name), f"a new record cannot get this value: {error.reason}", "give another one")


def _planned(value: Any, field: TargetField, schema: Schema) -> Any:
    return constant(FieldSpec(value=value), value, field, schema.find)


def _unfit_domain(lookup: LookupSpec, client: Odoo, schema: Schema, context: Mapping[str, Any]) -> Iterator[Misfit]:
    """The terms of the domain that no new record fulfils, which would thus be created anew by each run."""
    wanted = {name: values for name, values in _terms(lookup.domain) if name not in lookup.found_by}
    fields = schema.fields(lookup.model, (), list(wanted))
    plain = {name: values for name, values in wanted.items() if name in fields and _is_plain(fields[name], values)}
    defaults = _defaults(lookup.model, [name for name in plain if name not in lookup.create], client, context)
    for name, values in plain.items():
        field = fields[name]
        given = lookup.create.get(name, (defaults or {}).get(name, False))
        if name not in lookup.create and (defaults is None or field.depends):
            continue  # Odoo says itself what a new record has
        if not _among(given, values, field, schema):
            yield _not_found(name, given, values)


def _terms(domain: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The fields of a model itself that must have one of some values, with these."""
    if any(isinstance(one, str) and one != _CONJUNCTION for one in domain):
        return
    for name, operator, value in (one for one in domain if not isinstance(one, str)):
        if "." not in name and operator in {"=", "in"}:
            yield name, value if isinstance(value, list) else [value]


def _is_plain(field: TargetField, values: Sequence[Any]) -> bool:
    """Whether values of the field are as `create` and the domain have them; a text may be the name of a record."""
    if field.type.is_many or not field.type.is_exact:
        return False
    return not field.type.is_one_record or not any(isinstance(one, str) for one in values)


def _defaults(model: str, names: Sequence[str], client: Odoo, context: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The values that new records get by themselves; None where the user may not ask."""
    try:
        return client.default_get(model, names, context=context) if names else {}
    except AccessRefused:
        return None


def _among(given: Any, values: Sequence[Any], field: TargetField, schema: Schema) -> bool:
    try:
        kept = field.comparable(_planned(given, field, schema))
        return (kept or False) in [field.comparable(_planned(one, field, schema)) or False for one in values]
    except BadValue:
        return True  # `_unfit_values` tells of it


def _not_found(name: str, given: Any, values: Sequence[Any]) -> Misfit:
    message = (
        f"a new record would have `{name}` {_shown(given)}, and `domain` wants {' or '.join(map(_shown, values))}: the"
        " lookup would not find it, and each run create it anew"
    )
    hint = f"`create: {{{name}: {_shown(values[0])}}}`" if values else ""
    return Misfit(("target", "key_domain"), message, hint)


def _shown(value: Any) -> str:
    """A value as it stands in YAML."""
    return json.dumps(value, ensure_ascii=False, default=str)
