"""The schedules of a project as files for a scheduler that somebody has."""

from __future__ import annotations

import getpass
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from odoo_etl.errors import UsageError
from odoo_etl.runs.workspace import Workspace
from odoo_etl.schedule_files import PLATFORMS, Place, ScheduledRun, Written
from odoo_etl.spec import Project, Scheduled, nearest, scheduled

PROGRAM = "odoo-etl"


@dataclass(frozen=True, slots=True)
class SchedulerPlace:
    """Where the runs are started, as far as it is another place than this.

    Attributes:
        program: the path of `odoo-etl`; "" for the one that runs now.
        folder: of the project; "" for where it is now.
        user: who runs them; "" for whoever asks.
    """

    program: str = ""
    folder: str = ""
    user: str = ""


def scheduler_files(
    project: Workspace | Path | str | None,
    platform: str,
    place: SchedulerPlace = SchedulerPlace(),
    *,
    now: datetime | None = None,
) -> Written:
    """Write the schedules of a project as files; nothing is put anywhere.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        platform: systemd, cron, k8s, github, airflow.
        place: where they are started.
        now: from when on the days on which clocks change are looked at.

    Raises:
        SpecError: a file of the project is invalid.
        UsageError: there is no such platform, or no schedule.
    """
    if platform not in PLATFORMS:
        raise UsageError(
            f"{platform}: files can be written for {', '.join(PLATFORMS)}; {nearest(platform, list(PLATFORMS))}"
        )
    opened = Workspace.of(project).load()
    runs = tuple(map(_run, scheduled(opened).values()))
    if not runs:
        raise UsageError('no job has a schedule: add `schedule: "0 2 * * *"` to a job, a tag, or project.yaml')
    return PLATFORMS[platform](runs, _place(opened, place, now or datetime.now(UTC)))


def _run(one: Scheduled) -> ScheduledRun:
    spec = one.spec
    return ScheduledRun(
        one.name,
        one.jobs,
        spec.cron,
        spec.timezone or "UTC",
        spec.jitter,
        spec.catch_up,
        spec.timeout,
        spec.retries,
        on_files=spec.on is not None,
    )


def _place(project: Project, there: SchedulerPlace, now: datetime) -> Place:
    return Place(
        program=there.program or _this_program(),
        project=str(there.folder or project.root.absolute()),
        user=there.user or getpass.getuser(),
        version=version(PROGRAM),
        now=now,
        variables=tuple(sorted(project.variables.asked - project.variables.named.keys())),
        environment=project.environment,
        is_production=project.is_production,
    )


def _this_program() -> str:
    """The path of the program beside the interpreter that runs, else that of PATH."""
    beside = Path(sys.executable).with_name(PROGRAM)
    return str(beside) if beside.is_file() else shutil.which(PROGRAM) or PROGRAM
