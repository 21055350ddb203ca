"""Ties between the records of a job and those of other jobs of a run: a write to one may change the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from odoo_etl.fieldtypes import TargetField
from odoo_etl.sync.existing import Schema


@dataclass(frozen=True, slots=True)
class Ties:
    """The ties of one job.

    Attributes:
        behind: the models that a write to may change what the job has written.
        reaches: (model, field) that fields of the job are computed from: Odoo may write what it gets for one into the
            other, as it does with the e-mail address of a lead and of its partner.
    """

    behind: frozenset[str] = frozenset()
    reaches: frozenset[tuple[str, str]] = frozenset()

    def reach(self, model: str, names: Collection[str]) -> bool:
        """Whether they lead to one of these fields."""
        return any((model, name) in self.reaches for name in names)


def ties_of(
    model: str, fields: Mapping[str, TargetField], schema: Schema, beside: frozenset[str], *, kin: bool
) -> Ties:
    """The ties of a job.

    Args:
        fields: the mapped fields by name.
        beside: the models that other jobs write.
        kin: one of them writes the same fields of the same model, or records related to this job's.
    """
    own = frozenset({model})
    behind = own if kin else frozenset()
    computed = [name for name, one in fields.items() if one.depends and not one.computed]
    if not computed or not beside:
        return Ties(behind)
    dependents = schema.dependents(model)
    reaches = frozenset(one for one in dependents.reached(computed) if one[0] in beside)
    return Ties(behind | ((dependents.models_behind(computed) | own) & beside), reaches)
