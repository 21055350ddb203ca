"""Which records came from which of another database, noted as soon as calls have landed."""

from __future__ import annotations

from collections.abc import Iterable

from odoo_etl.sync.existing import NotesIds
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.read_back import AfterWrites, Standing


class NotedIds:
    """Hears of writes before somebody else does, and notes the ids of their records.

    Args:
        second: hears of them, too.
    """

    def __init__(self, source_ids: NotesIds, second: AfterWrites) -> None:
        self._source_ids, self._second, self.notes = source_ids, second, second.notes

    def note(self, standing: Iterable[Standing]) -> None:
        """Rows stand for these records; those that landed are noted, and no others."""
        self._second.note(standing)

    def wrote(self, outcome: Outcome, *, again: bool) -> None:
        """Calls landed."""
        self._take(outcome)
        self._second.wrote(outcome, again=again)

    def unseen(self, outcome: Outcome) -> None:
        """Calls landed, and something else went wrong."""
        self._take(outcome)
        self._second.unseen(outcome)

    def ended(self, outcome: Outcome) -> None:
        """The last calls of the job landed."""
        self._take(outcome)
        self._second.ended(outcome)

    def _take(self, outcome: Outcome) -> None:
        self._source_ids.note((one.record, one.id) for _, written in outcome.written for one in written)


def noting_ids(source_ids: NotesIds, after: AfterWrites) -> AfterWrites:
    """The same, which notes ids, where the rows of the job have any."""
    return NotedIds(source_ids, after) if source_ids.notes else after
