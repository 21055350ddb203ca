"""Which records came from which of another database, noted as soon as calls have landed."""

from __future__ import annotations

from odoo_etl.sync.existing import NotesIds
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.read_back import AfterWrites, PassingOn


class NotedIds(PassingOn):
    """Notes the ids of records that calls have written."""

    def __init__(self, source_ids: NotesIds, second: AfterWrites) -> None:
        super().__init__(second)
        self._source_ids = source_ids

    def take(self, outcome: Outcome) -> None:
        """Note those of the calls that landed."""
        self._source_ids.note((one.record, one.id) for _, written in outcome.written for one in written)


def noting_ids(source_ids: NotesIds, after: AfterWrites) -> AfterWrites:
    """The same, which notes ids, where the rows of the job have any."""
    return NotedIds(source_ids, after) if source_ids.notes else after
