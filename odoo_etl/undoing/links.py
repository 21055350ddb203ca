"""The fields of any model that refer to records of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from odoo_etl.errors import unless_refused
from odoo_etl.fieldtypes import type_of
from odoo_etl.sync.ports import Target

_FIELDS, _MODELS = "ir.model.fields", "ir.model"
_LINKING = ("many2one", "many2many")
_DESCRIBED = ("type", "relation", "store", "readonly")
_WITHOUT_RECORDS = ("transient", "abstract")  # models; older servers do not tell the second

_Named = tuple[str, str, str]  # model, field, type


@dataclass(frozen=True, slots=True)
class Link:
    """A stored field that people and jobs write.

    Attributes:
        is_many: it holds any number of records.
    """

    model: str
    name: str
    is_many: bool


def links_to(target: Target, known: Collection[str]) -> list[Link]:
    """The links to records of a model: all that there are, or those of some models if the user may not ask for all.

    Args:
        known: these models.
    """
    found = _of_all_models(target) or [one for model in sorted(known) for one in _of_model(target, model)]
    return [Link(model, name, type_of(kind).is_many) for model, name, kind in found]


def _of_all_models(target: Target) -> list[_Named]:
    """As Odoo lists them for those who manage access rights; none for others."""
    client, context = target.client, target.context
    wanted = [
        ["relation", "=", target.model],
        ["ttype", "in", _LINKING],
        ["store", "=", True],
        ["readonly", "=", False],
    ]
    rows: list[dict[str, Any]] = []
    with unless_refused():
        kinds = client.fields_get(_MODELS, _WITHOUT_RECORDS, ["type"], context=context)
        wanted += [[f"model_id.{kind}", "=", False] for kind in kinds]
        rows = client.search_read(_FIELDS, wanted, ["model", "name", "ttype"], context=context)
    return sorted((row["model"], row["name"], row["ttype"]) for row in rows)


def _of_model(target: Target, model: str) -> Iterator[_Named]:
    fields: dict[str, dict[str, Any]] = {}
    with unless_refused():
        fields = target.client.fields_get(model, None, _DESCRIBED, context=target.context)
    for name, one in fields.items():
        kind = type_of(one["type"])
        links = kind.has_model and kind.is_writable and one.get("relation") == target.model
        if links and one.get("store", True) and not one.get("readonly"):
            yield model, name, one["type"]
