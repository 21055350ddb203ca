"""`properties`: what one field of a record holds under names that its parent record defines (Odoo 16); and documents.

They are sent by name, and answered as a list of their definitions and values. `json` and `properties_definition` are
values that Odoo keeps as documents.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from odoo_etl.fieldtypes.cells import BadValue, Convert, shown
from odoo_etl.fieldtypes.field_type import Field, FieldType

JSON = FieldType(is_form=lambda _sent, _kept: True, cell=json.dumps, is_exact=False)


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
        return Properties({name: _plain(one) for name, one in found.items()})
    if isinstance(found, list) and all(isinstance(one, Mapping) and "name" in one for one in found):
        return Properties({name: _plain(one) for name, one in by_name(found).items()})
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


def typed_properties(answered: Any) -> dict[str, Any] | None:
    """Name to value of the properties of an answer; None where there are none."""
    return dict(by_name(answered)) or None


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _plain(value: Any) -> Any:
    """A value as Odoo answers it: moments and exact numbers of typed sources have no form of their own there."""
    if isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value
        return utc.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_day(value: Any) -> bool:
    return _is_written(value, lambda text: date.fromisoformat(text).isoformat())


def _is_moment(value: Any) -> bool:
    return _is_written(value, lambda text: datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S"))


def _is_written(value: Any, again: Callable[[str], str]) -> bool:
    """Whether the value is a text that is read and written again as it stands."""
    try:
        return isinstance(value, str) and again(value) == value
    except ValueError:
        return False


# Of these types Odoo keeps whatever it is sent, and then finds nothing by it; of the others it drops what does not fit.
_HOLDS: Mapping[str, Callable[[Any], bool]] = {
    "char": _is_text,
    "date": _is_day,
    "datetime": _is_moment,
    "float": _is_number,
    "integer": _is_whole,
    "monetary": _is_number,
    "text": _is_text,
}


class Property(NamedTuple):
    """One property, with what was sent and what Odoo holds."""

    type_name: str  # "" where the record has no such property
    sent: Any
    kept: Any

    @property
    def is_other(self) -> bool:
        """Whether the two are no equals; no value is equal to another."""
        return bool(self.sent != self.kept and (self.sent or self.kept))

    @property
    def is_mistyped(self) -> bool:
        """Whether Odoo holds something that is no value of the property's type."""
        holds = _HOLDS.get(self.type_name)
        return bool(self.kept) and holds is not None and not holds(self.kept)

    @property
    def is_comparable(self) -> bool:
        """Whether one value may be a form of the other."""
        alike = isinstance(self.sent, str) == isinstance(self.kept, str)
        return bool(self.sent and self.kept) and alike and not self.is_mistyped


def differing_properties(ours: Any, theirs: Any) -> Iterator[Property]:
    """The properties that `ours` names and that `theirs` holds otherwise; others are not the source's concern.

    A name without a definition, and a value that its definition does not allow, are dropped by Odoo without a word. One
    that it keeps although it is of another type differs from what a source has, not from an image of what was there.
    """
    return iter(_differing(ours, theirs).values())


def _differing(ours: Any, theirs: Any) -> dict[str, Property]:
    existing = {one["name"]: one for one in theirs or ()}
    pairs = ((name, existing.get(name, {}), value) for name, value in by_name(ours).items())
    named = {name: Property(one.get("type", ""), _sorted(value), _sorted(value_of(one))) for name, one, value in pairs}
    is_wanted = isinstance(ours, Properties)
    return {name: one for name, one in named.items() if one.is_other or (is_wanted and one.is_mistyped)}


def shown_difference(sent: Any, kept: Any) -> tuple[Any, Any]:
    """A value that was sent and the one that Odoo holds, as reports show them: of properties just those that differ."""
    if not isinstance(sent, Properties):
        return sent, kept
    found = _differing(sent, kept)
    return {name: one.sent for name, one in found.items()}, {name: _told(one) for name, one in found.items()}


def _told(one: Property) -> Any:
    return f"{one.kept!r}, which is no {one.type_name}" if one.is_mistyped else one.kept


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


def definitions_of(value: Any, field: str) -> list[Any]:
    """The properties that a cell defines, as Odoo answers them: a JSON text is read.

    Raises:
        BadValue: it is no list of definitions.
    """
    found = _read(value) if isinstance(value, str) else value
    if isinstance(found, list) and all(isinstance(one, Mapping) and "name" in one for one in found):
        return found
    reason = f'{shown(value)} is no JSON list of definitions for {field}, such as [{{"name": "a", "type": "char"}}]'
    raise BadValue("bad_properties", reason)


def encode_definitions(field: Field) -> Convert:
    """Definitions of properties, or JSON text of them."""
    return lambda value: definitions_of(value, field.name)


def same_definitions(ours: Any, theirs: Any) -> bool:
    """Equal, or both empty."""
    return bool(ours == theirs) or not (ours or theirs)


PROPERTIES_DEFINITION = FieldType(encode=encode_definitions, same=lambda _: same_definitions, is_exact=False)


def properties_type(types: Mapping[str, FieldType]) -> FieldType:
    """The type of properties, whose values are of these types."""

    def is_form(sent: Any, kept: Any) -> bool:
        differing = differing_properties(sent, kept)
        return all(
            one.is_comparable and one.type_name in types and types[one.type_name].is_form(one.sent, one.kept)
            for one in differing
        )

    return FieldType(
        encode=encode_properties,
        typed=typed_properties,
        same=lambda _: same_properties,
        is_form=is_form,
        is_empty=have_no_values,
        is_exact=False,
        is_rewritten=True,
    )
