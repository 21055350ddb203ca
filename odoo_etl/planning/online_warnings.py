"""Warnings of what fits the server today and may still go wrong later, with their places in the job's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from odoo_etl.errors import Problem
from odoo_etl.fieldtypes import type_of
from odoo_etl.planning.server_models import Fields
from odoo_etl.spec import FieldSpec, Job


def check_warnings(job: Job, fields: Fields) -> list[Problem]:
    """Every doubt about a job, given the fields of its target model."""
    return [*_moving_keys(job, fields), *_constant_ids(job, fields), *_not_loadable(job, fields)]


def constants(spec: FieldSpec) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a field that stands in the job, with its place below the field."""
    yield from ((("map", key), value) for key, value in (spec.map or {}).items())
    if spec.has_value:
        yield ("value",), spec.value
    if spec.has_default:
        yield ("default",), spec.default


def _moving_keys(job: Job, fields: Fields) -> Iterator[Problem]:
    """Key fields that follow other records; those that merely show a record's own parent (`related`) are its own."""
    for index, name in enumerate(job.spec.target.key):
        known = fields.get(name, {})
        others = sorted({path for path in known.get("depends") or () if "." in path})
        if others and not (known.get("readonly") or known.get("related")):
            message = (
                f"Odoo computes the key field `{name}` from other records ({', '.join(others)}): when they change, it"
                " may change or empty it, and then the key no longer finds the record"
            )
            own = "a field of the line's own" if job.below else "external_id, or a field of the record's own"
            yield job.problem(("target", "key", index), message, f"take {own}")


def _constant_ids(job: Job, fields: Fields) -> Iterator[Problem]:
    """Database ids that stand in the job."""
    for name, spec in job.spec.fields.items():
        if spec.lookup or not type_of(fields.get(name, {}).get("type", "")).is_reference:
            continue
        for path, value in constants(spec):
            if any(type(each) is int for each in _listed(value)):
                message = f"{value} is taken for a database id, which is another record in another database"
                yield job.problem(("fields", name, *path), message, "name the record by a lookup")


def _not_loadable(job: Job, fields: Fields) -> Iterator[Problem]:
    """Fields that `load` does not take, through which a record and its external id are made together."""
    if job.spec.target.external_id is None or job.spec.target.mode == "update":
        return
    for name in job.spec.fields:
        kind = fields.get(name, {}).get("type", "")
        if kind and type_of(kind).cell is None:
            message = f"Odoo takes no {kind} field together with an external id: rows that make new records are rejects"
            yield job.problem(("fields", name), message, "give it in a second job with `mode: update`, or take a `key`")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)
