"""The page of schedules: next times, last ones; pause, run again, run now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from odoo_etl.dashboard.frame import Action, Page, Section, check_confirmed
from odoo_etl.runs import pause, run_now, schedules, unpause
from odoo_etl.scheduling import cron_words

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit

# Tones of chips, by health of a schedule and by what became of a slot.
TONES: Final[Mapping[str, str]] = {
    "ok": "good",
    "done": "good",
    "rejects": "warn",
    "overdue": "warn",
    "missed": "warn",
    "waiting": "warn",
    "failed": "bad",
    "running": "plain",
    "asked": "plain",
}


def _schedule(visit: Visit) -> Response:
    now = visit.site.clock()
    found = schedules(visit.site.workspace, now=now.timestamp)
    return visit.render(
        "schedule.html", schedules=found, tones=TONES, in_words=cron_words, at=_at, server=_local(now).tzinfo
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone()


def _at(moment: datetime, zone: tzinfo | None = None) -> str:
    """`Mon 30 Nov, 02:00`, in its own timezone or another."""
    return f"{moment.astimezone(zone) if zone else moment:%a %d %b, %H:%M}"


def _change(visit: Visit, change: Callable[[str], object], told: str) -> Response:
    name = visit.text("name")
    change(name)
    visit.site.tell(f"{visit.who} {told} the schedule {name}")
    return visit.go("schedule")


def _pause(visit: Visit) -> Response:
    space, now = visit.site.workspace, visit.site.clock().timestamp
    return _change(visit, lambda name: pause(space, name, visit.who, now=now), "paused")


def _unpause(visit: Visit) -> Response:
    space, now = visit.site.workspace, visit.site.clock().timestamp
    return _change(visit, lambda name: unpause(space, name, now=now), "unpaused")


def _run_now(visit: Visit) -> Response:
    check_confirmed(visit)
    space, now = visit.site.workspace, visit.site.clock().timestamp
    return _change(visit, lambda name: run_now(space, name, visit.who, now=now), "asked for a run of")


SCHEDULE = Section(
    "schedule",
    (
        Page("/schedule", "schedule", _schedule),
        Action("/schedule/pause", "schedule_pause", _pause),
        Action("/schedule/unpause", "schedule_unpause", _unpause),
        Action("/schedule/run", "schedule_run", _run_now),
    ),
    "Schedule",
    "schedule",
)
