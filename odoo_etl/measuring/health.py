"""Is the server alive, and ready: what a container's health check and an orchestrator's probes ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from odoo_etl.errors import OdooEtlError

STALE_BEAT_S = 120.0


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason why the server is not ready: a word for programs. What is behind it is for the log alone."""

    what: str


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a server as it knows it itself.

    Attributes:
        beat_age_s: seconds since its scheduler last gave a sign of life; None before the first one.
        write: writes into the ledger; raises OdooEtlError where that cannot be.
        stale_s: an older beat is none.
    """

    beat_age_s: Callable[[], float | None] = field(default=lambda: 0.0)
    write: Callable[[], object] = field(default=lambda: None)
    stale_s: float = STALE_BEAT_S

    def problems(self) -> Sequence[Problem]:
        """Why the server is not ready; none where it is."""
        return tuple(self._found())

    def _found(self) -> Iterator[Problem]:
        age = self.beat_age_s()
        if age is None or age > self.stale_s:
            yield Problem("scheduler")
        try:
            self.write()
        except OdooEtlError:
            yield Problem("ledger")
