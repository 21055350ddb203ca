"""Results of `schedules`: when jobs run by themselves, and what became of the last times. All times have a timezone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Health = Literal["paused", "running", "overdue", "failed", "rejects", "ok", "never"]
SlotStatus = Literal["asked", "running", "waiting", "done", "failed", "missed"]


@dataclass(frozen=True, slots=True)
class ScheduleAttempt:
    """One process of a slot.

    Attributes:
        verb: `run`, or `resume`.
        run_id: "" where no run began, or none has yet.
        exit_code: None while it is at work.
        log: the file that has what it said, on the machine of the server.
    """

    verb: str
    run_id: str
    started_at: datetime
    finished_at: datetime | None
    exit_code: int | None
    log: str


@dataclass(frozen=True, slots=True)
class ScheduleSlot:
    """One time of a schedule, and what became of it. All times are in UTC.

    Attributes:
        due: the time that is meant; of files, when they had arrived.
        why: `time`, `files`, or `now` where somebody asked.
        status: `asked`: a server is to take it; `waiting`: for its next attempt; `missed`: nothing runs for it.
        run_ids: of its attempts, in order.
        exit_code: None as long as it goes on, and of a missed one.
        times: how many times of the cron it stands for: more than one where several were missed.
        note: what a person should know of it.
    """

    due: datetime
    why: str
    status: SlotStatus
    run_ids: tuple[str, ...]
    exit_code: int | None
    started_at: datetime | None
    finished_at: datetime | None
    attempts: tuple[ScheduleAttempt, ...] = ()
    retry_at: datetime | None = None
    times: int = 1
    asked_by: str = ""
    note: str = ""

    @property
    def late_s(self) -> float | None:
        """How long after its time it began, in seconds; jitter counts as well."""
        return None if self.started_at is None else max(0.0, (self.started_at - self.due).total_seconds())

    @property
    def elapsed_s(self) -> float | None:
        """How long it took, in seconds; None where it did not begin or has not ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule of a project, and how it is.

    Attributes:
        name: of its job; `tag:x`; or `project`.
        jobs: that run by it, together in one run.
        cron: its five fields; "" where only files start it.
        timezone: in which they are meant.
        on_files: whether the arrival of files starts it, too.
        jitter_s, catch_up, timeout_s, retries: as its key says.
        next: the next times that it is to start at, jitter included, in its timezone; none while it is paused.
        slots: the last ones, newest first.
        since: from when on its times count; None where no server has met it yet.
        paused_since, paused_by: None and "" where it is not paused.
        health: the worst that holds: `overdue` where a time has passed and nothing ran, so that no server is at work.
    """

    name: str
    jobs: tuple[str, ...]
    cron: str
    timezone: str
    on_files: bool
    jitter_s: float
    catch_up: str
    timeout_s: float | None
    retries: int
    next: tuple[datetime, ...]
    slots: tuple[ScheduleSlot, ...]
    since: datetime | None
    paused_since: datetime | None
    paused_by: str
    health: Health

    @property
    def last(self) -> ScheduleSlot | None:
        """The last slot that was run for, or is being."""
        return next((one for one in self.slots if one.attempts), None)

    @property
    def missed(self) -> int:
        """How many times were missed, among the last slots."""
        return sum(one.times for one in self.slots if one.status == "missed")
