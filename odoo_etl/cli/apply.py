"""`odoo-etl apply`: carry out exactly what a plan file says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption
from odoo_etl.cli._run import carry_out

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plan file, from `odoo-etl plan --out FILE`.")],
    *,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Carry out a plan file: exactly that, or nothing.

    Exit code 7: something has changed since; it is named, and was not written.
    """

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import apply

        return apply(workspace, file)

    carry_out(use_case, project, as_json=json_)
