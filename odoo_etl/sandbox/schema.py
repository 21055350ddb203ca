"""Models and fields of the sandbox, read from the snapshot of a real Odoo 19 (`make snapshot`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

X2MANY = frozenset({"one2many", "many2many"})
RELATIONAL = frozenset({"many2one", "one2many", "many2many"})
BOOKKEEPING = ("create_uid", "create_date", "write_uid", "write_date")

# Odoo names these in Python only; no call over the wire tells them.
REC_NAME = {
    "ir.config_parameter": "key",
    "ir.module.module": "shortdesc",
    "product.category": "complete_name",
    "res.partner": "complete_name",
}
DELEGATES = {"res.company": "partner_id", "res.users": "partner_id"}  # a company has a partner of its own, too
PARENT_FIELDS = {"uom.uom": "relative_uom_id"}
# Fields whose choices come from a method in Odoo (the installed languages): it does not check their values.
OPEN_SELECTIONS = frozenset({"lang"})
# In Odoo these live on the product's only variant; the sandbox has no variants and keeps them on the template.
OWN_COLUMNS = frozenset({("product.template", "barcode"), ("product.template", "standard_price")})
# Fields that show what depends on the company elsewhere.
BY_COMPANY = frozenset({("product.template", "standard_price")})

# What an empty database value equals when domains compare it (`Field.falsy_value` in Odoo).
FALSY: dict[str, Any] = {
    "char": "",
    "text": "",
    "html": "",
    "integer": 0,
    "many2one_reference": 0,
    "float": 0.0,
    "monetary": 0.0,
    "boolean": False,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one model.

    Attributes:
        by_company: each company has a value of its own.
        path: the dotted path of a related field that holds no value of its own, else "".
        column: True when the model's table has a column for it.
        link: table and columns of a many2many as `(table, own column, other column)`, else None.
        described: what `fields_get` answers for it.
    """

    model: str
    name: str
    type: str
    string: str
    required: bool
    translate: bool
    by_company: bool
    relation: str
    inverse: str
    path: str
    column: bool
    index: bool
    on_delete: str
    selection: frozenset[Any] | None
    digits: int | None
    link: tuple[str, str, str] | None
    described: Mapping[str, Any]

    @property
    def falsy(self) -> Any:
        """The value that an empty cell equals in a comparison, or None where there is none."""
        return FALSY.get(self.type)

    def __str__(self) -> str:
        """As Odoo names a field in messages: `res.partner.name`."""
        return f"{self.model}.{self.name}"


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its fields, default order, defaults and database constraints.

    Attributes:
        named_by: of a pulled model, the field that names a record, "" where there is none.
        inherits: of a pulled model, the many2one to the record that holds the delegated fields, or "".
        is_plain: it is a pulled model, whose constraints nobody knows.
    """

    name: str
    description: str
    order: str
    fields: Mapping[str, Field]
    defaults: Mapping[str, Any]
    constraints: tuple[Mapping[str, str], ...]
    named_by: str = "name"
    inherits: str = ""
    is_plain: bool = False

    @property
    def table(self) -> str:
        """Name of the model's table."""
        return self.name.replace(".", "_")

    @property
    def rec_name(self) -> str:
        """The field that names a record; older versions of Odoo lack some."""
        known = REC_NAME.get(self.name, "")
        return known if known in self.fields else self.named_by

    @property
    def parent(self) -> str:
        """The field that makes records a tree."""
        return PARENT_FIELDS.get(self.name, "parent_id")

    @property
    def delegate(self) -> str:
        """The many2one to the record that holds the delegated fields (`_inherits`), or ""."""
        return DELEGATES.get(self.name, self.inherits)

    @property
    def is_tree(self) -> bool:
        """Whether its records have records of the same model above them, and none above itself."""
        return self.parent in self.fields and not self.is_plain

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            ValueError: the model has no such field.
        """
        try:
            return self.fields[name]
        except (KeyError, TypeError):
            raise ValueError(f"Invalid field {name!r} on {self.name!r}") from None


Catalog = dict[str, Model]


UNIQUE = re.compile(r"unique(?:\s+index)?\s*\(([^)]*)\)\s*$", re.IGNORECASE)


def unique_columns(definition: str) -> list[str]:
    """The columns of a unique constraint or index, none for another constraint."""
    match = UNIQUE.search(definition)
    return [column.strip() for column in match[1].split(",")] if match else []


def _link(raw: Mapping[str, Any]) -> tuple[str, str, str] | None:
    if raw["type"] != "many2many":
        return None
    return (raw["relation_table"], raw["column1"], raw["column2"])


def read_field(model: str, name: str, raw: Mapping[str, Any]) -> Field:
    """Build a field from its entry in the snapshot."""
    hidden = {"on_delete", "relation_table", "column1", "column2", "index", "path"}
    path = "" if (model, name) in OWN_COLUMNS else raw.get("path") or raw.get("related", "")
    own = raw["store"] or (model, name) in OWN_COLUMNS
    digits = raw.get("digits")
    closed = raw.get("selection") if name not in OPEN_SELECTIONS else None
    return Field(
        model=model,
        name=name,
        type=raw["type"],
        string=raw["string"],
        required=bool(raw["required"]),
        translate=bool(raw.get("translate")),
        by_company=bool(raw.get("company_dependent")) or (model, name) in BY_COMPANY,
        relation=raw.get("relation", ""),
        inverse=raw.get("relation_field", ""),
        path=path,
        column=own and not path and raw["type"] not in X2MANY,
        index=bool(raw.get("index")) or raw["type"] == "many2one",
        on_delete=raw.get("on_delete", ""),
        selection=frozenset(key for key, _ in closed) if closed else None,
        digits=digits[1] if digits else None,
        link=_link(raw),
        described={key: value for key, value in raw.items() if key not in hidden},
    )


@lru_cache(maxsize=2)
def load_catalog(folder: Path | None = None) -> Catalog:
    """Every bundled model by name.

    Args:
        folder: has the snapshot of another server, in place of the bundled one.
    """
    raw = orjson.loads(_home(folder).joinpath("models.json").read_bytes())
    return {
        name: Model(
            name=name,
            description=entry["description"],
            order=entry["order"],
            fields={field: read_field(name, field, described) for field, described in entry["fields"].items()},
            defaults=entry["defaults"],
            constraints=tuple(entry["constraints"]),
        )
        for name, entry in raw.items()
    }


def load_records(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """The bundled records: `{model: {"fields": [...], "rows": [[...], ...]}}`, `id` first.

    Args:
        folder: has the snapshot of another server, in place of the bundled one.
    """
    content = _home(folder).joinpath("records.json").read_bytes()
    records: dict[str, dict[str, Any]] = orjson.loads(content)
    return records


def _home(folder: Path | None) -> Path | Traversable:
    return folder or resources.files("odoo_etl.sandbox.snapshot")
