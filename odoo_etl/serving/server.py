"""The server: it looks at the clock, the ledger and the project, and does what follows. Its memory is the ledger.

`step` is the whole of it: called again and again, it starts what is due, watches what is at work, and says when it
wants to be called next. Whatever ends it, the next server finds the same ledger, and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC
from functools import partial

from odoo_etl.errors import Busy, StateError, StateReplaced
from odoo_etl.scheduling import timetable_of
from odoo_etl.serving.inboxes import Inboxes
from odoo_etl.serving.parts import Started
from odoo_etl.serving.project import EVERY_S, ProjectFiles
from odoo_etl.serving.station import Station
from odoo_etl.serving.taking import Candidate, Taking
from odoo_etl.serving.work import Terms, Work
from odoo_etl.spec import Project, Scheduled
from odoo_etl.state import MetSchedule, Slot

STEP_S = 2.0
SHORTEST_S = 0.05
AFTER_ERROR_S = 10.0
LOOKS_S = 60.0
PRUNE_S = 86_400.0
SLOTS_KEPT_S = 90 * 86_400.0


class Server:
    """One server of a project.

    Args:
        idle_s: the longest time between two steps.

    Attributes:
        codes: the exit codes of the slots that have ended.
        is_idle: at the last step nothing was at work, due, or about to be: what `--once` waits for.
        has_failed: at the last step the ledger could not be used.
        started: the processes that somebody began in the page, if there is one.
    """

    def __init__(self, station: Station, files: ProjectFiles, idle_s: float = STEP_S) -> None:
        self._station, self._files, self._idle_s = station, files, idle_s
        self._clock = station.parts.clock
        self._schedules: Mapping[str, Scheduled] = {}
        self._works: dict[str, Work] = {}
        self._inboxes = Inboxes(station)
        self._taking = Taking(station)
        self._is_stopping = False
        self._told_looks, self._looking = set[str](), 0
        self._beat: float | None = None
        self._last = dict.fromkeys(("reread", "looks", "prune"), float("-inf"))
        self._taken_on: Project | None = None
        self._interrupted: list[Started] = []
        self.started: Callable[[], Iterable[Started]] = tuple
        self.codes: set[int] = set()
        self.is_idle, self.has_failed, self.is_lost = False, False, False

    @property
    def station(self) -> Station:
        """Where it works."""
        return self._station

    @property
    def project(self) -> Project:
        """The project as it was when it was last valid."""
        return self._files.project

    def beat_age_s(self) -> float | None:
        """Seconds since its last step; None before the first one."""
        return None if self._beat is None else self._clock.monotonic() - self._beat

    def step(self) -> float:
        """Do what is to be done now; how many seconds may pass until the next step."""
        try:
            wait_s = self._step()
        except StateReplaced as error:
            if not self.is_lost:
                text = "another ledger stands in the place of the server's, so the server ends: start it again"
                self._station.tell("ledger_replaced", f"{text} ({error})", level="error")
            self.is_lost, wait_s = True, SHORTEST_S
        except StateError as error:
            if not self.has_failed:
                self._station.tell("ledger_failed", f"the ledger cannot be used: {error}", level="error")
            self.has_failed, wait_s = True, AFTER_ERROR_S
        else:
            if self.has_failed:
                self._station.tell("ledger_back", "the ledger can be used again")
            self.has_failed = False
        self._beat = self._clock.monotonic()
        return wait_s

    def stop(self, *, stop_runs: bool) -> None:
        """Take nothing new. Runs go on, for the next server to watch; or they are interrupted, for it to resume.

        What was begun in the page is interrupted with them: nothing outlives a container.
        """
        self._is_stopping = True
        if stop_runs:
            self._interrupted = [one for one in self.started() if one.exit_code is None]
            for one in self._interrupted:
                one.interrupt()
        for work in list(self._works.values()):
            if stop_runs:
                work.stop()
            else:
                work.leave()
        self._drop_ended()

    @property
    def has_work(self) -> bool:
        """Whether slots are at work here, or what was interrupted with them."""
        return bool(self._works) or any(one.exit_code is None for one in self._interrupted)

    # A step

    def _step(self) -> float:
        self._station.parts.aside.settle()
        if self._is_time("reread", EVERY_S):
            self._reread()
        for name, work in list(self._works.items()):
            work.look(may_begin=self._has_place and self._inboxes.are_whole(name, work.waits_for_files_since))
        self._drop_ended()
        if self._is_stopping:
            return SHORTEST_S if self._works else self._idle_s
        met, unended = self._station.slots.met(), self._station.slots.open()
        self._adopt(unended)
        candidates = sorted(self._candidates(met, unended))
        for candidate in candidates:
            if self._has_place:
                self._begin(candidate, met)
        waiting = [name for name, work in self._works.items() if work.waits_for_files_since is not None]
        self._inboxes.look([*self._free(self._inboxes.names), *waiting])
        self.is_idle = not (candidates or self._works or self._inboxes.is_settling)
        self._besides()
        return self._wait_s(met)

    @property
    def _has_place(self) -> bool:
        return sum(work.is_running for work in self._works.values()) < self._station.most

    def _drop_ended(self) -> None:
        for name, work in list(self._works.items()):
            if work.is_over:
                del self._works[name]
                self._taking.forget(name)
                self._inboxes.forget(name)
                if work.slot.exit_code is not None:
                    self.codes.add(work.slot.exit_code)

    def _is_time(self, what: str, every_s: float) -> bool:
        now = self._clock.monotonic()
        if now - self._last[what] < every_s:
            return False
        self._last[what] = now
        return True

    # Schedules

    def _reread(self) -> None:
        """Take on the schedules as the project has them now; at the first step, all of them."""
        reread = self._files.look()
        if reread is not None and reread.problems:
            text = "the project is not valid any more; its schedules stay as they were, and runs will fail"
            self._station.tell("project_invalid", f"{text}: {reread.problems}", level="error")
        elif reread is not None:
            self._station.tell("project_read", "the project was read again")
        if self._taken_on is not self._files.project:
            self._take_on(self._files.schedules)
            self._taken_on = self._files.project

    def _take_on(self, schedules: Mapping[str, Scheduled]) -> None:
        slots, now = self._station.slots, self._clock.now()
        for name in self._schedules.keys() - schedules.keys():
            slots.forget(name)
            self._station.tell("schedule_gone", f"{name}: its schedule is gone", schedule=name)
        for name, one in schedules.items():
            table = timetable_of(one)
            slots.meet(name, table.definition, now)
            if one != self._schedules.get(name):
                when = " and ".join([*([table.definition] if table.cron else []), *(["files"] if one.spec.on else [])])
                self._station.tell("schedule", f"{name}: {when}", schedule=name, jobs=list(one.jobs))
        if not schedules:
            self._station.tell(
                "no_schedule", 'no job has a schedule: say one, such as schedule: "0 2 * * *"', level="warning"
            )
        self._schedules = dict(schedules)
        self._inboxes.take_on(self._files.project, [one for one in schedules.values() if one.spec.on])

    # Slots

    def _candidates(self, met: Mapping[str, MetSchedule], unended: Sequence[Slot]) -> list[Candidate]:
        """The schedules that something is to be run for now, as far as is known without their locks."""
        asked = {slot.schedule: slot.due for slot in unended if slot.state == "asked"}
        found = list[Candidate]()
        for name in self._free(self._schedules):
            known = met.get(name)
            if name in asked:
                found.append(Candidate(asked[name], name, "now"))
            elif known is None or known.paused_at is not None:
                continue
            elif (start := self._taking.next_start(self._schedules[name], known)) <= self._clock.now():
                found.append(Candidate(start, name, "time"))
            elif self._inboxes.arrived(name):
                found.append(Candidate(self._clock.now(), name, "files"))
        return found

    def _free(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self._works and not self._taking.is_elsewhere(name)]

    def _begin(self, candidate: Candidate, met: Mapping[str, MetSchedule]) -> None:
        """Take a schedule, and run it if that is still to be done."""
        name, held = candidate.schedule, ExitStack()
        try:
            with ExitStack() as stack:
                lock = stack.enter_context(self._station.holding(name))
                one, arrived = self._schedules[name], self._inboxes.arrived(name)
                slot = self._taking.slot(candidate, one, met.get(name), arrived)
                if slot is None:
                    self._inboxes.check(name)
                    return
                held = stack.pop_all()
        except Busy:
            self._taking.elsewhere(name)
            return
        if slot.kind == "files" and arrived is not None:
            self._inboxes.saw(name, arrived)
        self._works[name] = Work(slot, self._terms(name), self._station, lock, held)
        self._works[name].look(may_begin=True)

    def _adopt(self, unended: Sequence[Slot]) -> None:
        """Go on with slots whose server is gone."""
        running = dict.fromkeys(slot.schedule for slot in unended if slot.state == "running")
        for name in self._free(running):
            try:
                with ExitStack() as stack:
                    lock = stack.enter_context(self._station.holding(name))
                    slot = self._taking.left(name)
                    if slot is None:
                        continue
                    held = stack.pop_all()
            except Busy:
                self._taking.elsewhere(name)
                continue
            run = f" with run {slot.run_ids[-1]}" if slot.run_ids else ""
            self._station.tell("adopted", f"{name}: goes on{run}, which another server has left", schedule=name)
            self._works[name] = Work(slot, self._terms(name), self._station, lock, held)

    def _terms(self, name: str) -> Terms:
        if (one := self._schedules.get(name)) is None:
            return Terms((), 0, None, UTC)
        return Terms(one.jobs, one.spec.retries, one.spec.timeout, one.spec.zone)

    # Besides

    def _besides(self) -> None:
        now, parts = self._clock.now(), self._station.parts
        if not self._looking and self._is_time("looks", LOOKS_S):  # one that hangs is not begun again
            for look in parts.looks:
                self._looking += 1
                parts.aside(partial(look, self._files.project, self._station.ledger), self._looked)
        if self._is_time("prune", PRUNE_S):
            self._station.slots.prune(now - SLOTS_KEPT_S)
            self._station.prune_logs(now)

    def _looked(self, found: Sequence[str] | Exception) -> None:
        """Tell what a look has found, each sentence once as long as it holds."""
        self._looking -= 1
        told = [f"{type(found).__name__}: {found}"] if isinstance(found, Exception) else list(found)
        for text in told:
            if text not in self._told_looks:
                self._station.tell("look", text, level="warning")
        self._told_looks = set(told)

    def _wait_s(self, met: Mapping[str, MetSchedule]) -> float:
        """How long until something is due, but not too long: others may have changed the ledger."""
        now = self._clock.now()
        free = [name for name in self._free(self._schedules) if name in met and met[name].paused_at is None]
        starts = [self._taking.next_start(self._schedules[name], met[name]) for name in free] if self._has_place else []
        files_s = self._inboxes.wait_s(self._free(self._inboxes.names))
        return max(SHORTEST_S, min([self._idle_s, files_s, *(start - now for start in starts)]))
