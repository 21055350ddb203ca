"""`odoo-etl undo`: take a run back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import chosen, writes
from odoo_etl.cli._completion import runs
from odoo_etl.cli._plans import SHOWN, CsvOption, HtmlOption, KeepOption, ShowOption, output_of
from odoo_etl.cli._project import JsonOption, ProjectOption
from odoo_etl.cli._run import carry_out
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


@writes
def undo(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            show_default=False,
            autocompletion=runs,
            help="The run's id, the beginning of it, or `last`.",
        ),
    ],
    *,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would be done.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete what the run created, also where it could be archived.")
    ] = False,
    show: ShowOption = str(SHOWN),
    csv: CsvOption = None,
    html: HtmlOption = None,
    keep: KeepOption = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Take a run back: put back what it replaced.

    What it created is archived. Records that somebody changed since stay as they are.
    """
    output = output_of(show, csv, html, keep=keep)
    if not plan and output.needs_every:
        raise UsageError("--show all, --csv, --html and --keep show what would be done: give --plan, too")
    if not plan and not chosen().approved:
        _ask(run)

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import undo

        return undo(
            workspace, run, delete=delete, plan_shown=output.show if plan else None, every_change=output.needs_every
        )

    carry_out(use_case, project, as_json=json_, planned=output if plan else None)


def _ask(run: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("undo writes to Odoo: give --yes, or look first with --plan")
    typer.confirm(f"Undo run {run}? (`odoo-etl undo {run} --plan` shows what would be done)", abort=True)
