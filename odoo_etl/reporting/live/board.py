"""The state of a run as somebody who watches sees it. It takes no lock: a signal may come at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from odoo_etl.events import Answered, Phase, Wait
from odoo_etl.observers import NoObserver
from odoo_etl.reporting.live.figures import Speed
from odoo_etl.results import Counts, JobResult

FIGURES = {"created": 1, "updated": 2, "unchanged": 3, "skipped": 4, "rejected": 0}  # to what gives way first: 4


@dataclass(slots=True)
class JobState:
    """One job by now.

    Attributes:
        began: when it was first heard of, in seconds of the clock.
        rows: so many come; None while the source is read.
        exported: records of an export that are kept.
        resumed: rows that an earlier run had done.
        calls: on their way, the oldest first.
        heard_at: when the last call was answered, or the first one sent.
        wait: what it waited for last.
        wait_until: when that wait is over.
        ended: its result, once it has one.
    """

    job: str
    began: float
    phase: Phase | None = None
    rows: int | None = None
    counts: Counts = field(default_factory=Counts)
    exported: int = 0
    resumed: int = 0
    calls: Sequence[str] = ()
    heard_at: float = 0.0
    wait: Wait | None = None
    wait_until: float = 0.0
    speed: Speed | None = None
    ended: JobResult | None = None

    @property
    def done(self) -> int:
        """Rows whose outcome is known."""
        return min(self.counts.accounted + self.exported, self.rows or 0)

    def per_s(self, now: float) -> float:
        """Rows a second, without those that an earlier run had done."""
        return self.speed.per_s(now) if self.speed else 0.0

    def left_s(self, now: float) -> float | None:
        """Seconds until the last row, at this speed; None where nobody knows."""
        speed = self.per_s(now)
        if self.rows is None or not speed:
            return None
        return (self.rows - self.done) / speed

    def waits(self, now: float) -> Wait | None:
        """The wait that it is in now, with the seconds that are left."""
        wait, until = self.wait, self.wait_until
        return replace(wait, seconds=until - now) if wait and until > now else None


class Board(NoObserver):
    """All jobs of a run by now.

    Args:
        clock: seconds, from any beginning on.

    Attributes:
        jobs: those that were heard of, by name.
        chosen: those that the run is about.
        stopping: a signal has come.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.began = clock()
        self.jobs: dict[str, JobState] = {}
        self.chosen: Sequence[str] = ()
        self.stopping = False

    def stop(self) -> None:
        """Know it, and no more: this is called while a signal is handled."""
        self.stopping = True

    def now(self) -> float:
        """The time, in seconds of the clock."""
        return self._clock()

    def running(self) -> list[JobState]:
        """The jobs that are at work, or were when the run ended."""
        return [job for job in list(self.jobs.values()) if job.ended is None]

    def finished(self) -> int:
        """How many of the chosen jobs have ended."""
        return sum(name in self.jobs and self.jobs[name].ended is not None for name in self.chosen)

    def rows(self) -> int:
        """Rows of all jobs whose outcome is known."""
        return sum(job.counts.accounted for job in list(self.jobs.values()))

    def jobs_chosen(self, jobs: Sequence[str]) -> None:
        """Know how many there are."""
        self.chosen = tuple(jobs)

    def phase(self, job: str, phase: Phase) -> None:
        """Know what it is at; a job that had ended is looked at once more."""
        state = self._job(job)
        state.phase, state.ended = phase, None
        if phase in {Phase.ROWS, Phase.EXPORT} or (phase is Phase.UNDO and state.speed is None):
            state.speed = Speed(self._clock())

    def job_started(self, job: str, rows: int) -> None:
        """Know how many rows it has."""
        self._job(job).rows = rows

    def resumed(self, job: str, rows: int) -> None:
        """Leave them out of the speed."""
        self._job(job).resumed += rows

    def calling(self, job: str, calls: Sequence[str]) -> None:
        """Know which calls are on their way."""
        state = self._job(job)
        if not state.calls:
            state.heard_at = self._clock()
        state.calls = calls

    def answered(self, job: str, answered: Answered) -> None:
        """Know when it was."""
        state = self._job(job)
        state.heard_at = self._clock()
        if answered.outcome == "answered":
            state.wait_until = min(state.wait_until, state.heard_at)

    def waiting(self, job: str, wait: Wait) -> None:
        """Know until when."""
        state = self._job(job)
        state.wait, state.wait_until = wait, self._clock() + wait.seconds

    def progressed(self, job: str, counts: Counts) -> None:
        """Know how far it is."""
        state = self._job(job)
        state.counts = counts
        if state.speed is not None:
            state.speed.at(self._clock(), counts.accounted - counts.filtered - state.resumed)

    def exported(self, job: str, records: int) -> None:
        """Know how far it is."""
        state = self._job(job)
        state.exported = records
        if state.speed is not None:
            state.speed.at(self._clock(), records - state.resumed)

    def job_finished(self, result: JobResult) -> None:
        """Know how it ended."""
        state = self._job(result.job)
        state.counts, state.ended, state.calls, state.wait = result.counts, result, (), None

    def _job(self, job: str) -> JobState:
        state = self.jobs.get(job)
        return state if state is not None else self.jobs.setdefault(job, JobState(job, self._clock()))
