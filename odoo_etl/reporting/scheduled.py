"""The schedules of a project as text: when each runs next, and how its last time went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from odoo_etl.reporting.words import counted, in_one_line
from odoo_etl.schedule_states import ScheduleSlot, ScheduleState

SHOWN_NEXT = 3
NO_SCHEDULE = 'no job has a schedule: give a job, a tag or project.yaml one, for example schedule: "0 2 * * *"'


def schedule_lines(schedules: Sequence[ScheduleState]) -> Iterator[str]:
    """All that is to be said of some schedules."""
    if not schedules:
        yield NO_SCHEDULE
    for one in schedules:
        yield f"{one.name}: {_times(one)}"
        if one.jobs != (one.name,):
            yield f"    jobs    {', '.join(one.jobs)}"
        if one.paused_since is not None:
            yield f"    paused  since {_moment(one.paused_since, _zone(one))} by {one.paused_by}"
        elif one.next:
            yield f"    next    {', '.join(_moment(at, _zone(one)) for at in one.next[:SHOWN_NEXT])}"
        yield f"    last    {_last(one)}"


def _times(one: ScheduleState) -> str:
    parts = [f"{one.cron} {one.timezone}"] if one.cron else []
    return " and ".join([*parts, *(["when files arrive"] if one.on_files else [])])


def _last(one: ScheduleState) -> str:
    missed = f"; {counted(one.missed, 'time')} missed" if one.missed else ""
    if one.health == "overdue":
        missed += "; overdue: no server runs it, `odoo-etl serve` does"
    if one.last is None:
        return f"never ran{missed}"
    return f"{_slot_line(one.last, _zone(one))}{missed}"


def _slot_line(slot: ScheduleSlot, zone: tzinfo | None) -> str:
    """A slot in one line: when it began, and what became of it."""
    began = _moment(slot.started_at, zone) if slot.started_at else ""
    code = "" if slot.exit_code is None else f", exit code {slot.exit_code}"
    run = f", run {slot.run_ids[-1]}" if slot.run_ids else ""
    return in_one_line(f"{began}: {slot.status}{code}{run}{f' ({slot.note})' if slot.note else ''}")


def _zone(one: ScheduleState) -> tzinfo | None:
    """The one that the line of its times names; where files start it, that of this machine."""
    return ZoneInfo(one.timezone) if one.cron else None


def _moment(at: datetime, zone: tzinfo | None) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
