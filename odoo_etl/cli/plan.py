"""`odoo-etl plan`: what `run` would write, without writing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._plans import SHOWN, CsvOption, HtmlOption, KeepOption, ShowOption, output_of
from odoo_etl.cli._project import FullRefreshOption, JsonOption, LimitOption, ProjectOption, Selectors
from odoo_etl.cli._run import carry_out

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


def plan(
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    show: ShowOption = str(SHOWN),
    csv: CsvOption = None,
    html: HtmlOption = None,
    limit: LimitOption = None,
    full_refresh: FullRefreshOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", show_default=False, help="Keep the plan in a file, for `apply`."),
    ] = None,
    keep: KeepOption = False,
    json_: JsonOption = False,
    detailed_exitcode: Annotated[bool, typer.Option(help="Exit with 8 when changes are pending.")] = False,
) -> None:
    """Tell what a run would do, record by record, without writing.

    Counts of what it would create, update, leave and reject, and the first changes.
    """
    output = output_of(show, csv, html, keep=keep)

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import plan

        return plan(
            workspace,
            jobs or [],
            limit=limit,
            full_refresh=full_refresh,
            show=output.show,
            every_change=output.needs_every,
            detailed_exitcode=detailed_exitcode,
            out=out,
            keep=keep,
        )

    carry_out(use_case, project, as_json=json_, planned=output)
