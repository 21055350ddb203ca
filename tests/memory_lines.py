"""What the Odoo in memory does with one2many fields, and with values of other languages and companies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import OWN, Variant
from tests.memory_models import MODELS

BASE_LANGUAGE = "en_US"


def is_lines(attributes: Mapping[str, Any]) -> bool:
    """Whether the field shows the records whose `relation_field` points here."""
    return attributes["type"] == "one2many" and "relation_field" in attributes


def lines_among(model: str, values: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Sequence[Any]]]:
    """The fields of lines that are written, with their commands."""
    for name, value in values.items():
        attributes = MODELS[model].get(name, {"type": ""})
        if is_lines(attributes):
            yield attributes, value or ()


def without_lines(model: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the record itself."""
    return {name: one for name, one in values.items() if not is_lines(MODELS[model].get(name, {"type": ""}))}


def line_ids(attributes: Mapping[str, Any], records: Mapping[str, Mapping[int, Any]], parent: int) -> list[int]:
    """The lines of a record."""
    table = records.get(attributes["relation"], {})
    return [number for number, one in table.items() if one.get(attributes["relation_field"]) == parent]


def variant_of(attributes: Mapping[str, Any], context: Mapping[str, Any] | None) -> Variant:
    """Whose value of a field a call reads and writes, by its context."""
    context = context or {}
    if attributes.get("translate") and context.get("lang", BASE_LANGUAGE) != BASE_LANGUAGE:
        return Variant(context["lang"])
    if attributes.get("company_dependent") and context.get("allowed_company_ids"):
        return Variant(company=context["allowed_company_ids"][0])
    return OWN


def stored_under(attributes: Mapping[str, Any], name: str, record: Mapping[str, Any], variant: Variant) -> str:
    """Where the value stands that is read: a text without a translation is the same in every language."""
    path = variant.path(name)
    return name if attributes.get("translate") and path not in record else path
