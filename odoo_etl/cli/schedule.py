"""`odoo-etl schedule`: the schedules of the project; pause one, let it run again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._scheduler_files import (
    AirflowOption,
    CronOption,
    FolderOption,
    GithubOption,
    K8sOption,
    OutOption,
    ProgramOption,
    SystemdOption,
    UserOption,
    put_scheduler_files,
)
from odoo_etl.cli._streams import say

if TYPE_CHECKING:
    from odoo_etl.runs import Workspace


def schedule(
    *,
    pause: Annotated[
        str, typer.Option("--pause", metavar="NAME", show_default=False, help="Let a schedule rest until --unpause.")
    ] = "",
    unpause: Annotated[
        str, typer.Option("--unpause", metavar="NAME", show_default=False, help="Let it run again, from now on.")
    ] = "",
    run_now: Annotated[
        str,
        typer.Option(
            "--run-now", metavar="NAME", show_default=False, help="Let the server run it as soon as it is free."
        ),
    ] = "",
    systemd: SystemdOption = False,
    cron: CronOption = False,
    k8s: K8sOption = False,
    github: GithubOption = False,
    airflow: AirflowOption = False,
    out: OutOption = None,
    program: ProgramOption = "",
    folder: FolderOption = "",
    user: UserOption = "",
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """List the schedules: next times, how the last one went.

    `odoo-etl serve` runs them. A name is that of a job, `tag:x` or `project`.
    For a scheduler that you have, --systemd and the like write the files.
    """
    from odoo_etl.errors import UsageError
    from odoo_etl.runs.scheduler_files import SchedulerPlace

    wanted = {"systemd": systemd, "cron": cron, "k8s": k8s, "github": github, "airflow": airflow}
    platforms = [name for name, is_wanted in wanted.items() if is_wanted]
    if sum(map(bool, (pause, unpause, run_now, *platforms))) > 1:
        platform_options = ", ".join(f"--{name}" for name in wanted)
        raise UsageError(f"--pause, --unpause, --run-now, {platform_options}: one of them at a time")
    if not platforms and (out or program or folder or user):
        raise UsageError("--out, --program, --folder and --user are for files: say for whom, as in --systemd")
    chosen = workspace(project)
    if platforms:
        put_scheduler_files(chosen, platforms[0], SchedulerPlace(program, folder, user), out)
    elif pause:
        _pause(chosen, pause)
    elif unpause:
        _unpause(chosen, unpause)
    elif run_now:
        _run_now(chosen, run_now)
    else:
        _list(chosen, as_json=json_)


def _pause(chosen: Workspace, name: str) -> None:
    from odoo_etl import runs

    say(f"{name} is paused" if runs.pause(chosen, name, runs.person(os.environ)) else f"{name} was paused already")


def _unpause(chosen: Workspace, name: str) -> None:
    from odoo_etl import runs

    say(f"{name} runs again" if runs.unpause(chosen, name) else f"{name} was not paused")


def _run_now(chosen: Workspace, name: str) -> None:
    from odoo_etl import runs

    runs.run_now(chosen, name, runs.person(os.environ))
    say(f"{name} is asked for: a server takes it as soon as it is free (`odoo-etl serve`)")


def _list(chosen: Workspace, *, as_json: bool) -> None:
    from odoo_etl import runs
    from odoo_etl.reporting.scheduled import schedule_lines

    found = runs.schedules(chosen)
    if as_json:
        told = {"schedules": [asdict(one) for one in found]}
        typer.echo(json.dumps(told, ensure_ascii=False, default=lambda at: at.isoformat()))
        return
    for line in schedule_lines(found):
        say(line)
