"""Steps that write values to records that have other ones; the journal has them as updates, so that undo knows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from odoo_etl.errors import Refused
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Key, Record
from odoo_etl.planning import Update, difference
from odoo_etl.spec import WriteStep
from odoo_etl.sync.after.misfits import step_values
from odoo_etl.sync.after.progress import StepProgress
from odoo_etl.sync.after.standing import Subject
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.writing import CallSize, RefusalRate, Updates

VALUES_A_CALL = 1000


class ValueWrites:
    """Sends one step that writes values; may be used from several lanes.

    Args:
        fields: those that it writes.
    """

    def __init__(
        self,
        step: WriteStep,
        updates: Updates,
        fields: Mapping[str, TargetField],
        progress: StepProgress,
        call_time_s: float,
    ) -> None:
        self._step, self._updates, self._progress, self._target = step, updates, progress, progress.target
        self._values = step_values(step, fields)
        self._comparers = {name: one.comparer() for name, one in fields.items()}
        self._rate = RefusalRate(CallSize(VALUES_A_CALL, call_time_s))

    def apply(self, subjects: Sequence[Subject], chunk: int, refused: Callable[[Subject, Refused], object]) -> None:
        """Write the values where they differ; records whose write Odoo refuses go to `refused`."""
        updates, of = list[Update](), dict[Key, Subject]()
        existing = self._read([one.id for one in subjects])
        for one in subjects:
            changes = difference(self._values, existing[one.id], self._comparers) if one.id in existing else {}
            if changes:
                updates.append(Update(one.record, one.id, changes, existing[one.id]))
                of[one.record.key] = one
        fallen = set[int]()

        def refuse(record: Record, error: Refused) -> None:
            fallen.add(of[record.key].id)
            refused(of[record.key], error)

        self._updates.apply(updates, chunk, self._rate, Outcome(), refuse)
        self._progress.done([one.id for one in updates if one.id not in fallen])
        self._progress.passed(one.id for one in subjects if one.id not in fallen)

    def _read(self, ids: Sequence[int]) -> dict[int, dict[str, object]]:
        target, domain = self._target, [["id", "in", list(ids)]]
        names = sorted(self._step.write)
        rows = target.client.search_read(target.model, domain, names, load="_classic_write", context=target.context)
        return {row["id"]: row for row in rows}
