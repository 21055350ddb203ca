"""The channels of `alerts` are told what a run shows, when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.alerting import Delivery, EndedRun, alerts_of, judge_run, unusable
from odoo_etl.errors import OdooEtlError, StateError
from odoo_etl.kept_errors import KeptError
from odoo_etl.private_files import write_mark
from odoo_etl.results import RunResult
from odoo_etl.runs.opening import OpenState
from odoo_etl.runs.work import Arguments
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import AlertsSpec, Project
from odoo_etl.state import Judged

MARK: Final = ".alerted"  # in the state folder; as old as the last time that channels were told without the ledger
UNKEPT_EACH_S: Final = 3_600.0
UNKEPT: Final = (
    "the ledger cannot be used, so channels of `alerts` are told what is wrong once an hour, and not that it is over"
)


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
        project = _project(ended, workspace)
        spec = None if project is None else alerts_of(project)
        if project is not None and spec is not None:
            for told in _told(ended, project, spec, workspace, state):
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


def _told(ended: Ended, project: Project, spec: AlertsSpec, workspace: Workspace, state: OpenState) -> list[str]:
    def clock() -> float:
        return workspace.clock().timestamp()

    delivery, now = Delivery(clock), clock()

    def judged(memory: Callable[[str], Sequence[int]]) -> list[Judged]:
        return judge_run(EndedRun(ended.result, not ended.arguments.full_refresh, memory, now), project, spec)

    try:
        with state(project) as ledger:
            known = ledger.alerts
            found = judged(lambda subject: known.memory(project.environment, subject, "volume") or [])
            known.note(project.environment, found, now)
            return [*unusable(project), *delivery.tell(known, project, spec)]
    except StateError:
        if not _is_due(project.state_dir / MARK):
            return [UNKEPT]
        return [UNKEPT, *delivery.tell_unkept(judged(lambda _: ()), project, spec)]


def _is_due(mark: Path) -> bool:
    """Whether so long nothing was told without the ledger; if so, something is told now."""
    if mark.exists() and 0 <= time.time() - mark.stat().st_mtime < UNKEPT_EACH_S:
        return False
    with suppress(OSError):  # nobody remembers then: better told twice than not at all
        write_mark(mark)
    return True
