"""Fields that a server requires of new records and that a job does not map."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Final

from odoo_etl.errors import Problem
from odoo_etl.fieldtypes import type_of
from odoo_etl.planning.fit import ODOOS_OWN
from odoo_etl.planning.server_models import Attributes, Fields, ServerModels
from odoo_etl.spec import Job

_COMPUTES_BEFORE_CREATE_SINCE: Final = 16  # before, models fill what they require in their `create`


def required_fields(fields: Fields) -> list[str]:
    """Required fields that somebody must give: not computed, and not filled through `_inherits`."""
    inherited = {str(item["related"]).split(".")[0] for item in fields.values() if item.get("related")}
    return [
        name
        for name, item in sorted(fields.items())
        if item.get("required")
        and item.get("store", True)
        and not type_of(item["type"]).is_many  # product.template says it of its variants, and makes them itself
        and not (item.get("related") or item.get("depends") or name in inherited or name in ODOOS_OWN)
    ]


def unmapped(job: Job, fields: Fields, server: ServerModels) -> Iterator[Problem]:
    """Required fields that new records would lack."""
    model = job.spec.target.model
    for name in _lacking(job, fields, server):
        if not _may_fill(fields[name], server):
            message = f"{model} requires `{name}`, which the job does not map and Odoo has no default for"
            yield job.problem(("fields",), message, f"add `{name}`")


def unmapped_in_lookups(job: Job, server: ServerModels) -> Iterator[Problem]:
    """Required fields that records which lookups create would lack."""
    for name in job.spec.creating:
        lookup = job.spec.every_field[name].lookup[-1]
        fields = server.fields.get(lookup.model) or {}
        for lacking in _not_given(job, lookup.model, fields, server, lookup.found_by | lookup.create.keys()):
            if not _may_fill(fields[lacking], server):
                message = f"{lookup.model} requires `{lacking}`, which the lookup gives no new record"
                yield job.problem((*job.spec.last_lookup(name), "on_missing"), message, "add it to `create`")


def check_filled(job: Job, server: ServerModels) -> list[Problem]:
    """Doubts about required fields that an older server may fill itself: `sale.order` does when it creates a record."""
    model, fields = job.spec.target.model, server.fields.get(job.spec.target.model) or {}
    return [
        job.problem(
            ("fields",),
            f"{model} requires `{name}`, which the job does not map: unless Odoo fills it itself, rows that make new"
            " records are rejects",
            f"add `{name}`, or try one row",
        )
        for name in _lacking(job, fields, server)
        if _may_fill(fields[name], server)
    ]


def not_given(job: Job, fields: Fields, server: ServerModels) -> list[str]:
    """The required ones of these fields that a new record of the job would get from nowhere."""
    return _not_given(job, job.spec.target.model, fields, server, job.spec.fields.keys() | job.spec.lines.keys())


def _lacking(job: Job, fields: Fields, server: ServerModels) -> list[str]:
    if job.spec.target.mode == "update":
        return []
    return _not_given(job, job.spec.target.model, fields, server, job.spec.fields.keys())


def _not_given(job: Job, model: str, fields: Fields, server: ServerModels, given: Set[str]) -> list[str]:
    """The required fields that a new record would get from nowhere."""
    defaults = {key.removeprefix("default_") for key in job.spec.target.context if key.startswith("default_")}
    known = given | server.defaults.get(model, frozenset()) | defaults
    return [name for name in required_fields(fields) if name not in known]


def _may_fill(known: Attributes, server: ServerModels) -> bool:
    """Whether a model may fill a field itself that it requires and has no default for: before Odoo 16 some do."""
    return server.major < _COMPUTES_BEFORE_CREATE_SINCE and type_of(known["type"]).is_one_record
