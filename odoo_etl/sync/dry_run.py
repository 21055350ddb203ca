"""The changes that a dry run would have made by now: it remembers them instead of writing.

A later job of the same plan may look up records that an earlier one would create. Those get made-up negative ids, so
that the plan of a first load does not call them missing.
"""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from odoo_etl.mapping import Lines, Record, in_one_case, shown_key
from odoo_etl.planning import LineChanges, Plan, RecordRules
from odoo_etl.spec import EXTERNAL_ID, JobSpec, TargetSpec
from odoo_etl.sync.components import Reading
from odoo_etl.sync.existing import PlannedIds
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.planned_changes import EveryChange, FileOf, FirstChanges, KeepChanges, PlannedChanges
from odoo_etl.sync.record_names import RecordNames


class Planned:
    """The planned writes of a run.

    Attributes:
        source_ids: records by the ids that they have in the databases which rows come from.

    Args:
        jobs: all jobs of the plan; their lookups decide which planned records are worth remembering.
        shown: how many changes of each job the report shows.
        compares: the plan is there to tell how Odoo differs from the sources, as it is now.
        keep: given, takes the name and all changes of each job, in source order, and says where it keeps them.
    """

    def __init__(
        self, jobs: Collection[JobSpec], shown: int, *, compares: bool = False, keep: KeepChanges | None = None
    ) -> None:
        self.shown, self.compares, self._keeps = shown, compares, keep
        self._ids = itertools.count(-1, -1)
        self._lock = threading.Lock()
        self._first_fields: dict[str, set[str]] = defaultdict(set)  # model to the fields its records are found by
        self._rows: dict[tuple[str, str, Any], list[dict[str, Any]]] = defaultdict(list)  # by model, field, value
        self._unfinished: dict[tuple[str, int], tuple[dict[str, Any], int]] = {}  # by job, and number of a row
        self._keys: dict[int, str] = {}
        by_source_id = [one for job in jobs for one in job.lookups if one.is_by_source_id]
        self.source_ids = PlannedIds([(one.model, one.source_model or one.model) for one in by_source_id])
        for lookup in (lookup for job in jobs for lookup in job.lookups):
            found_by = {lookup.by[0].partition(".")[0]} if not lookup.is_by_source_id else set[str]()
            self._first_fields[lookup.model] |= found_by

    def rows(self, model: str, wanted: Mapping[str, Collection[Any]]) -> list[dict[str, Any]]:
        """Planned records of a model whose fields have the wanted values, as `search_read` would give them.

        Texts are alike in any case: who asks tells them apart, where that matters. `external_id` is a field, too; one
        that a record does not have is empty.
        """
        alike = {name: {in_one_case(value) for value in values} for name, values in wanted.items()}
        first = next(iter(wanted))
        found = [row for value in alike[first] for row in self._rows.get((model, first, value), ())]
        complete = [{**dict.fromkeys(wanted, False), **row} for row in found]
        return [row for row in complete if all(in_one_case(row[name]) in alike[name] for name in wanted)]

    def reads(self, job: JobSpec, reading: Reading) -> None:
        """The parts that lead from the rows of a job to its plans; nothing more is to be known of them here."""

    def changes(self, file_of: FileOf) -> PlannedChanges:
        """The place for the changes of one job."""
        return PlannedChanges(EveryChange() if self._keeps else FirstChanges(self.shown), self.shown, file_of)

    def conclude(self, job: JobSpec, changes: PlannedChanges, names: RecordNames) -> dict[str, Any]:
        """The changes of a job, with names, as its result has them: the first, and where all of them are."""
        return changes.handed_over(job.job, self._keeps, names)

    def key_of(self, made_up: int) -> str:
        """The key of a record that the plan would create."""
        return self._keys.get(made_up, "")

    def note(
        self, job: JobSpec, rules: RecordRules, plan: Plan, outcome: Outcome, changes: PlannedChanges
    ) -> list[tuple[Record, int]]:
        """Take every write of a plan as done, in place of `Writer.apply`.

        Returns:
            The records with their ids, made-up ones among them; 0 for those that no lookup asks for.
        """
        standing = [(update.record, update.id) for update in plan.updates]
        for create in plan.creates:
            record = create.record
            row = self._remember(job.target, record)
            standing.append((record, row.get("id", 0)))
            changes.create(record, rules)
            self._remember_lines(record.children, rules)
            if record.later is not None:
                self._unfinished |= {(job.job, one.number): (row, record.number) for one in record.rows}
        for update in plan.updates:
            changes.update(update, rules)
            self._remember_new_lines(update.children, rules)
        outcome.created.extend(create.record for create in plan.creates)
        outcome.note_updated(plan.updates)
        return standing

    def complete(self, job: JobSpec, rules: RecordRules, records: Iterable[Record], changes: PlannedChanges) -> None:
        """Records that were noted before what they wait for was there: what they get then."""
        for record in records:
            if begun := self._unfinished.pop((job.job, record.number), None):
                row, number = begun
                row.update(record.values)
                changes.complete(number, record, rules)

    def _remember(self, target: TargetSpec, record: Record) -> dict[str, Any]:
        named = {EXTERNAL_ID: record.key[0]} if target.external_id is not None else {}
        return self._remember_row(target.model, {**record.values, **named}, record)

    def _remember_lines(self, children: Iterable[Lines], rules: RecordRules) -> None:
        for lines in children:
            own = rules.children[lines.name]
            for line in lines.records:
                self._remember_row(own.model, line.values, line)
                self._remember_lines(line.children, own)

    def _remember_new_lines(self, children: Iterable[LineChanges], rules: RecordRules) -> None:
        for one in children:
            new = tuple([create.record for create in one.creates.values()])
            self._remember_lines([Lines(one.name, new)], rules)
            for update in one.updates.values():
                self._remember_new_lines(update.children, rules.children[one.name])

    def _remember_row(self, model: str, values: Mapping[str, Any], record: Record) -> dict[str, Any]:
        if model not in self._first_fields:
            return {}
        with self._lock:
            row = {**values, "id": next(self._ids)}
            self._keys[row["id"]] = shown_key(record)
            for name in self._first_fields[model]:
                self._rows[model, name, in_one_case(row.get(name, False))].append(row)
            return row
