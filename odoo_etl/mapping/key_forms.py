"""The forms in which values identify records: what differs in nothing that counts is equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from odoo_etl.fieldtypes import Convert, IdList, TargetField
from odoo_etl.mapping.record import RefList
from odoo_etl.spec import TargetSpec
from odoo_etl.text import lowered

FormOfColumn = Callable[[Sequence[Any]], Sequence[Any]]


def in_any_case(form: Convert) -> Convert:
    """The same, with texts that differ in their case only made equal."""
    return lambda value: in_one_case(form(value))


def in_one_case(value: Any) -> Any:
    """A text without its case; anything else as it is."""
    return lowered(value) if isinstance(value, str) else value


def in_one_form(value: Any, *, any_case: bool) -> Any:
    """A value such that those which mean the same are equal: records of an x2many field are in no order."""
    if isinstance(value, RefList):
        return value.command, frozenset(value.refs)
    if isinstance(value, IdList):
        return value.command, frozenset(value.ids)
    return in_one_case(value) if any_case else value


def key_forms(target: TargetSpec, fields: dict[str, TargetField]) -> list[FormOfColumn]:
    """For each field that identifies a record, the function that brings its values into such a form."""
    return [_form(fields[name], any_case=target.ignore_case) for name in target.own_key]


def _form(field: TargetField, *, any_case: bool) -> FormOfColumn:
    if field.rounds_keys:
        return lambda values: [field.comparable(one) if isinstance(one, float) else one for one in values]
    if any_case and field.type.is_text:
        return lambda values: list(map(in_one_case, values))
    return _as_they_are


def _as_they_are(values: Sequence[Any]) -> Sequence[Any]:
    return values
