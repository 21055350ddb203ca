"""`odoo-etl retry`: run a job on the rows that it had rejected."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._choice import writes
from odoo_etl.cli._completion import runs
from odoo_etl.cli._project import JsonOption, ProjectOption
from odoo_etl.cli._run import carry_out
from odoo_etl.cli._streams import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_etl.results import RunResult
    from odoo_etl.runs import NewKey, Workspace

SHOWN = 10


@writes
def retry(
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]",
            show_default=False,
            autocompletion=runs,
            help="The run's id, or the beginning of it; default: the last one with rejects.",
        ),
    ] = "last",
    jobs: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB...]", show_default=False, help="Only these jobs of it.")
    ] = None,
    *,
    accept_new_keys: Annotated[
        bool,
        typer.Option(
            "--accept-new-keys",
            help="Rows whose key is another one than when they were rejected are other records, and meant.",
        ),
    ] = False,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Run jobs on just the rows that they rejected.

    Mend them in the rejects file, or mend Odoo, first.
    What lands leaves the file; what is rejected again stays there, with its new reason.
    """

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import retry

        ask = _ask if sys.stdin.isatty() and not json_ else False
        return retry(workspace, run, jobs or [], accept_new_keys=accept_new_keys or ask)

    carry_out(use_case, project, as_json=json_)


def _ask(keys: Sequence[NewKey]) -> bool:
    """Whether rows with other keys are meant: each would be another record."""
    rows = "1 row has" if len(keys) == 1 else f"{len(keys):,} rows have"
    say(f"{rows} another key than when they were rejected:")
    for one in keys[:SHOWN]:
        say(f"  {one.job}: {'(a new row)' if one.old is None else one.old} → {one.new}")
    if (more := len(keys) - SHOWN) > 0:
        say(f"  {more:,} more")
    return typer.confirm("Another key is another record. Take them as they are? (Else they stay in the file.)")
