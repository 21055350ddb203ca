"""Amounts of money as their currency keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.fieldtypes import id_of_answered, is_exact, rounded


@dataclass(frozen=True, slots=True)
class Currencies:
    """Rounds the monetary fields of one model.

    Attributes:
        steps: id of a currency to the smallest amount that it has.
        currency_fields: monetary field to the field that holds its currency.
        steps_of_new: currency field to the smallest amount of any currency that a new record could have there; only of
            currency fields that hang on the record's company alone. A finer amount than that no record can keep.
    """

    steps: Mapping[int, float] = field(default_factory=dict)
    currency_fields: Mapping[str, str] = field(default_factory=dict)
    steps_of_new: Mapping[str, float] = field(default_factory=dict)

    def as_kept(self, values: Mapping[str, Any], existing: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values with amounts rounded to the currency that the row names, or else the existing record has."""
        amounts = {}
        for name, currency_field in self.currency_fields.items():
            step = self._step(currency_field, values, existing) if values.get(name) else 0.0
            if step and is_exact(values[name], step):
                amounts[name] = rounded(values[name], step)
        return {**values, **amounts} if amounts else values

    def _step(self, currency_field: str, values: Mapping[str, Any], existing: Mapping[str, Any]) -> float:
        """The smallest amount; 0.0 where the currency is not known."""
        currency = values.get(currency_field) or existing.get(currency_field)
        number = id_of_answered(currency)
        if number:
            return self.steps.get(number, 0.0)
        return 0.0 if existing else self.steps_of_new.get(currency_field, 0.0)
