"""The use case `inspect`: a model as a server has it, or as a snapshot beside the jobs describes it; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from odoo_etl.checks import ASKED, judge_key, key_fields, reports_of
from odoo_etl.checks.nearest import WELL_KNOWN, nearest_models
from odoo_etl.connections import SANDBOX_NAME, open_client
from odoo_etl.errors import ProtocolError, Refused, UsageError, unless_refused
from odoo_etl.inspections import ModelReport
from odoo_etl.odoo import OdooClient
from odoo_etl.runs.workspace import Workspace
from odoo_etl.snapshots import given_values, read_snapshots
from odoo_etl.spec import Project, display
from odoo_etl.versions import model_hint

OPERATIONS: Final = ("read", "create", "write", "unlink")


def inspect_model(
    workspace: Workspace, model: str, key: Sequence[str], connection: str, *, offline: bool
) -> ModelReport:
    """Describe a model.

    Args:
        model: such as `res.partner`.
        key: the fields that are looked at as a key.
        connection: its name in project.yaml; "" for that of the workspace, or `main`.
        offline: ask no server, only the snapshots.

    Raises:
        UsageError: there is no such model, field or connection.
        OdooError, CannotStart: the server cannot be asked.
    """
    connection = connection or workspace.connection or "main"
    project = workspace.load(with_jobs=False)
    if offline or (why := _why_offline(project, connection, model)):
        return _of_snapshot(project, model, key, "" if offline else why)
    with open_client(project.connection(connection), project.state_dir, pool_size=1) as client:
        client.authenticate()
        url = SANDBOX_NAME if project.connection(connection).is_sandbox else client.url
        return _of_server(client, model, key, f"{url}, database {client.db}" if client.db else url)


def _why_offline(project: Project, connection: str, model: str) -> str:
    """Why the snapshot of a model stands in for a server; "" where it does not."""
    if connection in project.project.connections or not (project.schema_dir / f"{model}.json").is_file():
        return ""
    problems = project.unusable.get(connection, ())
    why = "; ".join(str(one.message) for one in problems) or f"project.yaml has no connection `{connection}`"
    return f"no server was asked: {why}"


def _of_server(client: OdooClient, model: str, key: Sequence[str], origin: str) -> ModelReport:
    fields = _fields(client, model)
    label = _names(client, [["model", "=", model]]).get(model, "")
    given = given_values(client, model, fields)
    judged = judge_key(client, model, fields, key) if key else None
    rights = {}
    with unless_refused():
        rights = {one: client.may(model, one) for one in OPERATIONS}
    reports = reports_of(fields, given)
    return ModelReport(model, label, origin, client.version().text, len(reports), reports, rights, judged)


def _fields(client: OdooClient, model: str) -> dict[str, dict[str, Any]]:
    """The fields of a model.

    Raises:
        UsageError: the server has no such model; names the nearest.
    """
    try:
        return client.fields_get(model, attributes=ASKED)
    except (ProtocolError, Refused) as error:
        models = _names(client, [])
        if model in models or not error.name:
            raise
        if renamed := model_hint(model, client.version().major):
            raise UsageError(f"the server has no model {model}; {renamed}") from error
        raise _no_model(model, models or WELL_KNOWN, "the server has no model") from error


def _names(client: OdooClient, domain: Sequence[Any]) -> dict[str, str]:
    """The models of a server and what people call them; none where the user may not ask."""
    with unless_refused():
        return {row["model"]: row["name"] or "" for row in client.search_read("ir.model", domain, ["model", "name"])}
    return {}


def _no_model(model: str, models: Mapping[str, str], lacks: str) -> UsageError:
    near = nearest_models(model, models)
    named = ", ".join(f"{one} ({models[one]})" if models[one] else one for one in near)
    hint = f"did you mean {named}?" if model not in near and near else "is its module installed?"
    return UsageError(f"{lacks} {model}; {hint}")


def _of_snapshot(project: Project, model: str, key: Sequence[str], note: str) -> ModelReport:
    snapshots = read_snapshots(project.schema_dir)
    if model not in snapshots:
        names = {model: one.description for model, one in snapshots.items()}
        here = display(project.schema_dir)
        raise _no_model(model, names, f"{here} has no snapshot of the model")
    notes = [note] if note else []
    if key:
        key_fields(model, snapshots[model].fields, key, snapshots[model].major)
        notes.append("records are on a server alone: the values of the key were not looked at")
    one, folder = snapshots[model], display(project.schema_dir)
    reports = reports_of(one.fields, one.given)
    origin = f"{folder}/{model}.json"
    return ModelReport(model, one.description, origin, one.server, len(reports), reports, notes=tuple(notes))
