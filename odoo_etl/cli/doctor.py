"""`odoo-etl doctor`: can the jobs' servers be used, and if not, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from odoo_etl.cli._choice import chosen
from odoo_etl.cli._project import JsonOption, ProjectOption, Selectors, open_jobs
from odoo_etl.cli._streams import say
from odoo_etl.errors import CannotStart, OdooError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from odoo_etl.odoo import OdooClient
    from odoo_etl.odoo.diagnose import Check, Others
    from odoo_etl.spec import ConnectionSpec, Job, Project


def doctor(
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Check the way to the servers; each failure has its remedy.

    From the host name to rights and the expiry of the API key. Nothing is written.
    Exit code 5: something is not as it must be; a warning alone is no failure.
    """
    loaded, selected = open_jobs(project, jobs)
    names = sorted({job.spec.target.connection for job in selected}) or [chosen().connection or "main"]
    found: dict[str, list[Check]] = {}
    if open_files := list(_open_files(loaded)):
        found["project"] = open_files
        if not json_:
            for check in open_files:
                say(_line("project", check))
    for name in names:
        found.setdefault(name, [])
        for check in _checks(loaded, name, [job for job in selected if job.spec.target.connection == name]):
            found[name].append(check)
            if not json_:
                say(_line(name, check))
    if json_:
        typer.echo(json.dumps({name: [asdict(check) for check in checks] for name, checks in found.items()}, indent=2))
    if not all(check.ok for checks in found.values() for check in checks):
        raise typer.Exit(CannotStart.exit_code)


def _open_files(project: Project) -> Iterator[Check]:
    """The files with secrets that others may read."""
    from odoo_etl.odoo.diagnose import Check
    from odoo_etl.spec import open_to_others

    for problem in open_to_others(project.root, project.environment):
        yield Check(problem.file, ok=True, detail=problem.message, remedy=problem.hint, warns=True)


def _checks(project: Project, name: str, jobs: Sequence[Job]) -> Iterator[Check]:
    """All checks of one connection, as they are made."""
    from odoo_etl.connections import SANDBOX_NAME, open_client
    from odoo_etl.odoo.diagnose import Check, diagnose

    spec = project.connection(name)
    try:
        with open_client(spec, project.state_dir, pool_size=1) as client:
            url = SANDBOX_NAME if spec.is_sandbox else client.url
            yield Check(
                "server", ok=True, detail=f"{url}, {f'database {client.db}' if client.db else 'its only database'}"
            )
            is_well, others = True, _others(project, name)
            asked = diagnose(client, _needs(jobs), ca_file=spec.ca_file, timeout_s=spec.connect_timeout, others=others)
            for check in asked:
                is_well = is_well and (check.ok or check.name.startswith("rights"))
                yield check
            if is_well:
                yield from _of_jobs(client, jobs)
                yield from _of_connection(client, spec)
    except CannotStart as error:
        yield Check("connection", ok=False, detail=str(error), remedy="correct the connection in project.yaml")


def _others(project: Project, name: str) -> Others:
    """Open the same connection over another protocol."""
    from odoo_etl.connections import open_client

    spec = project.connection(name)

    def over(protocol: str) -> AbstractContextManager[OdooClient]:
        changed = spec.model_copy(update={"protocol": protocol})
        return open_client(changed, project.state_dir, pool_size=1)

    return over


def _of_jobs(client: OdooClient, jobs: Sequence[Job]) -> Iterator[Check]:
    """Whatever the jobs need of the database besides models: rights on those of lines, languages, companies."""
    from odoo_etl.checks.surroundings import check_surroundings

    yield from _of_lines(client, [job for job in jobs if job.spec.lines])
    yield from check_surroundings(client, jobs)


def _of_connection(client: OdooClient, spec: ConnectionSpec) -> Iterator[Check]:
    """How long the key is good for, and whether we wait long enough."""
    from datetime import UTC, datetime

    from odoo_etl.odoo.diagnose import check_key, check_timeout

    if spec.is_sandbox:
        return
    if spec.api_key.get_secret_value():
        yield check_key(client, datetime.now(UTC))
    yield check_timeout(spec.read_timeout)


def _needs(jobs: Sequence[Job]) -> dict[str, list[str]]:
    """Which operations the jobs need on which models."""
    from odoo_etl.planning import needed_rights

    needs: dict[str, list[str]] = {}
    for model, operation in sorted({right for job in jobs for right in needed_rights(job)}):
        needs.setdefault(model, []).append(operation)
    return needs


def _of_lines(client: OdooClient, jobs: Sequence[Job]) -> Iterator[Check]:
    """The rights on the models of lines, which only the server knows; nothing where it cannot be asked."""
    from odoo_etl.checks import models_on
    from odoo_etl.odoo.diagnose import check_rights
    from odoo_etl.planning import line_rights

    if not jobs:
        return
    try:
        fields = models_on(client, jobs)
    except OdooError:  # the checks before this one say why
        return
    asked, needs = _needs(jobs), dict[str, list[str]]()
    for model, operation in sorted({right for job in jobs for right in line_rights(job, fields)}):
        if operation not in asked.get(model, ()):
            needs.setdefault(model, []).append(operation)
    for model, operations in needs.items():
        yield check_rights(client, model, operations)


def _line(connection: str, check: Check) -> str:
    """One line; the remedy on a second one."""
    verdict = "FAIL" if not check.ok else "warn" if check.warns else "ok  "
    line = f"{connection}  {verdict}  {check.name}: {check.detail}"
    return f"{line}\n      → {check.remedy}" if check.remedy else line
