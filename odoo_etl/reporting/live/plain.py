"""Lines with the time, for logs and mails: nothing of a short run that goes well, and seldom one of a long run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO

from odoo_etl.reporting.live.board import JobState
from odoo_etl.reporting.live.ticker import Ticker
from odoo_etl.reporting.live.told import Teller
from odoo_etl.reporting.live.words import progress_line, stopping_line
from odoo_etl.results import Destination, JobResult
from odoo_etl.text import printable

EVERY_S = 10.0
SHARE = 0.1  # of the time that the run took so far: an hour of it is some fifty lines
TICK_S = 0.25


class PlainDisplay(Teller):
    """Says in lines how far the jobs are: after ten seconds, then ever more seldom.

    Args:
        stream: where to; stderr as it is at the moment.
    """

    def __init__(
        self,
        *,
        planned: bool = False,
        clock: Callable[[], float] = time.monotonic,
        stream: Callable[[], IO[str]] = lambda: sys.stderr,
        ticks: bool = True,
    ) -> None:
        super().__init__(clock, planned=planned)
        self._stream = stream
        self._first: list[str] = []  # what is said only before something else
        self._last: dict[str, float] = {}
        self._stops = False
        self._ticker = Ticker(TICK_S, self.tick)
        if ticks:
            self._ticker.start()

    def say(self, text: str, _style: str = "", /) -> None:
        """Print a line, and before it what was held back."""
        first, self._first = self._first, []
        for line in (*first, text):
            self._print(line)

    def connected(self, destination: Destination) -> None:
        """Say it before anything else that is said: the result says it, too."""
        self._first.append(f"{destination.connection}: {destination}")

    def ended_well(self, result: JobResult) -> None:
        """Say it of a run that takes long enough to be looked at."""
        if self.now() - self.began >= EVERY_S:
            super().ended_well(result)

    def tick(self) -> None:
        """Say how far the jobs are, if it is time to."""
        if self.stopping and not self._stops:
            self._stops = True
            self.say(stopping_line(self))
        self.tell_progress(self.now())

    def tell_progress(self, now: float) -> None:
        """Say how far those jobs are whose turn it is."""
        for state in self.due(now):
            self.say(progress_line(state, now, planned=self._planned))

    def due(self, now: float) -> Iterator[JobState]:
        """The jobs whose turn it is."""
        for state in self.running():
            if self._is_due(state, now):
                self._last[state.job] = now
                yield state

    def close(self) -> None:
        """Say nothing more of progress."""
        self._ticker.stop()
        self._first.clear()

    def _is_due(self, state: JobState, now: float) -> bool:
        return now - self._last.get(state.job, state.began) >= max(EVERY_S, (now - state.began) * SHARE)

    def _print(self, text: str) -> None:
        with suppress(OSError):  # a full disk under the log is no reason to stop
            stream = self._stream()
            stream.write(f"{time.strftime('%H:%M:%S')} {printable(text)}\n")
            stream.flush()
