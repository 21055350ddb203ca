"""`properties`: what one field of a record holds under names that its parent record defines (Odoo 16); and documents.

They are sent by name, and answered as a list of their definitions and values. `json` and `properties_definition` are
values that Odoo keeps as documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from odoo_etl.fieldtypes.cells import BadValue, Convert, shown
from odoo_etl.fieldtypes.field_type import Field, FieldType

JSON = FieldType(is_form=lambda _sent, _kept: True, cell=json.dumps, is_exact=False)
PROPERTIES_DEFINITION = FieldType(is_exact=False)


class Properties(dict[str, Any]):
    """Name to value of the properties that a source has; those that it does not name stay as they are."""

    def to_write(self, existing: Any) -> dict[str, Any]:
        """The properties with those that the record holds besides: Odoo empties what a write does not name."""
        return {**by_name(existing), **self}


def properties_of(value: Any, field: str) -> Properties:
    """The properties that a cell names: a JSON text is read.

    Args:
        value: name to value, or a list of `{"name": ..., "value": ...}`, as Odoo answers it; or JSON text of either.

    Raises:
        BadValue: it is neither.
    """
    found = _read(value) if isinstance(value, str) else value
    if isinstance(found, Mapping) and all(isinstance(name, str) for name in found):
        return Properties(found)
    if isinstance(found, list) and all(isinstance(one, Mapping) and "name" in one for one in found):
        return Properties(by_name(found))
    reason = f'{shown(value)} is no JSON object of properties for {field}, such as {{"color": "red", "size": 3}}'
    raise BadValue("bad_properties", reason)


def by_name(properties: Any) -> Mapping[str, Any]:
    """Name to value of properties as Odoo answers them, or by name already; of none, nothing."""
    if isinstance(properties, Mapping):
        return properties
    return {one["name"]: value_of(one) for one in properties} if isinstance(properties, list) else {}


def value_of(answered: Mapping[str, Any]) -> Any:
    """The value that one property is sent as: ids without the names that Odoo adds."""
    value = answered.get("value", False)
    if answered.get("type") == "many2one" and isinstance(value, list):
        return value[0]
    if answered.get("type") == "many2many":
        return [one[0] if isinstance(one, list) else one for one in value or ()]
    return value


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> Any:
    raise ValueError(name)


class Property(NamedTuple):
    """One property, with what was sent and what Odoo holds."""

    type_name: str  # "" where the record has no such property
    sent: Any
    kept: Any


def differing_properties(ours: Any, theirs: Any) -> Iterator[Property]:
    """The properties that `ours` names and that `theirs` holds otherwise; others are not the source's concern.

    A name without a definition, and a value that its definition does not allow, are dropped by Odoo without a word.
    """
    existing = {one["name"]: one for one in theirs or ()}
    for name, value in by_name(ours).items():
        found = existing.get(name, {})
        sent, kept = _sorted(value), _sorted(value_of(found))
        if sent != kept and (sent or kept):
            yield Property(found.get("type", ""), sent, kept)


def _sorted(value: Any) -> Any:
    """Lists are sets: of tags, of records."""
    return sorted(value, key=repr) if isinstance(value, (list, tuple)) else value


def encode_properties(field: Field) -> Convert:
    """Properties by name, or JSON text of them."""
    return lambda value: properties_of(value, field.name)


def same_properties(ours: Any, theirs: Any) -> bool:
    """No property that the source names has another value."""
    return not any(differing_properties(ours, theirs))


def have_no_values(properties: Any) -> bool:
    """Whether none of the properties has a value."""
    return not any(by_name(properties).values())


def properties_type(types: Mapping[str, FieldType]) -> FieldType:
    """The type of properties, whose values are of these types."""

    def is_form(sent: Any, kept: Any) -> bool:
        differing = differing_properties(sent, kept)
        return all(
            one.sent and one.kept and one.type_name in types and types[one.type_name].is_form(one.sent, one.kept)
            for one in differing
        )

    return FieldType(
        encode=encode_properties,
        same=lambda _: same_properties,
        is_form=is_form,
        is_empty=have_no_values,
        is_exact=False,
        is_rewritten=True,
    )
