"""Rules of a model's records: what identifies them, which fields are compared, and the same of their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from odoo_etl.fieldtypes import TargetField
from odoo_etl.planning.currencies import Currencies

Rest = Literal["keep", "remove", "archive"]


@dataclass(frozen=True, slots=True)
class RecordRules:
    """How records of one model are identified and compared.

    Attributes:
        fields: the mapped fields by name.
        key: names of those that identify a record; none where records are found by external id.
        any_case: keys are the same whatever the case of their texts.
        currencies: round amounts of money; needed where a monetary field is mapped.
        only_new: the fields that only new records get.
        if_empty: those that others get only where they are empty.
        children: the one2many fields whose lines are written with their record.
    """

    fields: Mapping[str, TargetField]
    key: tuple[str, ...] = ()
    currencies: Currencies = field(default_factory=Currencies)
    only_new: frozenset[str] = frozenset()
    if_empty: frozenset[str] = frozenset()
    children: Mapping[str, LineRules] = field(default_factory=dict)
    any_case: bool = False

    @property
    def spares(self) -> bool:
        """Whether there are fields that not every record gets."""
        return bool(self.only_new or self.if_empty)

    def leaves(self, name: str, kept: Any) -> bool:
        """Whether a field of an existing record stays as it is, whatever the source wants."""
        return name in self.only_new or (name in self.if_empty and not self.fields[name].type.is_empty(kept))


@dataclass(frozen=True, slots=True)
class LineRules(RecordRules):
    """The same of the lines of a one2many field: the key is that within their parent; without any, their order is.

    Attributes:
        rest: what becomes of lines that the source lacks.
    """

    rest: Rest = "keep"
