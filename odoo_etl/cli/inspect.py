"""`odoo-etl inspect`: the fields of a model, and how well some of them tell its records apart."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from typing import Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._streams import say


def inspect(
    model: Annotated[str, typer.Argument(help="For example res.partner.")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD[,FIELD]", show_default=False, help="How often values of these fields stand on records."
        ),
    ] = None,
    fields: Annotated[str, typer.Option(metavar="NAME[,NAME]", help="Only such fields; * and ? stand for any.")] = "",
    search: Annotated[str, typer.Option(metavar="WORD", help="Only fields with it in name, label or values.")] = "",
    details: Annotated[bool, typer.Option("--details", help="Everything that is known of each field.")] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no server: read what `schema pull` has kept.")
    ] = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Describe the fields of a model, and how well a key fits.

    Types, what is required, selections, relations, what Odoo computes from what.

    With --key: how many records have a value, no value, or one that others have, too. Nothing is written.
    """
    from odoo_etl.reporting.inspected import inspected_lines
    from odoo_etl.runs import inspect as inspect_model

    report = inspect_model(workspace(project), model, key=_split(key), offline=offline)
    report = report.only(fields, search)
    if json_:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False, default=str))
        return
    for line in inspected_lines(report, shutil.get_terminal_size().columns, details=details):
        say(line)


def _split(names: list[str] | None) -> list[str]:
    return [one.strip() for text in names or () for one in text.split(",") if one.strip()]
