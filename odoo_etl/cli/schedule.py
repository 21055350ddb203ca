"""`odoo-etl schedule`: the schedules of the project; pause one, let it run again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Annotated

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
    from odoo_etl import runs
    from odoo_etl.errors import UsageError
    from odoo_etl.reporting.scheduled import schedule_lines
    from odoo_etl.runs.scheduler_files import SchedulerPlace

    wanted = {"systemd": systemd, "cron": cron, "k8s": k8s, "github": github, "airflow": airflow}
    platforms = [name for name, is_wanted in wanted.items() if is_wanted]
    if sum(map(bool, (pause, unpause, run_now, *platforms))) > 1:
        platform_options = ", ".join(f"--{name}" for name in wanted)
        raise UsageError(f"--pause, --unpause, --run-now, {platform_options}: one of them at a time")
    if not platforms and (out or program or folder or user):
        raise UsageError("--out, --program, --folder and --user are for files: say for whom, as in --systemd")
    chosen = workspace(project)
    for platform in platforms:
        put_scheduler_files(chosen, platform, SchedulerPlace(program, folder, user), out)
        return
    by = runs.person(os.environ)
    if pause:
        say(f"{pause} is paused" if runs.pause(chosen, pause, by) else f"{pause} was paused already")
    if unpause:
        say(f"{unpause} runs again" if runs.unpause(chosen, unpause) else f"{unpause} was not paused")
    if run_now:
        runs.run_now(chosen, run_now, by)
        say(f"{run_now} is asked for: a server takes it as soon as it is free (`odoo-etl serve`)")
    if pause or unpause or run_now:
        return
    found = runs.schedules(chosen)
    if json_:
        told = {"schedules": [asdict(one) for one in found]}
        typer.echo(json.dumps(told, ensure_ascii=False, default=lambda at: at.isoformat()))
        return
    for line in schedule_lines(found):
        say(line)
