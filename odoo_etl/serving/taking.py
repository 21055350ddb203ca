"""Taking slots: which one a schedule is to run for, decided while no other server can decide the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from odoo_etl.scheduling import Missed, due_now, timetable_of
from odoo_etl.serving.arrivals import Arrived
from odoo_etl.serving.station import Station
from odoo_etl.spec import Scheduled
from odoo_etl.state import SET_BACK_S, MetSchedule, Slot, SlotKind

ELSEWHERE_S = 10.0  # how often we try whether another server still has a schedule
NAMED_FILES = 3
MISSED: Final = "no server could run it in time"
MERGED: Final = "made up for by the later time that ran"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A schedule that something may be run for, as far as is known without its lock."""

    start: float
    schedule: str
    kind: SlotKind


class Taking:
    """Memory of the times of schedules, so that the ledger need not be asked at each step."""

    def __init__(self, station: Station) -> None:
        self._station, self._clock = station, station.parts.clock
        self._accounted: dict[str, float] = {}
        self._next: dict[str, tuple[Scheduled, float, float]] = {}
        self._elsewhere: dict[str, float] = {}

    # Who has it

    def elsewhere(self, schedule: str) -> None:
        """Another server has it now."""
        self._elsewhere[schedule] = self._clock.monotonic()
        self.forget(schedule)

    def is_elsewhere(self, schedule: str) -> bool:
        """Whether another server had it a moment ago."""
        at = self._elsewhere.get(schedule)
        return at is not None and self._clock.monotonic() - at < ELSEWHERE_S

    def forget(self, schedule: str) -> None:
        """Ask the ledger again for its times."""
        self._accounted.pop(schedule, None)
        self._next.pop(schedule, None)

    # Its times

    def next_start(self, one: Scheduled, known: MetSchedule) -> float:
        """When the first time of a schedule starts that nothing has run for; infinite where there is none."""
        since = self._since(one.name, known)
        cached = self._next.get(one.name)
        if cached is None or cached[:2] != (one, since):
            table = timetable_of(one)
            due = next(table.after(since), None)
            cached = one, since, float("inf") if due is None else table.start_of(due)
            self._next[one.name] = cached
        return cached[2]

    def _since(self, schedule: str, known: MetSchedule) -> float:
        """Up to when its times are accounted for."""
        now = self._clock.now()
        if known.since > now + SET_BACK_S:
            self._station.slots.restart(schedule, now)
            return now
        accounted = self._accounted.get(schedule)
        if accounted is None or accounted > now:
            found = self._station.slots.accounted(schedule, now)
            accounted = self._accounted[schedule] = known.since if found is None else found
        return max(accounted, known.since)

    # Slots, while we hold the lock of the schedule

    def slot(
        self, candidate: Candidate, one: Scheduled, known: MetSchedule | None, arrived: Arrived | None
    ) -> Slot | None:
        """The slot to run for, ours in the ledger; None where there is none any more."""
        if any(slot.schedule == one.name and slot.state == "running" for slot in self._station.slots.open()):
            return None  # its server is gone: it is adopted first
        self.forget(one.name)
        if candidate.kind == "now":
            return self._asked(one.name)
        if candidate.kind == "files":
            return None if arrived is None else self._of_files(one.name, arrived)
        return None if known is None else self._of_time(one, known)

    def left(self, schedule: str) -> Slot | None:
        """The slot that a server has left at work, which is ours now."""
        for slot in self._station.slots.open():
            if slot.schedule == schedule and slot.state == "running":
                mine = replace(slot, claim=self._station.token)
                return mine if self._station.slots.put(mine, slot.claim) else None
        return None

    def _asked(self, schedule: str) -> Slot | None:
        for slot in self._station.slots.open():
            if slot.schedule == schedule and slot.state == "asked":
                mine = replace(slot, state="running", claim=self._station.token)
                return mine if self._station.slots.put(mine, "") else None
        return None

    def _of_files(self, schedule: str, arrived: Arrived) -> Slot | None:
        new = set(arrived.keys) - self._station.slots.seen(schedule)
        if not new:  # another server was faster
            return None
        names = ", ".join(arrived.files[:NAMED_FILES])
        more = len(arrived.files) - NAMED_FILES
        now = self._clock.now()
        slot = Slot(schedule, now, "files", "running", now, claim=self._station.token)
        if not self._station.slots.add(slot, seen=arrived.keys):
            return None
        text = f"{schedule}: {names}{f' and {more} more' if more > 0 else ''}"
        self._station.tell("files_arrived", text, schedule=schedule, files=len(arrived.files))
        return slot

    def _of_time(self, one: Scheduled, known: MetSchedule) -> Slot | None:
        due = due_now(timetable_of(one), one.spec.catch_up, self._since(one.name, known), self._clock.now())
        missed = (
            [] if due.missed is None else [self._missed(one.name, due.missed, MISSED if due.run is None else MERGED)]
        )
        new = (
            [] if due.run is None else [Slot(one.name, due.run, "time", "running", due.run, claim=self._station.token)]
        )
        if not missed and not new:
            return None
        added = self._station.slots.add(*missed, *new)
        self.forget(one.name)
        if not added:  # it ran before the clock was set back
            self._accounted[one.name] = max(slot.due for slot in (*missed, *new))
            return None
        for slot in missed:
            text = f"{one.name}: {slot.times} time{'s' if slot.times > 1 else ''} missed: {slot.note}"
            self._station.tell("missed", text, level="warning", schedule=one.name, times=slot.times)
        return new[0] if new else None

    def _missed(self, schedule: str, missed: Missed, why: str) -> Slot:
        now, times = self._clock.now(), missed.times
        return Slot(schedule, missed.last, "time", "missed", missed.first, times, finished_at=now, note=why)
