"""Who hears of writes before somebody else does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.read_back.relatives import Standing
from odoo_etl.sync.read_back.second_look import AfterWrites


class PassingOn(ABC):
    """Takes what calls wrote, and tells the next one, who may take it out of the outcome.

    Args:
        second: hears of it, too.
    """

    def __init__(self, second: AfterWrites) -> None:
        self._second, self.notes = second, second.notes

    @abstractmethod
    def take(self, outcome: Outcome) -> None:
        """Calls landed, and what they wrote is in the outcome."""

    def note(self, standing: Iterable[Standing]) -> None:
        """Rows stand for these records."""
        self._second.note(standing)

    def wrote(self, outcome: Outcome, *, again: bool) -> None:
        """Calls landed."""
        self.take(outcome)
        self._second.wrote(outcome, again=again)

    def unseen(self, outcome: Outcome) -> None:
        """Calls landed, and something else went wrong."""
        self.take(outcome)
        self._second.unseen(outcome)

    def ended(self, outcome: Outcome) -> None:
        """The last calls of the job landed."""
        self.take(outcome)
        self._second.ended(outcome)
