"""The finder of a job: one that searches its records, and around it those that save reads, bring files, or guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from odoo_etl.fieldtypes import TargetField
from odoo_etl.planning import Planner
from odoo_etl.spec import JobSpec
from odoo_etl.sync.existing import (
    AdoptingFinder,
    AttachmentFinder,
    ExternalIdFinder,
    Finder,
    GuardedFinder,
    KeyFinder,
    LedgerFinder,
    VariantFinder,
    by_ledger,
    content_fields,
)
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session import Past

Fields = Mapping[str, TargetField]


@dataclass(frozen=True, slots=True)
class Finding:
    """Puts the finder of a job together.

    Attributes:
        past: what the ledger knows of the job; None where it knows nothing.
        learns: False for a plan, which sends nothing.
        now: seconds since 1970.
    """

    spec: JobSpec
    target: Target
    planner: Planner
    past: Past | None
    learns: bool
    now: Callable[[], float]

    def finder(self, fields: Fields, related: Fields, *, is_dated: bool) -> Finder:
        """The finder, which reads these fields.

        Args:
            fields: those that are compared, by name.
            related: what makes records relatives, by name.
            is_dated: records of the model say when they were last written.
        """
        spec, target, past = self.spec, self.target, self.past
        contents = content_fields(target.model, fields)
        others = {name: one for name, one in fields.items() if name not in contents}
        finder = self._searching({**others, **related})
        if past is not None and self.learns and is_dated and by_ledger(spec, others):
            finder = LedgerFinder(finder, target, others, past.known("equal"), self.now)
        if spec.target.adopts:
            finder = self._adopting(finder, {**others, **related})
        if contents:
            made = past.known("made") if past is not None else None
            finder = AttachmentFinder(finder, target, contents, made, learns=self.learns)
        if spec.has_variants:
            finder = VariantFinder(finder, target, spec.only_new)
        return self._guarded(finder, past) if past is not None and past.retried else finder

    def _searching(self, fields: Fields) -> Finder:
        spec, target = self.spec.target, self.target
        if spec.external_id is None:
            return KeyFinder(target.client, spec, self.planner, fields, target.context)
        return ExternalIdFinder(target.client, target.model, spec.external_id.module, fields, target.context)

    def _adopting(self, finder: Finder, fields: Fields) -> Finder:
        spec, target = self.spec.target, self.target
        by_key = Planner(spec.mode, replace(self.planner.rules, key=tuple(spec.key)))
        return AdoptingFinder(
            target.client, spec, finder, KeyFinder(target.client, spec, by_key, fields, target.context)
        )

    def _guarded(self, finder: Finder, past: Past) -> Finder:
        """The finder that leaves alone what runs wrote since the rows were rejected that are fed again."""
        later = past.later_writes()
        if not later.came:
            return finder
        past.note(
            f"run {later.came} came after these rows were rejected: records that runs wrote since are left alone; what"
            " it found equal to its source left no trace, so look whether the rows are still what the source says"
        )
        return GuardedFinder(finder, later)
