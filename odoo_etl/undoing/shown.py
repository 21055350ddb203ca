"""An undo that is only planned: what would come back of which record, as changes of its result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from odoo_etl.planning import ACTIVE, RecordRules
from odoo_etl.results import Action, Change, ChangedField
from odoo_etl.sync import EveryChange, FirstChanges, KeepChanges, PlannedChanges, RecordNames
from odoo_etl.sync.existing import EXTERNAL_ID, Schema
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing import Removal
from odoo_etl.undoing.plan import UndoPlan

_FIELDS = {ACTIVE: ChangedField("boolean")}


class ShownUndo:
    """Notes the plan of one job's undo, page by page.

    Args:
        shown: how many changes the result shows.
        keep: given, keeps all of them.
    """

    def __init__(self, shown: int, keep: KeepChanges | None) -> None:
        self._keep = keep
        self._changes = PlannedChanges(EveryChange() if keep else FirstChanges(shown), shown)

    def note(self, plan: UndoPlan, rules: RecordRules) -> None:
        """Note a page."""
        for update in plan.put_back:
            self._changes.update(update, rules, str(update.existing.get("display_name") or "") or f"id {update.id}")
        for change in _whole(plan):
            self._changes.beside(change, _FIELDS)

    def named(self, record_id: int, external_id: str, *, taken: bool) -> None:
        """Note a record that would lose an external id, or get it back."""
        pair = (external_id, None) if taken else (None, external_id)
        self._changes.beside(Change("set", f"id {record_id}", record_id, 0, {EXTERNAL_ID: pair}))

    def result(self, job: str, target: Target, schema: Schema) -> dict[str, Any]:
        """The changes and their counts, as the result of the job has them."""
        names = RecordNames(target, schema, lambda _: "")
        return {**self._changes.counted(), **self._changes.handed_over(job, self._keep, names)}

    def close(self) -> None:
        """Give up what was noted."""
        self._changes.close()


def _whole(plan: UndoPlan) -> Iterator[Change]:
    """The records that become active, are archived, or go."""
    what: tuple[tuple[Action, Sequence[Removal], dict[str, tuple[Any, Any]]], ...] = (
        ("activate", plan.activate, {ACTIVE: (False, True)}),
        ("archive", plan.archive, {ACTIVE: (True, False)}),
        ("delete", plan.delete, {}),
    )
    for action, items, pairs in what:
        for one in items:
            name = plan.names.get(one.id) or f"id {one.id}"
            yield Change(action, name, one.id, 0, dict(pairs), archived=action == "activate")
