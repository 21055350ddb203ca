"""Rules of a model's records: what identifies them, what is compared, in which currency; the same of their lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from odoo_etl.fieldtypes import Same, TargetField, id_of_answered, is_exact, rounded
from odoo_etl.mapping import Variant, at_path


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

    def leaves(self, name: str, kept: Any, *, finishing: bool = False) -> bool:
        """Whether a field of an existing record stays as it is, whatever the source wants.

        Args:
            finishing: the job has made the record and may not have written all that a new one gets.
        """
        if name in self.if_empty or (finishing and name in self.only_new):
            return not self.fields[name].type.is_empty(kept)
        return name in self.only_new


@dataclass(frozen=True, slots=True)
class LineRules(RecordRules):
    """The same of the lines of a one2many field: the key is that within their parent; without any, their order is.

    Attributes:
        rest: what becomes of lines that the source lacks.
        model: of the lines.
        variants: the fields that have values in other languages and companies.
        narrowed: their field leaves some of the record's lines out.
    """

    rest: Rest = "keep"
    model: str = ""
    narrowed: bool = False
    variants: Mapping[Variant, Collection[str]] = field(default_factory=dict)


def have_variants(lines: Mapping[str, LineRules]) -> bool:
    """Whether any lines, at any depth, have values in other languages or companies."""
    return any(one.variants or have_variants(one.children) for one in lines.values())


def difference(
    wanted: Mapping[str, Any], existing: Mapping[str, Any], comparers: Mapping[str, Same]
) -> dict[str, tuple[Any, Any]]:
    """Field to (what Odoo holds, what the source wants), for the fields that differ."""
    return {
        name: (existing.get(name, False), value)
        for name, value in wanted.items()
        if existing.get(name, False) != value and not comparers[name](value, existing.get(name, False))
    }


def field_of_line(rules: RecordRules, path: str) -> TargetField:
    """The field that a path such as `order_line[30].price_unit` names.

    Raises:
        KeyError: no line has it.
    """
    name, _, rest = path.partition("[")
    lines, end = rules.children[name], rest.find("].")
    while end >= 0:  # what identifies a line may hold the marks, too
        inner = rest[end + 2 :]
        if at_path(inner)[0] in lines.fields:
            return lines.fields[at_path(inner)[0]]
        if inner.partition("[")[0] in lines.children:
            return field_of_line(lines, inner)
        end = rest.find("].", end + 1)
    raise KeyError(path)
