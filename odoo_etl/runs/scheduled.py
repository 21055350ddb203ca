"""The schedules of a project: when they run next, what became of their last times; paused, and asked to run at once.

What a server does with them is in `serving`; here is what a person or a program asks of the ledger.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_etl.errors import UsageError
from odoo_etl.runs.opening import OpenState, open_state
from odoo_etl.runs.workspace import Workspace
from odoo_etl.schedule_states import Health, ScheduleAttempt, ScheduleSlot, ScheduleState, SlotStatus
from odoo_etl.scheduling import timetable_of
from odoo_etl.spec import Project, Scheduled, nearest, scheduled

if TYPE_CHECKING:
    from odoo_etl.state import MetSchedule, Slot, Slots

NEXT_TIMES = 5
LAST_SLOTS = 10
LATE_S = 300.0  # a time that nothing has run for, so long after it was to start: no server is at work
_WELL = (0, 3)
_REJECTS = 3


def schedules(
    project: Workspace | Path | str | None = None, *, slots: int = LAST_SLOTS, now: Callable[[], float] = time.time
) -> list[ScheduleState]:
    """The schedules of a project, in the order of their names: when they run next, and how their last times went.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        slots: at most so many of the last slots of each.
        now: epoch seconds.

    Raises:
        SpecError: a file of the project is invalid.
        StateError: the ledger cannot be read.
    """
    return schedules_in(project, open_state, slots=slots, now=now)


def schedules_in(
    project: Workspace | Path | str | None,
    state: OpenState,
    *,
    slots: int = LAST_SLOTS,
    now: Callable[[], float] = time.time,
) -> list[ScheduleState]:
    """The same, as a ledger knows them that `state` opens."""
    with _opened(project, state) as (opened, known):
        met = known.met()
        return [_state(one, met.get(one.name), known, now(), slots) for one in scheduled(opened).values()]


def pause(project: Workspace | Path | str | None, name: str, by: str, *, now: Callable[[], float] = time.time) -> bool:
    """Let a schedule rest: it does not run by itself until `unpause`; what is at work goes on.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        name: of the schedule.
        by: who wants it, as others are told.

    Returns:
        False where it is paused already.

    Raises:
        UsageError: there is no such schedule.
    """
    with _opened(project) as (opened, known):
        return known.pause(_named(opened, name).name, by, now())


def unpause(project: Workspace | Path | str | None, name: str, *, now: Callable[[], float] = time.time) -> bool:
    """Let a schedule run again, from now on: nothing is made up for the times while it was paused.

    Returns:
        False where it is not paused.

    Raises:
        UsageError: there is no such schedule.
    """
    with _opened(project) as (opened, known):
        return known.unpause(_named(opened, name).name, now())


def run_now(
    project: Workspace | Path | str | None, name: str, by: str, *, now: Callable[[], float] = time.time
) -> ScheduleSlot:
    """Ask for a run of a schedule as soon as it is free, also of one that is paused; a server carries it out.

    Who asks while one is asked for, and has not begun, gets that one.

    Raises:
        UsageError: there is no such schedule.
    """
    with _opened(project) as (opened, known):
        return slot_told(known.ask(_named(opened, name).name, by, now()))


def slot_told(slot: Slot) -> ScheduleSlot:
    """A slot as a person or a program is told of it."""
    return ScheduleSlot(
        due=_moment(slot.due),
        why=slot.kind,
        status=_status(slot),
        run_ids=slot.run_ids,
        exit_code=slot.exit_code,
        started_at=_maybe(slot.started_at),
        finished_at=_maybe(slot.finished_at),
        attempts=tuple(
            ScheduleAttempt(
                one.verb, one.run_id, _moment(one.started_at), _maybe(one.finished_at), one.exit_code, one.log
            )
            for one in slot.attempts
        ),
        retry_at=_maybe(slot.retry_at),
        times=slot.times,
        asked_by=slot.asked_by,
        note=slot.note,
    )


@contextmanager
def _opened(project: Workspace | Path | str | None, state: OpenState = open_state) -> Iterator[tuple[Project, Slots]]:
    opened = Workspace.of(project).load()
    with state(opened) as ledger:
        yield opened, ledger.slots(opened.environment)


def _named(project: Project, name: str) -> Scheduled:
    known = scheduled(project)
    if name not in known:
        hint = nearest(name, list(known)) if known else 'give a job, a tag or project.yaml a `schedule: "0 2 * * *"`'
        raise UsageError(f"there is no schedule {name!r} ({hint})")
    return known[name]


def _state(one: Scheduled, met: MetSchedule | None, known: Slots, now: float, count: int) -> ScheduleState:
    spec, last = one.spec, known.last(one.name, count)
    timetable, told = timetable_of(one), tuple(map(slot_told, last))
    paused_at = met.paused_at if met else None
    since = None if met is None or met.definition != timetable.definition else met.since
    upcoming = [] if paused_at is not None else timetable.next(now, NEXT_TIMES)
    begun = since if since is not None else now
    covered = max(begun, known.accounted(one.name, now) or begun)
    overdue = any(timetable.start_of(due) < now - LATE_S for due in timetable.past(covered, now, 1))
    return ScheduleState(
        name=one.name,
        jobs=one.jobs,
        cron=spec.cron,
        timezone=spec.timezone or "UTC",
        on_files=spec.on is not None,
        jitter_s=spec.jitter,
        catch_up=spec.catch_up,
        timeout_s=spec.timeout,
        retries=spec.retries,
        next=tuple(_moment(timetable.start_of(due), spec.zone) for due in upcoming),
        slots=told,
        since=_maybe(since),
        paused_since=_maybe(paused_at),
        paused_by=met.paused_by if met else "",
        health=_health(told, is_paused=paused_at is not None, overdue=overdue),
    )


def _health(slots: Sequence[ScheduleSlot], *, is_paused: bool, overdue: bool) -> Health:
    if is_paused:
        return "paused"
    if any(one.status in {"running", "waiting"} for one in slots):
        return "running"
    if overdue:
        return "overdue"
    code = next((one.exit_code for one in slots if one.exit_code is not None), None)
    if code is None:
        return "never"
    return "failed" if code not in _WELL else "rejects" if code == _REJECTS else "ok"


def _status(slot: Slot) -> SlotStatus:
    if slot.state == "running":
        return "running" if slot.retry_at is None else "waiting"
    if slot.state == "ended":
        return "done" if slot.exit_code in _WELL else "failed"
    return slot.state


def _moment(at: float, zone: tzinfo = UTC) -> datetime:
    return datetime.fromtimestamp(at, zone)


def _maybe(at: float | None) -> datetime | None:
    return None if at is None else _moment(at)
