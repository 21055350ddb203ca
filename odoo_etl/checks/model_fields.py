"""The fields of a model as `inspect` reports them, by the answer of `fields_get`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from odoo_etl.inspections import FieldReport
from odoo_etl.planning import ATTRIBUTES, Dependents

ASKED: Final = (*ATTRIBUTES, "string", "help")


def reports_of(fields: Mapping[str, Mapping[str, Any]], given: Collection[str] = ()) -> list[FieldReport]:
    """Every field, in the order of their names.

    Args:
        fields: by name, what `fields_get` says of each.
        given: those that new records get a value for by themselves.
    """
    dependents = Dependents(fields)
    return [_report(name, fields[name], dependents, given) for name in sorted(fields)]


def _report(name: str, raw: Mapping[str, Any], dependents: Dependents, given: Collection[str]) -> FieldReport:
    stored = bool(raw.get("store", True))
    return FieldReport(
        name=name,
        label=str(raw.get("string") or ""),
        type=raw["type"],
        relation=raw.get("relation") or "",
        inverse=raw.get("relation_field") or "",
        required=bool(raw.get("required")),
        given=name in given,
        readonly=bool(raw.get("readonly")),
        stored=stored,
        searchable=bool(raw.get("searchable", stored)),
        translated=bool(raw.get("translate")),
        by_company=bool(raw.get("company_dependent")),
        selection=tuple((value, str(label)) for value, label in raw.get("selection") or ()),
        digits=tuple(raw["digits"]) if raw.get("digits") else None,
        related=_path(raw.get("related")),
        depends=tuple(raw.get("depends") or ()),
        recomputes=tuple(sorted(dependents.of([name]) - {name})),
        help=str(raw.get("help") or ""),
    )


def _path(related: Any) -> str:
    """Older servers give the path in parts."""
    return related if isinstance(related, str) else ".".join(related or ())
