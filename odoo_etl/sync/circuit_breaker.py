"""Stops a job whose chunks fail one after the other: the server is gone, and going on would only cost time."""

from __future__ import annotations

import threading

from odoo_etl.errors import OdooError


class ChunksFailed(OdooError):
    """Chunks could not be written although Odoo refused none of their rows; `resume` writes them."""


class Breaker:
    """Counts chunks that failed; may be used from several lanes.

    Args:
        most: so many in a row end the job.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._row = self._failed = 0
        self._first: OdooError | None = None
        self._lock = threading.Lock()

    def worked(self) -> None:
        """A chunk is done."""
        with self._lock:
            self._row = 0

    def failed(self, error: OdooError) -> None:
        """A chunk failed for reasons that lie in the moment.

        Raises:
            ChunksFailed: so many did in a row that the others would fail too.
        """
        with self._lock:
            self._row += 1
            self._failed += 1
            self._first = self._first or error
            stop = self._row >= self._most
        if stop:
            raise self._summary(f"{self._row} chunks failed in a row, so the job was stopped") from error

    def check(self) -> None:
        """Tell at the end of the job that not everything was written.

        Raises:
            ChunksFailed: at least one chunk failed.
        """
        if self._first is not None:
            chunks = "1 chunk" if self._failed == 1 else f"{self._failed} chunks"
            raise self._summary(f"{chunks} could not be written") from self._first

    def _summary(self, what: str) -> ChunksFailed:
        return ChunksFailed(f"{what}: {self._first}. `odoo-etl resume` goes on where it ended")
