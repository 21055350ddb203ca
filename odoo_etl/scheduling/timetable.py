"""The times of a schedule. All are seconds of the epoch, so that no clock that is put forward or back confuses them.

DST is as the cron of Debian has it. A time that does not exist on a day comes at the next moment that exists, one that
exists twice comes at the first of both; expressions whose minute or hour begins with `*` go by what the clock shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice, takewhile

from odoo_etl.spec import Scheduled

_FIRST_LOOK_S = 3600.0
_WIDER = 8
_PARTS = 2**64  # of a jitter


@dataclass(frozen=True, slots=True)
class Timetable:
    """The times of one schedule.

    Attributes:
        name: of the schedule.
        cron: five fields; "" where it has no times, only files.
        zone: in which the cron is meant.
        jitter_s: starts come later by less than so many seconds.
    """

    name: str
    cron: str
    zone: tzinfo
    jitter_s: float = 0.0

    @property
    def definition(self) -> str:
        """Its times as text: where they become others, nothing is made up for."""
        return f"{self.cron} {self.zone}" if self.cron else ""

    def after(self, at: float) -> Iterator[float]:
        """Its times after a moment, in order; each comes once."""
        if not self.cron:
            return
        from cronsim import CronSim

        last = at
        for due in CronSim(self.cron, datetime.fromtimestamp(int(at // 1), self.zone)):
            if (moment := due.timestamp()) > last:  # two times that do not exist may come at the same moment
                last = moment
                yield moment

    def start_of(self, due: float) -> float:
        """The moment at which the run for a time starts: the same whoever asks."""
        if not self.jitter_s:
            return due
        digest = hashlib.sha256(f"{self.name} {due:.0f}".encode()).digest()
        return due + self.jitter_s * int.from_bytes(digest[:8], "big") / _PARTS

    def past(self, since: float, now: float, most: int) -> list[float]:
        """The times after `since` that have started by now; of many only the last ones, but always more than `most`."""
        look_s = _FIRST_LOOK_S
        while True:
            begin = max(since, now - look_s)
            found = [due for due in takewhile(lambda due: due <= now, self.after(begin)) if self.start_of(due) <= now]
            if begin == since or len(found) > most:
                return found
            look_s *= _WIDER

    def next(self, now: float, count: int) -> list[float]:
        """The first times that start after now."""
        return list(islice((due for due in self.after(now - self.jitter_s) if self.start_of(due) > now), count))


def timetable_of(one: Scheduled) -> Timetable:
    """The times of a schedule of a project."""
    return Timetable(one.name, one.spec.cron, one.spec.zone, one.spec.jitter)


def cron_words(cron: str) -> str:
    """A valid expression of five fields, in words: `0 2 * * *` is `At 02:00 every day`."""
    from cronsim import CronSim

    return CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC)).explain() if cron else ""
