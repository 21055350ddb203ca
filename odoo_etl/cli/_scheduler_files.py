"""`odoo-etl schedule --systemd` and the like: the files are printed, or put into a folder; notes go to stderr."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from odoo_etl.cli._streams import complain, say
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.runs import Workspace
    from odoo_etl.runs.scheduler_files import SchedulerPlace
    from odoo_etl.schedule_files import Written

_HELP = "Write the schedules for"
SystemdOption = Annotated[bool, typer.Option("--systemd", help=f"{_HELP} systemd: services and timers.")]
CronOption = Annotated[bool, typer.Option("--cron", help=f"{_HELP} cron: a crontab.")]
K8sOption = Annotated[bool, typer.Option("--k8s", help=f"{_HELP} Kubernetes: CronJobs.")]
GithubOption = Annotated[bool, typer.Option("--github", help=f"{_HELP} GitHub Actions: workflows.")]
AirflowOption = Annotated[bool, typer.Option("--airflow", help=f"{_HELP} Airflow 3: DAGs.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", show_default=False, help="Put the files there; default: stdout.")
]
ProgramOption = Annotated[
    str,
    typer.Option("--program", metavar="PATH", show_default=False, help="odoo-etl where they run; default: this one."),
]
FolderOption = Annotated[
    str,
    typer.Option("--folder", metavar="DIR", show_default=False, help="The project where they run; default: this one."),
]
UserOption = Annotated[
    str, typer.Option("--user", metavar="NAME", show_default=False, help="Who runs them; default: you.")
]


def put_scheduler_files(workspace: Workspace, platform: str, there: SchedulerPlace, out: Path | None) -> None:
    """Print or store the files of a platform.

    Raises:
        UsageError: no schedule can be written for it, or another file is in the place of one.
    """
    from odoo_etl.runs.scheduler_files import scheduler_files

    written = scheduler_files(workspace, platform, there)
    for note in written.notes:
        complain(f"note: {note}")
    if not written.files:
        raise UsageError(f"no schedule can be written for {platform}: `odoo-etl serve` runs them all")
    if out is None:
        _print(written)
        return
    _store(written, out)
    for step in written.steps:
        say(f"next: {step}")


def _print(written: Written) -> None:
    for number, one in enumerate(written.files):
        if len(written.files) > 1:
            say(("\n" if number else "") + f"==> {one.path} <==")
        say(one.text.rstrip("\n"))


def _store(written: Written, out: Path) -> None:
    """Store the files; one that is there and says something else stays."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        in_the_way = [one.path for one in written.files if _differs(out / one.path, one.text)]
        if in_the_way:
            raise UsageError(
                f"{out}: other files are there ({', '.join(in_the_way)}): move them, or give another --out"
            )
        for one in written.files:
            (out / one.path).write_text(one.text, "utf-8")
            say(f"written: {out / one.path}")
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}") from error


def _differs(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8", "replace") != text
