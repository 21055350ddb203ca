"""`odoo-etl call`: any public method of Odoo from the shell."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from odoo_etl.cli._choice import chosen, writes
from odoo_etl.cli._project import ProjectOption, open_project
from odoo_etl.cli._run import ask_production
from odoo_etl.errors import UsageError

# The option --fields under the names methods have for it.
_FIELDS = {"fields_get": "allfields", "export_data": "fields_to_export"}
_POSITION = "it by its position, as an argument"
# Names that are taken, to what to give instead.
_TAKEN = {
    "ids": "--ids 7,12",
    "context": """--context '{"lang": "fr_FR"}'""",
    **dict.fromkeys(("model", "method", "self", "fence"), _POSITION),
}


@writes
def call(
    model: Annotated[str, typer.Argument(help="For example res.partner.")],
    method: Annotated[str, typer.Argument(help="For example search_read.")],
    args: Annotated[list[str] | None, typer.Argument(help="Positional parameters, each as JSON.")] = None,
    *,
    ids: Annotated[str, typer.Option(help="Ids of the records, separated by commas.")] = "",
    fields: Annotated[str, typer.Option(help="Names of fields, separated by commas.")] = "",
    limit: Annotated[int | None, typer.Option(min=0, help="At most so many records.")] = None,
    offset: Annotated[int | None, typer.Option(min=0, help="Leave out so many records.")] = None,
    order: Annotated[str, typer.Option(help="For example 'name desc, id'.")] = "",
    context: Annotated[str, typer.Option(help="Odoo's context, as a JSON object.")] = "",
    param: Annotated[list[str] | None, typer.Option(help="A named parameter, as name=JSON; may be repeated.")] = None,
    project: ProjectOption = None,
    json_: Annotated[bool, typer.Option("--json", help="The answer on one line.")] = False,
) -> None:
    """Call a method of Odoo and print its answer as JSON."""
    positional = [_json(text, "argument") for text in args or []]
    params = {
        **_given(method, fields=_words(fields), limit=limit, offset=offset, order=order or None),
        **dict(_pair(text) for text in param or []),
    }
    records = _ids(ids) if ids else None
    surroundings = _object(context, "--context") if context else None

    from odoo_etl.connections import open_client
    from odoo_etl.odoo import Call
    from odoo_etl.runs import NotApproved

    loaded = open_project(project, with_jobs=False)
    if (
        not chosen().approved
        and loaded.is_production
        and Call.of(model, method, positional, ids=records, params=params).changes
    ):
        ask_production(NotApproved("call", loaded))
    with open_client(loaded.connection(chosen().connection or "main"), loaded.state_dir, pool_size=1) as client:
        client.authenticate()
        answer = client.execute(model, method, *positional, ids=records, context=surroundings, **params)
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=None if json_ else 2))


def _given(method: str, *, fields: list[str], **window: Any) -> dict[str, Any]:
    """The named parameters of the options that were used."""
    params = {name: value for name, value in window.items() if value is not None}
    if fields:
        params[_FIELDS.get(method, "fields")] = fields
    return params


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{what} {text!r} is not JSON ({error}); quote text twice, as in '\"text\"'") from None


def _object(text: str, what: str) -> dict[str, Any]:
    value = _json(text, what)
    if not isinstance(value, dict):
        raise UsageError(f'{what} {text!r} is not a JSON object, as in \'{{"lang": "fr_FR"}}\'')
    return value


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--param {text!r} is not name=JSON, as in --param operation='\"read\"'")
    if name in _TAKEN:
        raise UsageError(f"--param {name} cannot be given like this: give {_TAKEN[name]}")
    return name, _json(value, f"--param {name}")


def _ids(text: str) -> list[int]:
    try:
        return [int(word) for word in _words(text)]
    except ValueError:
        raise UsageError(f"--ids {text!r} are not numbers separated by commas, as in --ids 7,12") from None


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
