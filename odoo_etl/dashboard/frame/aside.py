"""Work that a page needs and that takes longer than a page may: done aside of it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from typing import Final

from odoo_etl.errors import OdooEtlError

TellShare = Callable[[float], object]
SOON_S: Final = 0.1  # a page waits as long for work that is small


class Aside:
    """Work on its way aside of the requests to one site, each under a key of its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._works: dict[str, _Work] = {}

    def share(self, key: str, is_ready: Callable[[], bool], work: Callable[[TellShare], object]) -> float | None:
        """The share that is done by now; None where nothing is left to be done aside.

        Args:
            is_ready: whether the work is done; not asked while it is on its way.
            work: does it, and says which share is done. Where it fails, whoever needs it meets the same error.
        """
        known = self._works.get(key)
        if known is None or not known.is_alive():
            if is_ready() or (known is not None and not known.is_done):
                self._works.pop(key, None)
                return None
            known = self._begun(key, work)
        known.join(SOON_S)
        return known.share if known.is_alive() else None

    def _begun(self, key: str, work: Callable[[TellShare], object]) -> _Work:
        """The work on its way; another request may have begun it just now."""
        with self._lock:
            known = self._works.get(key)
            if known is None or not known.is_alive():
                known = _Work(work)
                known.start()
                self._works[key] = known
            return known


class _Work(Thread):
    """One work in a thread of its own, which does not hold up the end of the process."""

    def __init__(self, work: Callable[[TellShare], object]) -> None:
        super().__init__(daemon=True)
        self._work, self.share, self.is_done = work, 0.0, False

    def run(self) -> None:
        """Do it."""
        try:
            self._work(self._tell)
        except OdooEtlError:
            return
        self.is_done = True

    def _tell(self, share: float) -> None:
        self.share = share
