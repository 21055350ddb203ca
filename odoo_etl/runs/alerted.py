"""The channels of `alerts` are told what a run shows, what they are, and what is to be told by the clock."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from odoo_etl.alerting import Delivery, EndedRun, alerts_of, judge_run, unusable
from odoo_etl.errors import OdooEtlError
from odoo_etl.kept_errors import KeptError
from odoo_etl.results import RunResult
from odoo_etl.runs.perform import Arguments
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Project
from odoo_etl.state import Ledger

OpenState = Callable[[Project], AbstractContextManager[Ledger]]


@dataclass(frozen=True, slots=True)
class Ended:
    """A run whose work is over.

    Attributes:
        arguments: as far as they are known.
        project: None where its files are not valid.
    """

    result: RunResult
    arguments: Arguments
    project: Project | None


def tell_channels(ended: Ended, workspace: Workspace, state: OpenState, note: Callable[[str], object]) -> None:
    """Judge a run, and tell the channels what they are owed. It never fails a run: what goes wrong is noted."""
    if ended.result.is_plan or ended.arguments.limit is not None:  # somebody tries something, and looks at it
        return
    with KeptError() as kept:
        if (project := _project(ended, workspace)) is not None:
            for told in _told(ended, project, workspace, state):
                note(told)
    if kept.why:
        note(f"the channels of `alerts` could not be told of the run: {kept.why}")


def _project(ended: Ended, workspace: Workspace) -> Project | None:
    """The project; where job files are not valid, what project.yaml says."""
    if ended.project is not None:
        return ended.project
    try:
        return workspace.load(with_jobs=False)
    except OdooEtlError:
        return None


def _told(ended: Ended, project: Project, workspace: Workspace, state: OpenState) -> list[str]:
    spec = alerts_of(project)
    if spec is None:
        return []

    def clock() -> float:
        return workspace.clock().timestamp()

    with state(project) as ledger:

        def memory(subject: str) -> list[int]:
            return ledger.alerts.memory(project.environment, subject, "volume") or []

        run = EndedRun(ended.result, not ended.arguments.full_refresh, memory, clock())
        judged = judge_run(run, project, spec)
        ledger.alerts.note(project.environment, judged, run.now)
        return [*unusable(project), *Delivery(clock).tell(ledger.alerts, project, spec)]
