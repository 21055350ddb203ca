"""One run, while it goes on and afterwards, and commands that have no run yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_etl.dashboard.frame import NotThere, Page, Section, checked_key, checked_run, log_of
from odoo_etl.errors import UsageError
from odoo_etl.runs import show

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit


def _run(visit: Visit) -> Response:
    run = checked_run(visit.path["run"])
    try:
        found = show(visit.site.workspace, run)
    except UsageError as error:
        raise NotThere(f"there is no run {run}") from error
    return visit.render("run.html", found=found)


def _command(visit: Visit) -> Response:
    key = checked_key(visit.path["key"])
    log = log_of(visit.site.project(with_jobs=False).state_dir, key)
    if not log.exists():
        raise NotThere("there is no such command")
    return visit.render("command.html", told=log.read_text("utf-8", "replace"))


RUNS = Section("runs", (Page("/runs/{run}", "run", _run), Page("/commands/{key}", "command", _command)))
