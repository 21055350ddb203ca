"""Events that come by the thousand, added up until they are written: progress, rejects, calls, waits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from odoo_etl.events import Answered, Wait
from odoo_etl.reporting.events.kinds import Called, Event, Progress, Rejected, Waited
from odoo_etl.results import Counts


@dataclass(slots=True)
class Sums:
    """The sums since they were last taken. One thread at a time.

    Attributes:
        clock: seconds, from any beginning on.
        counts: of each job that moved, by now.
        rejected: rows by job, field and code.
    """

    clock: Callable[[], float]
    counts: dict[str, Counts] = field(default_factory=dict)
    rejected: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _called: dict[tuple[str, str], Called] = field(default_factory=dict)
    _waited: dict[tuple[str, str], Waited] = field(default_factory=dict)
    _odoo_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))  # since the beginning
    _since: dict[str, float] = field(default_factory=dict)  # job to when the first of its calls was sent

    def calling(self, job: str, *, is_any: bool) -> None:
        """Calls of a job are on their way, or none is."""
        if is_any:
            self._since.setdefault(job, self.clock())
        elif job in self._since:
            self._odoo_s[job] += self.clock() - self._since.pop(job)

    def answered(self, job: str, answered: Answered) -> None:
        """Calls of a job came to an end."""
        known = self._called.get((job, answered.call)) or Called(job, answered.call, 0, 0, 0, 0.0)
        failed = answered.calls if answered.outcome != "answered" else 0
        self._called[job, answered.call] = Called(
            job,
            answered.call,
            known.calls + answered.calls,
            known.failed + failed,
            known.records + answered.records,
            round(known.seconds + answered.seconds, 6),
        )

    def waiting(self, job: str, wait: Wait, text: str) -> None:
        """A job waits."""
        known = self._waited.get((job, wait.reason)) or Waited(job, wait.reason, "", 0, 0.0)
        self._waited[job, wait.reason] = Waited(job, wait.reason, text, known.times + 1, known.seconds + wait.seconds)

    def taken(self) -> Iterator[Event]:
        """The sums as events; they begin anew."""
        for job, counts in self.counts.items():
            on_its_way = self.clock() - self._since[job] if job in self._since else 0.0
            yield Progress(job, counts, round(self._odoo_s[job] + on_its_way, 3))
        yield from (Rejected(job, name, code, rows) for (job, name, code), rows in self.rejected.items())
        yield from self._called.values()
        yield from self._waited.values()
        for sums in (self.counts, self.rejected, self._called, self._waited):
            sums.clear()
