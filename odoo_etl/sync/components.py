"""The components of a job's run: what leads from rows to a plan, and what carries a plan out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Mapper
from odoo_etl.planning import Planner, Update, kept_along, lines_along, lines_lost, sent_along, spared
from odoo_etl.sync.existing import Finder, Lookups, LostKeys, NotesIds, OwnLines, Schema, links_among, read_whole
from odoo_etl.sync.outcome import Written
from odoo_etl.sync.ports import Target
from odoo_etl.sync.witness import WritesPlans
from odoo_etl.sync.writing import Recorder, Remover

# Reads see archived records; writes send no mails, follow nothing and log no changes.
CONTEXT = {
    "active_test": False,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "no_reset_password": True,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts that lead from rows to a plan.

    Attributes:
        target: where the job writes, with the context of every call.
        fields: the mapped fields by name.
        related: what makes records relatives, by name.
        own_lines: the lines that rows of the job stood for.
    """

    target: Target
    fields: Mapping[str, TargetField]
    related: Mapping[str, TargetField]
    mapper: Mapper
    planner: Planner
    lookups: Lookups
    finder: Finder
    lost_keys: LostKeys
    schema: Schema
    own_lines: OwnLines

    @property
    def source_ids(self) -> NotesIds:
        """Takes note of which records came from which of another database."""
        return self.lookups.source_ids

    def named(self, updates: Sequence[Update]) -> list[dict[str, Any]]:
        """The keys that the records of updates are found by, as the journal keeps them."""
        return self.finder.named([self.finder.key_of(one.record) for one in updates])

    def with_dependents(self, updates: Sequence[Update]) -> list[Update]:
        """The updates with the mapped fields that Odoo would compute anew because of them."""
        if not updates:
            return []
        dependents, rules = self.schema.dependents(self.target.model), self.planner.rules
        if rules.children:
            updates = [lines_along(update, rules, self.schema.dependents) for update in updates]
        updates = [sent_along(update, dependents) for update in updates]
        if not rules.spares:
            return updates
        left = {update.id: spared(update, dependents, rules) - update.existing.keys() for update in updates}
        rows = self._read(left)
        known = [replace(one, existing={**one.existing, **rows.get(one.id, {})}) for one in updates]
        return [kept_along(update, dependents, rules) for update in known]

    def lost_lines(self, written: Sequence[Written]) -> str:
        """Why each run would add lines of these records, just written, once more; "" where all are found."""
        self.own_lines.made(one.id for one in written)
        records = [one.record for one in written]
        found = self.finder.of(records)
        plan = self.planner.plan(records, found.existing, found.flaws, own=True)
        self.own_lines.learn(records, found, self.finder)
        return next(filter(None, map(lines_lost, plan.updates)), "")

    def _read(self, names: Mapping[int, Collection[str]]) -> dict[int, dict[str, Any]]:
        """Id to what records hold in some fields, in one call; nothing of those of which nothing is asked."""
        ids, target = [each for each, some in names.items() if some], self.target
        if not ids:
            return {}
        wanted = sorted(set().union(*names.values()))
        domain, links = [["id", "in", ids]], links_among(self.fields[name] for name in wanted)
        rows = read_whole(target.client, target.model, domain, wanted, links, target.context)
        return {row["id"]: row for row in rows}


@dataclass(frozen=True, slots=True)
class Writing:
    """The parts that carry out a plan."""

    recorder: Recorder
    writer: WritesPlans
    remover: Remover
