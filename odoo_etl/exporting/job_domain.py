"""The records that a job is about, as far as its mapping says: those that have its constants, and a key."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.spec import FieldSpec


def domain_of(specs: Mapping[str, FieldSpec], fields: Mapping[str, TargetField], key: Collection[str]) -> list[Any]:
    """The conditions on records, or on lines.

    Args:
        specs: what is mapped.
        key: the fields that a record needs.
    """
    return [term for name, spec in specs.items() for term in _terms(name, spec, fields[name], name in key)]


def _terms(name: str, spec: FieldSpec, target: TargetField, in_key: bool) -> Iterator[list[Any]]:
    kind = target.type
    if not target.searchable or kind.is_markup or kind.is_file:
        return
    if spec.has_value and not kind.is_many:
        yield from _constant(name, spec)
    elif spec.map is not None and not spec.lookup and not spec.has_default and in_key:
        yield [name, "in", list(dict.fromkeys(spec.map.values()))]
    elif in_key and not kind.never_empty and not kind.false_is_a_value and not spec.has_value:
        yield [name, "!=", False]


def _constant(name: str, spec: FieldSpec) -> Iterator[list[Any]]:
    """The records that have a value which stands in the job, as a run would write it."""
    if spec.write != "always":
        return
    if not spec.lookup:
        yield [name, "=", False if spec.value is None else spec.value]
    elif spec.lookup[0].path is None and len(spec.lookup) == 1:
        (by, *more) = spec.lookup[0].paths or ("", "")
        if not more:
            yield [name if by == "id" else f"{name}.{by}", "=", spec.value]
