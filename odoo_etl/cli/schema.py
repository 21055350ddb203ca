"""`odoo-etl schema`: the JSON Schema that editors check job and project files with."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """The two kinds of files."""

    JOB = "job"
    PROJECT = "project"


def schema(kind: Annotated[Kind, typer.Argument(help="Which file it describes.")] = Kind.JOB) -> None:
    """Print the JSON Schema of a job file or of project.yaml."""
    from odoo_etl.spec.json_schema import json_schema

    typer.echo(json.dumps(json_schema(kind.value), indent=2, ensure_ascii=False))
