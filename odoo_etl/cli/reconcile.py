"""`odoo-etl reconcile`: how Odoo differs from the sources of jobs, without writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, Selectors
from odoo_etl.cli._run import carry_out

if TYPE_CHECKING:
    from odoo_etl.results import RunResult
    from odoo_etl.runs import Workspace


def reconcile(
    jobs: Selectors = None,
    *,
    project: ProjectOption = None,
    show: Annotated[int, typer.Option(min=0, help="How many differing records of each job to show.")] = 10,
    json_: JsonOption = False,
) -> None:
    """Compare Odoo with the sources of jobs, without writing.

    Record by record, and as control sums.
    """

    def use_case(workspace: Workspace) -> RunResult:
        from odoo_etl.runs import reconcile

        return reconcile(workspace, jobs or [], show=show)

    carry_out(use_case, project, as_json=json_)
