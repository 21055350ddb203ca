"""The options that say where the changes of a plan go, and its output; `plan` and `undo --plan` share them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from odoo_etl.cli._colours import Printer, room
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.results import RunResult

ALL: Final = "all"
SHOWN: Final = 10  # changes of each job


def shown_changes(text: str) -> str:
    """The argument of `--show`, looked at.

    Raises:
        BadParameter: it is neither a number nor the word.
    """
    if text != ALL and not (text.isascii() and text.isdigit()):
        raise typer.BadParameter(f"{text!r} is neither a number nor `{ALL}`")
    return text


ShowOption = Annotated[
    str, typer.Option("--show", metavar="N|all", parser=shown_changes, help="How many changes of each job to show.")
]
CsvOption = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", show_default=False, help="Write every change to FILE, a row a field."),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", show_default=False, help="Write the changes to FILE, a page to read."),
]
KeepOption = Annotated[
    bool, typer.Option("--keep", help="Keep it in the run's folder, with every change: the page shows it.")
]


@dataclass(frozen=True, slots=True)
class PlanOutput:
    """Where the changes of a plan go.

    Attributes:
        show: how many of each job are shown.
        every: show all of them.
        csv, html: the files that they are written to.
        keep: they stay in the run's folder.
    """

    show: int = SHOWN
    every: bool = False
    csv: Path | None = None
    html: Path | None = None
    keep: bool = False

    @property
    def needs_every(self) -> bool:
        """Whether the plan must keep all changes."""
        return self.every or self.keep or self.csv is not None or self.html is not None


def output_of(show: str, csv: Path | None, html: Path | None, *, keep: bool = False) -> PlanOutput:
    """Where the options want the changes of a plan to go.

    Raises:
        UsageError: a file cannot be written there; nothing was read yet.
    """
    for path in filter(None, (csv, html)):
        if path.is_dir() or not path.absolute().parent.is_dir():
            why = "is a folder" if path.is_dir() else "is in no folder that is there"
            raise UsageError(f"{path} {why}: name a file in a folder that is there; nothing was planned")
    return PlanOutput(SHOWN if show == ALL else int(show), show == ALL, csv, html, keep)


def put_out(result: RunResult, output: PlanOutput, *, as_json: bool) -> None:
    """Write the files that were asked for, then print the plan.

    Raises:
        CannotReport: a file cannot be written.
        CannotPrint: standard output takes no more.
    """
    from odoo_etl.reporting import plans
    from odoo_etl.reporting.text import report_line
    from odoo_etl.reporting.words import shown_path

    if output.csv is not None:
        plans.write_changes_csv(result, output.csv)
    if output.html is not None:
        plans.write_changes_page(result, output.html)
    if as_json:
        for part in plans.document_parts(result, every=output.every):
            typer.echo(part, nl=False)
        typer.echo()
        return
    say = Printer()
    for line in plans.plan_lines(result, every=output.every, room=room(plans.ROOM)):
        say(*line)
    for path in filter(None, (output.csv, output.html)):
        say(f"changes: {shown_path(path)}")
    say(report_line(result))
