"""The specs of the jobs that create what lookups do not find; `missing_records` gives them their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from odoo_etl.mapping import FindField
from odoo_etl.spec import CsvSource, FieldSpec, JobSpec, LookupSpec, TargetSpec, creating_job

NAME: Final = "name"  # the column of what stands behind the dot of an external id


def job_by_fields(spec: JobSpec, name: str, find_field: FindField) -> JobSpec:
    """The job for a lookup by fields; a dotted path becomes a lookup in turn."""
    lookup = spec.every_field[name].lookup[-1]
    key = list(dict.fromkeys(path.partition(".")[0] for path in lookup.by))
    found_by = {**_found_by(lookup, key, find_field), "key_domain": lookup.domain}
    return _job(spec, name, found_by, _fields_by(lookup, find_field))


def job_of_level(spec: JobSpec, name: str, find_field: FindField, *, is_end: bool) -> JobSpec:
    """The job for one level of a tree.

    Args:
        is_end: the ways that cells name end there, so that the domain of the lookup is for it.
    """
    lookup = spec.every_field[name].lookup[-1]
    [field], parent = lookup.by, lookup.parent
    above: dict[str, Any] = {"model": lookup.model, "by": field, "path": lookup.path, "parent": parent}
    above |= {"ignore_case": lookup.ignore_case, "on_ambiguous": lookup.on_ambiguous}
    fields = {field: {"column": field}, parent: {"column": parent, "lookup": above}}
    found_by = {**_found_by(lookup, [field, parent], find_field), "key_domain": lookup.domain if is_end else []}
    return _job(spec, name, found_by, fields)


def job_of_module(spec: JobSpec, name: str, module: str) -> JobSpec:
    """The job for external ids of one module."""
    return _job(spec, name, {"external_id": f"{module}.{{{NAME}}}"}, {})


def _found_by(lookup: LookupSpec, key: Sequence[str], find_field: FindField) -> dict[str, Any]:
    """The keys of a target that identify the records of a lookup."""
    has_text = any(find_field(lookup.model, name).type.is_text for name in key)
    return {"key": key, "ignore_case": lookup.ignore_case and has_text}


def _fields_by(lookup: LookupSpec, find_field: FindField) -> dict[str, Any]:
    """The fields that records are looked up by."""
    heads: dict[str, list[str]] = {}
    for path in lookup.by:
        head, _, rest = path.partition(".")
        heads.setdefault(head, []).extend([rest] if rest else [])
    fields: dict[str, Any] = {}
    for head, rests in heads.items():
        fields[head] = {"column": head}
        if rests:
            relation = find_field(lookup.model, head).relation
            inner = {"model": relation, "by": rests, "ignore_case": lookup.ignore_case}
            fields[head] = {"columns": [f"{head}.{rest}" for rest in rests], "lookup": inner}
    return fields


def _job(spec: JobSpec, name: str, found_by: Mapping[str, Any], fields: Mapping[str, Any]) -> JobSpec:
    """The job that creates what a field's lookup does not find."""
    lookup, target = spec.every_field[name].lookup[-1], spec.target
    own: Any = {"connection": target.connection, "model": lookup.model, "mode": "create", "context": target.context}
    own |= {"company": target.company} if target.company else {}
    constants = {field: FieldSpec(value=value) for field, value in lookup.create.items()}
    return JobSpec(
        version=1,
        job=creating_job(spec.job, name),
        source=CsvSource(type="csv", path=f"what {name} lacks"),
        target=TargetSpec(**own, **found_by),
        fields={**fields, **constants},
        load=spec.load.model_copy(update={"max_rejects": None}),
    )
