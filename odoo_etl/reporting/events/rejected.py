"""The first rejected rows of a run in full, for whoever reads its report."""

from __future__ import annotations

import threading
from collections import defaultdict

from odoo_etl.observers import NoObserver
from odoo_etl.results import RejectedRow

MOST_ROWS = 1000  # of all jobs


class FirstRejects(NoObserver):
    """Hears of rejected rows; any number of threads may tell.

    Attributes:
        rows: job to its rows.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept = 0
        self.rows: dict[str, list[RejectedRow]] = defaultdict(list)

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Keep it, if it is among the first."""
        with self._lock:
            if self._kept < MOST_ROWS:
                self._kept += 1
                self.rows[job].append(row)
