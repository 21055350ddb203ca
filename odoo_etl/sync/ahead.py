"""The counts of a job as they are told while it runs: with what has landed and is not counted yet."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict

from odoo_etl.results import Counts
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.outcome import Outcome


class Ahead:
    """Rows that have landed before they are counted; every method may be called from any lane."""

    def __init__(self, so_far: JobSoFar) -> None:
        self._so_far = so_far
        self._told: Callable[[Counts], object] | None = None
        self._at_work: set[Outcome] = set()
        self._deferred = Counter[str]()  # rows that were written once, and are counted after the second pass
        self._lock = threading.Lock()

    def tell(self, told: Callable[[Counts], object]) -> None:
        """From now on, tell the counts whenever they move."""
        self._told = told

    def opened(self, outcome: Outcome) -> None:
        """Records are about to be written."""
        self._at_work.add(outcome)

    def counted(self, outcome: Outcome) -> None:
        """They are counted."""
        self._at_work.discard(outcome)

    def deferred(self, counts: Counts) -> None:
        """Rows landed that are counted after the second pass."""
        with self._lock:
            self._deferred.update(asdict(counts))

    @property
    def waiting(self) -> int:
        """How many such rows there are."""
        return self._deferred.total()

    def taken_up(self, counts: Iterable[Counts]) -> None:
        """Such rows are counted."""
        with self._lock:
            for one in counts:
                self._deferred.subtract(asdict(one))

    def moved(self) -> None:
        """A call has landed, or a batch is counted."""
        if self._told is None:
            return
        ahead = self._deferred.copy()
        for outcome in list(self._at_work):
            ahead.update({kind: len(records) for kind, records in outcome.by_kind()})
        self._told(self._so_far.result.counts.plus(**ahead))
