"""One run, while it goes on and afterwards: stopped, resumed; and commands that have no run yet."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from odoo_etl.dashboard.frame import Action, NotThere, Page, Section, checked_key, checked_run, log_of, start
from odoo_etl.dashboard.overview.live import live, part_of
from odoo_etl.errors import UsageError
from odoo_etl.reporting.events import EVENTS_FILE
from odoo_etl.reporting.live import Replay
from odoo_etl.reporting.next_steps import next_steps
from odoo_etl.reporting.past import FOLLOWED, OF
from odoo_etl.reporting.report import page_values
from odoo_etl.reporting.verdicts import Verdict, verdict
from odoo_etl.runs import interrupt_run, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.runs import ShownRun

REPORTED_WITHIN_S: Final = 5.0
MOST_SAID: Final = 64_000  # bytes of what a command said, the last ones
_RUNNING: Final = Verdict("plain", "running", "It is running")
_BUTTONS: Final = ("resume",)  # next steps that are a button here


def _run(visit: Visit) -> Response:
    found = _found(visit)
    if found.is_running or _is_being_reported(visit, found):
        return _running(visit, found)
    values = page_values(found.result, found.events)
    values["verdict"] = verdict(found.result, killed=found.is_killed)
    steps = next_steps(found.result, killed=found.is_killed)
    return visit.render(
        "run.html",
        **values | {"explained": lambda code: visit.url("code", code=code) if code else visit.url("codes")},
        **_story(visit, found),
        next_steps=steps,
        can_resume=any(f" {word} " in step.command for step in steps for word in _BUTTONS),
    )


def _is_being_reported(visit: Visit, found: ShownRun) -> bool:
    """Whether it has told its last event just now, and its report is yet to come."""
    events = found.folder / EVENTS_FILE
    if not found.missing or not events.is_file():
        return False
    return 0 <= visit.site.clock().timestamp() - events.stat().st_mtime < REPORTED_WITHIN_S


def _running(visit: Visit, found: ShownRun) -> Response:
    """How far it is; the page follows it from here on."""
    replay = Replay(found.folder)
    replay.read()
    part = part_of(visit, replay)
    run = replace(found.result, command=found.result.command or replay.command)
    return visit.render("run_live.html", run=run, verdict=_RUNNING, part=part, **_story(visit, found))


def _story(visit: Visit, found: ShownRun) -> dict[str, Any]:
    return {
        "found": found,
        "links": visit.links_of_run(found),
        "of_parent": OF.get(found.result.command, "after"),
        "followed": [
            (run, FOLLOWED.get(verb, verb)) for run, verb in (found.past.followed_by if found.past else {}).items()
        ],
    }


def _found(visit: Visit) -> ShownRun:
    run = checked_run(visit.path["run"])
    try:
        return show(visit.site.workspace, run)
    except UsageError as error:
        raise NotThere(f"there is no run {run}") from error


def _stop(visit: Visit) -> Response:
    run = checked_run(visit.path["run"])
    interrupt_run(visit.site.workspace, run)
    visit.site.tell(f"{visit.who} interrupted run {run}")
    return visit.go("run", run=run)


def _resume(visit: Visit) -> Response:
    run = _found(visit).result.run_id
    return start(visit, "resume", run, what=run)


def _command(visit: Visit) -> Response:
    """The page of a command that has no run yet; once it has one, the browser goes there."""
    key = checked_key(visit.path["key"])
    log = log_of(visit.site.project(with_jobs=False).state_dir, key)
    said = list(_said(log))
    run = next((one["run"] for one in said if one.get("event") == "run_started"), "")
    if run:
        return visit.go("run", run=str(run))
    launched = visit.site.started.get(key)
    is_ended = launched is None or launched.exit_code is not None
    lines = [str(one.get("text") or one.get("error") or one.get("raw") or "") for one in said]
    return visit.render("command.html", lines=[one for one in lines if one], is_ended=is_ended, launched=launched)


def _said(log: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log: objects, and others as `raw`. Raises NotThere: there is no such log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - MOST_SAID))
            text = file.read().decode("utf-8", "replace")
    except OSError as error:
        raise NotThere("there is no such command") from error
    for line in text.splitlines():
        try:
            known = json.loads(line)
        except ValueError:
            known = None
        yield known if isinstance(known, dict) else {"raw": line}


RUNS: Final = Section(
    "history",
    (
        Page("/runs/{run}", "run", _run),
        Page("/runs/{run}/live", "run_live", live),
        Action("/runs/{run}/stop", "stop_run", _stop),
        Action("/runs/{run}/resume", "resume_run", _resume),
        Page("/commands/{key}", "command", _command),
    ),
)
