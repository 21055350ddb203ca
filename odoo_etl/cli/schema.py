"""`odoo-etl schema`: the JSON Schemas of the files, and snapshots of models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from odoo_etl.cli._choice import Verbs, chosen
from odoo_etl.cli._project import ProjectOption, open_project
from odoo_etl.cli._streams import complain, say

if TYPE_CHECKING:
    from odoo_etl.snapshots import Snapshot
    from odoo_etl.spec import Project

schema = Verbs(
    help="Print the JSON Schema of a file, or pull models from a server.\n\nWithout a word it is that of a job file.",
    no_args_is_help=False,
)


@schema.callback(invoke_without_command=True)
def _schema(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        job()


@schema.command()
def job() -> None:
    """Print the JSON Schema of a job file."""
    _print("job")


@schema.command()
def project() -> None:
    """Print the JSON Schema of project.yaml."""
    _print("project")


@schema.command()
def tests() -> None:
    """Print the JSON Schema of a file of tests."""
    _print("tests")


@schema.command()
def results() -> None:
    """Print the JSON Schema of run_results.json, which each run leaves in its folder."""
    from odoo_etl.reporting.schemas import results_schema

    _print_schema(results_schema())


@schema.command()
def events() -> None:
    """Print the JSON Schema of the lines of events.jsonl, which each run leaves in its folder."""
    from odoo_etl.reporting.schemas import events_schema

    _print_schema(events_schema())


@schema.command()
def alerts() -> None:
    """Print the JSON Schema of what webhooks of `alerts` are sent."""
    from odoo_etl.reporting.schemas import alerts_schema

    _print_schema(alerts_schema())


def _print(kind: str) -> None:
    from odoo_etl.spec.json_schema import json_schema

    _print_schema(json_schema(kind))


def _print_schema(known: dict[str, Any]) -> None:
    typer.echo(json.dumps(known, indent=2, ensure_ascii=False))


@schema.command()
def pull(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MODEL...", show_default=False, help="Such as sale.order; default: the models that the jobs name."
        ),
    ] = None,
    *,
    project: ProjectOption = None,
) -> None:
    """Keep what a server says of models in pipelines/schema/MODEL.json: `validate` and `test` then need no server."""
    from odoo_etl.snapshots import write_snapshot
    from odoo_etl.spec import display

    loaded = open_project(project, with_jobs=not models, as_named=True)
    found, missing = _pulled(loaded, models or [], chosen().connection or "main")
    for snapshot in found:
        path = write_snapshot(loaded.schema_dir, snapshot)
        say(f"{display(path)}: {len(snapshot.fields)} fields of {snapshot.model}, as Odoo {snapshot.server} has them")
    for model in missing:
        complain(f"error: the server has no model {model}: check its name; is its module installed?")
    if missing or not found:
        if not missing:
            complain("error: no job writes through this connection: name the models")
        raise typer.Exit(2)


def _pulled(project: Project, models: list[str], connection: str) -> tuple[list[Snapshot], list[str]]:
    from odoo_etl.connections import open_client
    from odoo_etl.snapshots import pull, pulled_for

    with open_client(project.connection(connection), project.state_dir, pool_size=1) as client:
        client.authenticate()
        if models:
            return pull(models, client)
        jobs = [job for job in project.jobs.values() if job.spec.target.connection == connection]
        return pulled_for(jobs, client), []
