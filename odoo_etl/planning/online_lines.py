"""Do the lines of a job fit the server: their models, what new lines need, and what the user may do with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odoo_etl.errors import Problem
from odoo_etl.fieldtypes import type_of
from odoo_etl.planning.online_required import not_given
from odoo_etl.planning.server_models import Fields, ServerModels
from odoo_etl.spec import Job

Right = tuple[str, str]  # a model, and what is done to it

_ACTIVE = "active"


def with_lines(job: Job, fields: Mapping[str, Fields | None]) -> Iterator[Job]:
    """A job, and its lines at any depth as jobs of their own, as far as their models are known."""
    yield job
    for name, model in _models(job, fields):
        yield from with_lines(job.of_lines(name, model), fields)


def line_rights(job: Job, fields: Mapping[str, Fields | None]) -> dict[Right, tuple[str, ...]]:
    """Right that a run needs for the lines of a job, and for their lookups, to the place in the job that says it.

    Args:
        fields: those of each model by now; lines of models that are absent are left out.
    """
    needed: dict[Right, tuple[str, ...]] = {}
    written = ("read", "create") if job.spec.target.mode == "create" else ("read", "create", "write")
    for name, model in _models(job, fields):
        own, rest = job.of_lines(name, model), job.spec.lines[name].rest
        needed |= {(each, "read"): (*own.below, "fields") for each in own.spec.looked_up}
        needed |= {(model, operation): own.below for operation in written}
        if rest == "remove":
            needed[model, "unlink"] = (*own.below, "rest")
        needed |= line_rights(own, fields)
    return needed


def line_problems(job: Job, server: ServerModels) -> Iterator[Problem]:
    """Faults of the lines of a job's own records beside those of their fields."""
    for name, own in _lines(job, server.fields):
        if job.spec.lines[name].rest == "archive" and _ACTIVE not in (server.fields.get(own.spec.target.model) or {}):
            message = f"{own.spec.target.model} has no field `{_ACTIVE}`, so that its records cannot be archived"
            yield job.problem(("lines", name, "rest"), message, "`rest: remove`, or `rest: keep`")


def check_new_lines(job: Job, server: ServerModels) -> Iterator[Problem]:
    """Doubts about fields that Odoo requires of new lines: what it computes by itself it does not always say."""
    fields = server.fields.get(job.spec.target.model) or {}
    for name, own in _lines(job, server.fields):
        others, inverse = server.fields.get(own.spec.target.model) or {}, fields[name].get("relation_field")
        wanted = {each: one for each, one in others.items() if not type_of(one["type"]).never_empty and each != inverse}
        for lacking in not_given(own, wanted, server):
            model = own.spec.target.model
            message = (
                f"{model} requires `{lacking}`, which the lines do not map: unless Odoo fills it itself, records with"
                " new lines are rejects"
            )
            yield own.problem(("fields",), message, f"add `{lacking}`, or try one record")
        yield from check_new_lines(own, server)


def _lines(job: Job, fields: Mapping[str, Fields | None]) -> Iterator[tuple[str, Job]]:
    """The lines of a job's own records as jobs of their own, by their field, where it has lines."""
    known = fields.get(job.spec.target.model) or {}
    for name, model in _models(job, fields):
        if type_of(known[name]["type"]).is_lines and fields.get(model) is not None:
            yield name, job.of_lines(name, model)


def _models(job: Job, fields: Mapping[str, Fields | None]) -> Iterator[tuple[str, str]]:
    """The fields of a job's lines whose models are known, with these."""
    for name in job.spec.lines:
        if model := str((fields.get(job.spec.target.model) or {}).get(name, {}).get("relation") or ""):
            yield name, model
