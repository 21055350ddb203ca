"""A slot at work: its attempts one after the other, until no other can help or its time is over.

Whatever becomes of it is in the ledger before anything follows from that, so that another server can go on with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from odoo_etl.serving.attempts import BUSY, NOT_BEGUN, Next, next_attempt
from odoo_etl.serving.parts import Child, Known
from odoo_etl.serving.station import Station
from odoo_etl.state import Attempt, Lock, Slot
from odoo_etl.tracing.slot_names import slot_variables

GRACE_S = 60.0  # between the interruption of a run that took too long, and its end
DUE = "ODOO_ETL_DUE"  # the variable that says for which time a run is
CHECK_S = 10.0  # how often we look whether the schedule is still ours
_FAILED = 1
_WELL = (0, 3)
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules for the slots of a schedule.

    Attributes:
        jobs: that run together; none of a schedule that is gone, whose last run is only watched.
        zone: its timezone.
    """

    jobs: Sequence[str]
    retries: int
    timeout_s: float | None
    zone: tzinfo


class Work:
    """One slot that this server has.

    Args:
        lock: of its schedule.
        held: lets go of that.

    Attributes:
        slot: as it is by now.
        is_over: nothing more is to be done.
    """

    def __init__(self, slot: Slot, terms: Terms, station: Station, lock: Lock, held: ExitStack) -> None:
        self.slot, self._terms, self._station, self._lock, self._held = slot, terms, station, lock, held
        self._clock = station.parts.clock
        now, begun = self._clock.now(), slot.started_at
        self._began = self._clock.monotonic() - max(0.0, now - (now if begun is None else begun))
        self._child: Child | None = None
        self._interrupted_at: float | None = None
        self._busy_since: float | None = None
        self._checked_at = self._clock.monotonic()
        self._why, self._is_stopping, self._is_saved, self.is_over = "", False, True, False
        if slot.attempts and slot.attempts[-1].exit_code is None:
            self._child = self._find(slot.attempts[-1])

    @property
    def is_running(self) -> bool:
        """Whether a process of it is at work."""
        return self._child is not None

    @property
    def waits_for_files_since(self) -> float | None:
        """Since when, by the monotonic clock, another attempt is due that reads what has arrived; None for none."""
        if self.slot.kind != "files" or not self.slot.attempts or self._child is not None:
            return None
        late_s = 0.0 if self.slot.retry_at is None else self._clock.now() - self.slot.retry_at
        return None if late_s < 0 else self._clock.monotonic() - late_s

    def look(self, *, may_begin: bool) -> None:
        """Find out how it is, and do what follows. Raises StateError, and is then to be looked at again.

        Args:
            may_begin: there is place for another process.
        """
        if self.is_over:
            return
        self._check_ours()
        if not self._is_saved:
            self._save(self.slot)
        if self.is_over:
            return
        if self.slot.state == "ended":
            self._tell_end()
        elif self._child is not None:
            self._look_at(self._child)
        elif self._is_stopping:
            self._let_go()
        elif self._is_late:
            self._end("it waited for another attempt when its time was over")
        elif may_begin and (self.slot.retry_at is None or self._clock.now() >= self.slot.retry_at):
            self._begin()

    def stop(self) -> None:
        """Interrupt its process; the slot stays, for the next server to go on with."""
        self._is_stopping = True
        if self._child is not None:
            self._child.interrupt()

    def leave(self) -> None:
        """Let go of it: its process goes on."""
        self.is_over = True
        self._held.close()

    # Attempts

    def _begin(self) -> None:
        """Start the next process: the ledger knows of it before it is there."""
        verb, argument = self._next_verb()
        if verb == "run" and not self._terms.jobs:
            self._end("its schedule is gone")
            return
        earlier = self.slot.attempts
        if (
            earlier and earlier[-1].exit_code == BUSY
        ):  # of those that found another run alive, the last one tells enough
            earlier = earlier[:-1]
        now = self._clock.now()
        log = self._station.logs / f"{_NO_NAME.sub('-', self.slot.schedule)}-{self.slot.due:.3f}-{now:.3f}.log"
        attempt = Attempt(verb, now, host=self._station.parts.host, log=str(log))
        begun = self.slot.started_at if self.slot.started_at is not None else now
        slot = replace(self.slot, attempts=(*earlier, attempt), started_at=begun, retry_at=None, note="")
        if not self._station.slots.put(slot, self._station.token):
            self._lost()
            return
        self.slot = slot
        order = self._station.order(verb, [argument] if verb == "resume" else self._terms.jobs)
        try:
            trace = slot_variables(self._station.environ, self.slot.schedule, self._due)
            variables = {**self._station.environ, **trace, DUE: self._due}
            self._child = self._station.parts.processes.start(order, log, variables)
        except OSError as error:
            self._ended(_FAILED, f"the process could not be started: {error.strerror or error}")
            return
        self._tell(
            "attempt_began", f"{verb} for {self._due_time:%Y-%m-%d %H:%M} {self._terms.zone}", verb=verb, log=str(log)
        )
        self._put_attempt(pid=self._child.pid)

    def _next_verb(self) -> tuple[str, str]:
        """The verb of the next attempt, and the run that it goes on with."""
        following = self._following(self.slot.attempts)
        run_id = self.slot.attempts[-1].run_id if self.slot.attempts else ""
        return (following.verb, run_id) if following is not None else ("run", "")

    def _look_at(self, child: Child) -> None:
        attempt = self.slot.attempts[-1]
        if not attempt.run_id and (run_id := child.run_id()):
            self._put_attempt(run_id=run_id)
            self._tell("run_began", f"run {run_id} has begun")
        code = child.exit_code()
        if code is not None:
            self._ended(code)
        elif self._is_late and not self._is_stopping:
            self._time_out(child)

    @property
    def _is_late(self) -> bool:
        most = self._terms.timeout_s
        return most is not None and self._clock.monotonic() - self._began >= most

    def _time_out(self, child: Child) -> None:
        now = self._clock.monotonic()
        if self._interrupted_at is None:
            self._interrupted_at = now
            self._why = f"it took longer than its timeout of {self._terms.timeout_s:.0f} s"
            self._tell("timed_out", f"{self._why} and is interrupted", level="warning")
            child.interrupt()
        elif now - self._interrupted_at >= GRACE_S:
            self._interrupted_at = now
            self._tell("killed", f"did not end within {GRACE_S:.0f} s and is killed", level="warning")
            child.kill()

    def _ended(self, code: int, why: str = "") -> None:
        """An attempt has ended: another one follows, or nothing. Raises StateError, and has not ended then."""
        attempts = self._with(
            finished_at=self._clock.now(), exit_code=code, counts=not self._is_stopping and code != BUSY
        )
        self._busy_since = (self._busy_since or self._clock.monotonic()) if code == BUSY else None
        following = None if self._why or code in _WELL else self._following(attempts)
        self._child, self.slot = None, replace(self.slot, attempts=attempts)
        if self._is_stopping and code not in _WELL:
            self._save(replace(self.slot, retry_at=self._clock.now(), note="interrupted, since its server was ended"))
            return
        if following is None:
            self._end(why or self._why)
            return
        retry_at = self._clock.now() + following.wait_s
        note = f"{why or f'exit code {code}'}; {following.verb} follows in {following.wait_s:.0f} s"
        self._save(replace(self.slot, retry_at=retry_at, note=note))
        self._tell("attempt_ended", note, level=_level(code), exit_code=code, wait_s=following.wait_s)

    def _following(self, attempts: Sequence[Attempt]) -> Next | None:
        if not attempts:
            return None
        last = attempts[-1]
        is_known = bool(last.run_id) and self._station.ledger.run(last.run_id) is not None
        busy_s = 0.0 if self._busy_since is None else self._clock.monotonic() - self._busy_since
        return next_attempt(attempts, self._terms.retries, busy_s, is_known=is_known)

    def _end(self, why: str) -> None:
        code = self.slot.attempts[-1].exit_code if self.slot.attempts else NOT_BEGUN
        now = self._clock.now()
        self._save(replace(self.slot, state="ended", exit_code=code, finished_at=now, retry_at=None, note=why))
        if not self.is_over:  # else it was not ours any more
            self._tell_end()

    def _tell_end(self) -> None:
        code, why = self.slot.exit_code or 0, self.slot.note
        text = f"ended with exit code {code}{f': {why}' if why else ''}"
        self._tell("slot_ended", text, level=_level(code), exit_code=code, runs=list(self.slot.run_ids))
        self.leave()

    def _let_go(self) -> None:
        self._tell("left", "is left for the next server to go on with")
        self.leave()

    # What the ledger knows

    def _find(self, attempt: Attempt) -> Child:
        """The process that another server has started for it."""
        known = Known(attempt.run_id, attempt.host, attempt.pid, attempt.log)
        return self._station.parts.processes.find(known)

    def _put_attempt(self, *, pid: int | None = None, run_id: str | None = None) -> None:
        changes = {"pid": pid} if pid is not None else {"run_id": run_id}
        self._save(replace(self.slot, attempts=self._with(**changes)))

    def _with(self, **changes: object) -> tuple[Attempt, ...]:
        """The attempts, the last one with other values."""
        *earlier, last = self.slot.attempts
        return (*earlier, replace(last, **changes))  # type: ignore[arg-type]

    def _save(self, slot: Slot) -> None:
        """Keep what has become of the slot; where another server has it by now, it is that one's."""
        self.slot, self._is_saved = slot, False
        if not self._station.slots.put(slot, self._station.token):
            self._lost()
        self._is_saved = True

    def _check_ours(self) -> None:
        now = self._clock.monotonic()
        if now - self._checked_at < CHECK_S:
            return
        self._checked_at = now
        if not self._lock.is_held():
            self._lost()

    def _lost(self) -> None:
        self._tell("lost", "is another server's by now, since this one gave no sign of life", level="warning")
        self.leave()

    @property
    def _due_time(self) -> datetime:
        """The time that is meant, in its timezone."""
        return datetime.fromtimestamp(self.slot.due, self._terms.zone)

    @property
    def _due(self) -> str:
        """The same, as programs read it."""
        return self._due_time.isoformat(timespec="seconds")

    def _tell(self, event: str, text: str, *, level: str = "info", **known: object) -> None:
        about = {"schedule": self.slot.schedule, "due": self._due, **known}
        if self.slot.run_ids:
            about["run"] = self.slot.run_ids[-1]
        self._station.tell(event, f"{self.slot.schedule}: {text}", level=level, **about)


def _level(code: int) -> str:
    return "info" if code == 0 else "warning" if code in _WELL else "error"
