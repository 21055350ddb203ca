"""The base of displays that say things in lines: what is said at once, and what is left to the board."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from odoo_etl.reporting.live.board import Board
from odoo_etl.reporting.live.words import finished_line, more_rejected_line, rejected_line
from odoo_etl.results import Destination, JobResult, RejectedRow

SHOWN_REJECTS = 5


class Teller(Board, ABC):
    """Says what a person should read, and knows how far the jobs are.

    Args:
        planned: nothing is written.
    """

    def __init__(self, clock: Callable[[], float], *, planned: bool) -> None:
        super().__init__(clock)
        self._planned, self._folder = planned, Path()
        self._shown = Counter[str]()
        self._lock = threading.Lock()

    @abstractmethod
    def say(self, text: str, style: str = "", /) -> None:
        """Say a sentence."""

    def run_started(self, run_id: str, folder: Path) -> None:
        """Learn where the rejects will be."""
        super().run_started(run_id, folder)
        self._folder = folder

    def connected(self, destination: Destination) -> None:
        """Say where the run writes."""
        self.say(f"{destination.connection}: {destination}", "dim")

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Say the first rejected rows of a job, then where the others are."""
        with self._lock:
            shown = self._shown[job]
            self._shown[job] += 1
        if shown < SHOWN_REJECTS:
            self.say(rejected_line(job, row), "yellow")
        elif shown == SHOWN_REJECTS:
            self.say(more_rejected_line(job, self._folder), "yellow")

    def note(self, job: str, text: str) -> None:
        """Say it."""
        self.say(f"{job}: {text}")

    def job_finished(self, result: JobResult) -> None:
        """Say how a job ended: where it did not end well, or others follow."""
        super().job_finished(result)
        if result.status != "done":
            self.say(finished_line(result, planned=self._planned), "red")
        elif len(self.chosen) > 1:
            self.ended_well(result)

    def ended_well(self, result: JobResult) -> None:
        """One of several jobs ended well."""
        self.say(finished_line(result, planned=self._planned), "green")
