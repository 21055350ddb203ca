"""Do the lines of a job fit the server: their models, what new lines need, and what the user may do with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from odoo_etl.errors import Problem
from odoo_etl.fieldtypes import type_of
from odoo_etl.planning.online_required import unmapped
from odoo_etl.spec import Job

if TYPE_CHECKING:
    from odoo_etl.planning.online_checks import ServerModels

Fields = Mapping[str, Mapping[str, Any]]
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


def line_problems(job: Job, fields: Fields, server: ServerModels) -> Iterator[Problem]:
    """Faults of the fields whose lines a job names, and what new lines lack; of the lines of its own records."""
    for name, lines in job.spec.lines.items():
        known = fields.get(name)
        if known is None or not type_of(known["type"]).is_lines:
            continue
        own = job.of_lines(name, str(known["relation"]))
        others = server.fields.get(own.spec.target.model)
        if others is None:
            continue
        inverse = known.get("relation_field")
        yield from unmapped(own, {each: one for each, one in others.items() if each != inverse}, server)
        if lines.rest == "archive" and _ACTIVE not in others:
            message = f"{own.spec.target.model} has no field `{_ACTIVE}`, so that its records cannot be archived"
            yield job.problem(("lines", name, "rest"), message, "`rest: remove`, or `rest: keep`")


def _models(job: Job, fields: Mapping[str, Fields | None]) -> Iterator[tuple[str, str]]:
    """The fields of a job's lines whose models are known, with these."""
    for name in job.spec.lines:
        if model := str((fields.get(job.spec.target.model) or {}).get(name, {}).get("relation") or ""):
            yield name, model
