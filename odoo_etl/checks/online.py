"""Asks the servers of some jobs what the checks of `planning.online_checks` need; writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odoo_etl.checks.domains import check_domains
from odoo_etl.checks.first_rows import check_first_rows, check_lookup_sample, first_cells
from odoo_etl.checks.rehearsal import Rehearsal, rehearse
from odoo_etl.checks.sources import check_sources
from odoo_etl.connections import open_client
from odoo_etl.errors import AccessRefused, Problem, ProtocolError, Refused
from odoo_etl.fieldtypes import TargetField
from odoo_etl.odoo import OdooClient
from odoo_etl.planning import (
    ATTRIBUTES,
    Fields,
    ServerModels,
    check_filled,
    check_job,
    check_new_lines,
    check_rights,
    check_warnings,
    line_rights,
    models_of,
    needed_rights,
    next_models,
    required_fields,
    unmapped_in_lookups,
    with_lines,
)
from odoo_etl.spec import Job, Project
from odoo_etl.sync import CONTEXT, creating_misfits
from odoo_etl.sync.after import step_misfits
from odoo_etl.sync.existing import Companies, Schema, company_misfits, find_companies, own_context, undivided_misfits
from odoo_etl.sync.expectations import expectation_misfits
from odoo_etl.sync.misfits import server_misfits
from odoo_etl.sync.ports import Target


@dataclass(frozen=True, slots=True)
class OnlineReport:
    """Problems of the jobs and of the user's rights, and warnings of what fits and may still go wrong later."""

    problems: tuple[Problem, ...]
    rights: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def check_online(project: Project, jobs: Sequence[Job]) -> OnlineReport:
    """Check every job against the server of its connection.

    Raises:
        CannotStart: a server cannot be used.
        AccessRefused: the login is wrong.
    """
    problems: list[Problem] = []
    rights: list[Problem] = []
    warnings: list[Problem] = []
    created = {model for job in project.jobs.values() for model in job.spec.creates | job.spec.supplied}
    for name in sorted({job.spec.target.connection for job in jobs}):
        own = [job for job in jobs if job.spec.target.connection == name]
        with open_client(project.connection(name), project.state_dir, pool_size=1) as client:
            client.authenticate()
            server = server_models(client, own)
            for job in own:
                read = check_sources(job, project)
                found, rehearsed = [*read.problems, *_problems(job, client, server)], Rehearsal()
                if not found and not check_rights(job, server):
                    rehearsed = rehearse(job, client)
                problems += [*found, *rehearsed.problems]
                warnings += [*read.warnings, *rehearsed.warnings]
            for job in own:
                warnings += _warnings(job, client, server, None if problems else created)
        rights += [problem for job in own for problem in check_rights(job, server)]
    return OnlineReport(tuple(problems), tuple(rights), tuple(warnings))


def _warnings(job: Job, client: OdooClient, server: ServerModels, created: Collection[str] | None) -> list[Problem]:
    """Whatever fits and may still go wrong later, as far as the first rows of files show it.

    Args:
        created: models of which jobs of the project create records; None where the job does not fit, so that its rows
            are asked for nothing.
    """
    columns, warnings = first_cells(job), [*check_filled(job, server), *check_new_lines(job, server)]
    for one in with_lines(job, server.fields):
        fields = server.fields.get(one.spec.target.model) or {}
        warnings += [*check_warnings(one, fields), *check_first_rows(one, fields, columns)]
    return warnings if created is None else warnings + check_lookup_sample(job, client, columns, created)


def _problems(job: Job, client: OdooClient, server: ServerModels) -> list[Problem]:
    """Whatever does not fit; what its lookups create is looked at where the job itself fits."""
    fields = server.fields.get(job.spec.target.model) or {}
    companies = find_companies(job.spec, client)
    found = [*check_job(job, server), *_of_server(job, client, fields, companies)]
    found += _of_expectations(job, client, companies)
    if fields:
        found += check_domains(job, client, {**CONTEXT, **own_context(job.spec, companies)})
    return found or _of_lookups(job, client, server, companies)


def _of_expectations(job: Job, client: OdooClient, companies: Companies) -> list[Problem]:
    context = own_context(job.spec, companies)
    found = expectation_misfits(job.spec, client, context)
    return [job.problem(one.at, one.message, one.hint) for one in found]


def _of_lookups(job: Job, client: OdooClient, server: ServerModels, companies: Companies) -> list[Problem]:
    context = {**CONTEXT, **own_context(job.spec, companies)}
    found = creating_misfits(job.spec, client, _schema(client, context), context)
    return [*(job.problem(one.at, one.message, one.hint) for one in found), *unmapped_in_lookups(job, server)]


def _schema(client: OdooClient, context: Mapping[str, Any]) -> Schema:
    return Schema(client, context, lambda: client.version().major)


def _of_server(job: Job, client: OdooClient, fields: Fields, companies: Companies) -> list[Problem]:
    spec = job.spec
    known = {name: TargetField.of(name, fields[name]) for name in spec.fields if name in fields}
    found = [*server_misfits(spec, client), *company_misfits(spec, companies)]
    found += undivided_misfits(spec, Schema(client, {}), known)
    if spec.record_steps and fields:
        context = {**CONTEXT, **own_context(spec, companies)}
        found += step_misfits(spec, Target(client, spec.target.model, context), _schema(client, context))
    return [job.problem(each.at, each.message, each.hint) for each in found]


def server_models(client: OdooClient, jobs: Sequence[Job]) -> ServerModels:
    """Ask the server about every model that the jobs name or lead to."""
    fields = models_on(client, jobs)
    needed = {right for job in jobs for right in needed_rights(job) | line_rights(job, fields).keys()}
    asked = sorted(right for right in needed if fields[right[0]] is not None)
    forbidden = frozenset(right for right in asked if not _may(client, *right))
    every = [one for job in jobs for one in with_lines(job, fields)]
    written = sorted({model for one in every for model in one.spec.creates | one.spec.supplied})
    defaults = {
        model: _defaults(client, model, known)
        for model in written
        if (known := fields[model]) is not None and (model, "create") not in forbidden
    }
    return ServerModels(fields, defaults, forbidden, _languages(client, jobs), client.version().major)


def models_on(client: OdooClient, jobs: Sequence[Job]) -> dict[str, Fields | None]:
    """The fields of every model that the jobs name or lead to, as the server has them; None for one that it lacks."""
    fields: dict[str, Fields | None] = {}
    waiting = models_of(jobs)
    while waiting:
        fields.update({model: _fields(client, model) for model in sorted(waiting)})
        waiting = next_models(jobs, fields)
    return fields


def _languages(client: OdooClient, jobs: Sequence[Job]) -> frozenset[str] | None:
    """The active languages, asked where a job names one; None where nobody asks, or may ask."""
    if not any("lang" in job.spec.target.context for job in jobs):
        return None
    try:
        return frozenset(row["code"] for row in client.search_read("res.lang", [], ["code"]))
    except AccessRefused:
        return None


def _fields(client: OdooClient, model: str) -> Fields | None:
    """The model's fields; None for a model that the server does not know."""
    try:
        answer: Fields = client.fields_get(model, attributes=ATTRIBUTES)
    except (ProtocolError, Refused):
        return None
    return answer


def _defaults(client: OdooClient, model: str, fields: Fields) -> frozenset[str]:
    names = required_fields(fields)
    answer = client.default_get(model, names) if names else {}
    return frozenset(name for name, value in answer.items() if value is not None)


def _may(client: OdooClient, model: str, operation: str) -> bool:
    try:
        return client.may(model, operation)
    except AccessRefused:
        return False
