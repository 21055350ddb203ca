"""Headers as Odoo's own export writes them: `country_id/id`, `Country/Code`, `order_line/product_id`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.headers import heading_of
from odoo_etl.guessing.models import ModelField, Models
from odoo_etl.guessing.names import folded
from odoo_etl.guessing.proposals import Proposal

_EXTERNAL: Final = frozenset({"id", "external id", "externe id", "id externe", "external_id"})
_DATABASE: Final = frozenset({".id", "database id", "datenbank-id"})
_DISPLAY: Final = frozenset({"display_name", "display name", "name"})


def exported_proposal(column: Column, model: str, models: Models) -> Proposal | None:
    """The proposal that a header of several parts says by itself; None for any other header."""
    parts = heading_of(column.name).path
    if not parts:
        return None
    first = _field(parts[0], models.fields(model))
    if first is None:
        return None
    if first.type.is_lines and len(parts) > 1:
        return _of_line(column, first, parts[1:], models)
    return _of_record(column, first, "", parts[1:], models)


def _of_line(column: Column, lines: ModelField, parts: tuple[str, ...], models: Models) -> Proposal | None:
    field = _field(parts[0], models.fields(lines.relation))
    if field is None or field.type.is_lines:
        return None
    return _of_record(column, field, f"{lines.name}.", parts[1:], models)


def _of_record(
    column: Column, field: ModelField, prefix: str, parts: tuple[str, ...], models: Models
) -> Proposal | None:
    keys: Mapping[str, Any] = {}
    if field.relation:
        by = _by(parts, models.fields(field.relation))
        if by is None:
            return None
        keys = {**({"split": ","} if field.type.is_many else {}), "lookup": {"model": field.relation, "by": by}}
    elif parts:
        return None
    return Proposal(column.name, f"{prefix}{field.name}", keys, "a header of Odoo's export", 0.99, active=True)


def _by(parts: tuple[str, ...], fields: Mapping[str, ModelField]) -> str | None:
    """The field by which an export names records; None where the header says none."""
    if not parts:
        return "name"
    last = parts[0].lower()
    if last in _EXTERNAL:
        return "external_id"
    if last in _DATABASE:
        return "id"
    found = _field(parts[0], fields)
    return found.name if found and len(parts) == 1 else "name" if last in _DISPLAY else None


def _field(word: str, fields: Mapping[str, ModelField]) -> ModelField | None:
    """A field by its technical name, or by a label in any language."""
    if word in fields:
        return fields[word]
    return next(
        (one for one in fields.values() if folded(word) in one.labels and (one.is_open or one.type.is_lines)), None
    )
