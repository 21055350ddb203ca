"""Models that `odoo-etl schema pull` has described: plain tables beside the bundled models.

A file describes the fields of one model, as `fields_get` told them. Its methods are not known, so that nothing is
computed and no constraint but a required field and a foreign key is kept. A field is left out where the sandbox would
have to invent its value: one that is computed and not stored, and one that leads to a model that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

from odoo_etl.sandbox.field_values import INTO
from odoo_etl.sandbox.schema import RELATIONAL, X2MANY, Catalog, Field, Model, read_field

if TYPE_CHECKING:
    from pathlib import Path

Raw = Mapping[str, Any]  # one field as the file describes it
RawFields = dict[str, dict[str, Raw]]  # by model and name

_TREE_PATH = "parent_path"  # follows from methods
_EVERY_MODEL: Mapping[str, Raw] = {
    "id": {"type": "integer", "readonly": True},
    "create_date": {"type": "datetime", "readonly": True},
    "create_uid": {"type": "many2one", "relation": "res.users", "readonly": True},
    "write_date": {"type": "datetime", "readonly": True},
    "write_uid": {"type": "many2one", "relation": "res.users", "readonly": True},
}
# Attributes that a file leaves out where they are empty, and those that `fields_get` does not tell.
_UNSAID = {"required": False, "readonly": False, "store": True, "company_dependent": False, "depends": []}
_ASIDE = frozenset({"on_delete", "relation_table", "column1", "column2", "labels", "strings", "path"})


@dataclass(frozen=True)
class Pulled:
    """The models of a folder.

    Attributes:
        catalog: the bundled models and these.
        models: the names of those that are not bundled.
        widened: the names of the bundled ones that have further fields.
        left_out: by model, the fields that the sandbox does without.
    """

    catalog: Catalog
    models: tuple[str, ...] = ()
    widened: tuple[str, ...] = ()
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def told(self) -> list[str]:
        """Lines for whoever uses them; none where there is nothing to say."""
        lines = []
        if self.models:
            lines.append(f"{', '.join(self.models)}: plain tables, which compute nothing and know no rules of Odoo")
        if self.widened:
            lines.append(f"{', '.join(self.widened)}: with further fields, of which the same is true")
        if out := sum(map(len, self.left_out.values())):
            are = "1 field of these is" if out == 1 else f"{out} fields of these are"
            lines.append(f"{are} left out: computed ones, and those that lead to other models")
        return lines


def with_pulled(bundled: Catalog, folder: Path | None) -> Pulled:
    """The bundled models, and those that the files of a folder describe; a folder that is not there has none.

    Raises:
        OSError: a file cannot be read, or describes no model.
    """
    files = sorted(folder.glob("*.json")) if folder is not None and folder.is_dir() else []
    documents = {found["model"]: found for found in map(_read, files)}
    described = {name: {**_EVERY_MODEL, **found["fields"]} for name, found in documents.items()}
    kept = _kept(described, bundled)
    names = {
        model: described.get(model, {}).keys() | _own(bundled, model).keys() for model in described.keys() | bundled
    }
    models = {name: _model(found, kept[name], names) for name, found in documents.items() if name not in bundled}
    widened = {name: _widened(bundled[name], kept[name]) for name in documents if name in bundled}
    widened = {name: model for name, model in widened.items() if model != bundled[name]}
    out = {name: tuple(sorted(fields.keys() - kept[name].keys())) for name, fields in described.items()}
    out = {name: tuple(one for one in left if one not in _own(bundled, name)) for name, left in out.items()}
    catalog = {**bundled, **widened, **models}
    return Pulled(
        catalog, tuple(sorted(models)), tuple(sorted(widened)), {name: left for name, left in out.items() if left}
    )


def _own(bundled: Catalog, name: str) -> Mapping[str, Field]:
    return bundled[name].fields if name in bundled else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
        _ = found["model"], {name: raw["type"] for name, raw in found["fields"].items()}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise OSError(f"{path} describes no model: run `odoo-etl schema pull` again") from error
    return found


def _kept(described: RawFields, bundled: Catalog) -> RawFields:
    """The fields that can be served; what leads through one that cannot goes with it."""
    kept = {
        model: {name: raw for name, raw in fields.items() if _is_plain(name, raw)}
        for model, fields in described.items()
    }
    while True:
        known = _Known(kept, bundled)
        fewer = {
            model: {name: raw for name, raw in fields.items() if known.leads_somewhere(model, raw)}
            for model, fields in kept.items()
        }
        if fewer == kept:
            return {
                model: {name: known.told(model, raw) for name, raw in fields.items()} for model, fields in kept.items()
            }
        kept = fewer


def _is_plain(name: str, raw: Raw) -> bool:
    """Whether the value is kept, repeats another record's, or is the name of the record.

    Before Odoo 18, values by company are kept aside, and their fields are told not to be stored.
    """
    if name == _TREE_PATH or (raw["type"] not in INTO and raw["type"] not in RELATIONAL):
        return False
    kept = raw.get("store", True) or raw.get("company_dependent")
    return bool(kept or name == "display_name" or (_path(raw) and raw["type"] not in X2MANY))


def _path(raw: Raw) -> str:
    """The path of a field that repeats another record's, "" of any other."""
    related = raw.get("related") or ""
    return related if isinstance(related, str) else ".".join(related)


@dataclass(frozen=True)
class _Known:
    """The fields that are there so far."""

    kept: RawFields
    bundled: Catalog

    def find(self, model: str, name: str) -> Raw | None:
        """A field of a model, bundled or not; None where there is none."""
        own = self.bundled[model].fields.get(name) if model in self.bundled else None
        return own.described if own is not None else self.kept.get(model, {}).get(name)

    def leads_somewhere(self, model: str, raw: Raw) -> bool:
        """Whether the model of a relation is there, and the field that a related one repeats."""
        relation = raw.get("relation")
        if raw["type"] in RELATIONAL and not (relation in self.bundled or relation in self.kept):
            return False
        if raw["type"] == "one2many":
            inverse = self.find(str(relation), str(raw.get("relation_field")))
            return inverse is not None and inverse["type"] == "many2one"
        return not self._repeats(raw) or self.ends(model, _path(raw)) or not raw.get("readonly")

    def told(self, model: str, raw: Raw) -> Raw:
        """A field with the path of what it repeats; where that is not there, it has a value of its own."""
        return {**raw, "path": _path(raw) if self._repeats(raw) and self.ends(model, _path(raw)) else ""}

    def _repeats(self, raw: Raw) -> bool:
        return bool(not raw.get("store", True) and _path(raw))

    def ends(self, model: str, path: str) -> bool:
        """Whether a dotted path has an end."""
        head, _, rest = path.partition(".")
        found = self.find(model, head)
        return found is not None and (not rest or self.ends(str(found.get("relation") or ""), rest))


def _model(document: Raw, fields: Mapping[str, Raw], names: Mapping[str, Set[str]]) -> Model:
    """A model as a plain table.

    Args:
        names: of the fields of all models, those that are left out among them.
    """
    name = str(document["model"])
    inherits = _inherits(name, fields, names)
    filled = {*document.get("filled", ()), inherits}
    known = {one: _field(name, one, raw, filled) for one, raw in fields.items()}
    defaults = {one: value for one, value in document.get("defaults", {}).items() if one in known}
    order = str(document.get("order") or "")
    terms = [part.split()[0] for part in order.split(",") if part.split()]
    sorts = bool(terms) and all(term in known and known[term].type not in X2MANY for term in terms)
    title = str(document.get("description") or name)
    return Model(name, title, order if sorts else "id", known, defaults, (), _named_by(fields), inherits, is_plain=True)


def _field(model: str, name: str, raw: Raw, filled: set[str]) -> Field:
    """A field of a plain table: stored ones have a column of their own, whatever Odoo computes them from."""
    told = {**_UNSAID, "string": name, **raw}
    kept = {"related": raw["path"], "store": not raw["path"] and name != "display_name"}
    made = read_field(model, name, {**told, **kept, **(_link(model, name, raw) if raw["type"] == "many2many" else {})})
    needed = made.required and not (raw.get("depends") or raw.get("related") or name in filled)
    return replace(made, required=needed, described=_described(told), on_delete=made.on_delete or _deleted(made))


def _described(told: Raw) -> dict[str, Any]:
    """The answer of `fields_get`."""
    return {name: value for name, value in told.items() if name not in _ASIDE}


def _deleted(made: Field) -> str:
    """The fate of a reference whose record goes: Odoo's own default."""
    return "restrict" if made.required else "set null"


def _link(model: str, name: str, raw: Raw) -> dict[str, str]:
    """Table and columns of a many2many: Odoo's, where they are known; else a table of its own."""
    if raw.get("relation_table"):
        return {}
    return {"relation_table": f"{model}.{name}.rel".replace(".", "_"), "column1": "own_id", "column2": "other_id"}


def _named_by(fields: Mapping[str, Raw]) -> str:
    """The field that names a record: the one that its display name is made of, or `name`."""
    depends = list(fields.get("display_name", {}).get("depends") or ())
    candidates = [*(depends if len(depends) == 1 else ()), "name", "x_name"]
    return next((one for one in candidates if one in fields and fields[one]["type"] not in X2MANY), "")


def _inherits(model: str, fields: Mapping[str, Raw], names: Mapping[str, Set[str]]) -> str:
    """The many2one to a record whose fields are all fields of the model, too (`_inherits`), "" where there is none."""
    for name in (name for name, raw in fields.items() if raw["type"] == "many2one" and raw.get("required")):
        others = names.get(str(fields[name].get("relation")), frozenset())
        through = [one for one, field in fields.items() if _path(field) == f"{name}.{one}"]
        if through and others <= names[model] | {name}:
            return name
    return ""


def _widened(model: Model, fields: Mapping[str, Raw]) -> Model:
    """A bundled model with the fields that it lacks, and the choices that a module has added."""
    more = {name: _field(model.name, name, raw, {name}) for name, raw in fields.items() if name not in model.fields}
    chosen = {
        name: replace(own, selection=_choices(raw), described={**own.described, "selection": raw["selection"]})
        for name, raw in fields.items()
        if (own := model.fields.get(name)) is not None and own.selection is not None and raw.get("selection")
    }
    chosen = {name: one for name, one in chosen.items() if one.selection != model.fields[name].selection}
    return replace(model, fields={**model.fields, **chosen, **more}) if more or chosen else model


def _choices(raw: Raw) -> frozenset[Any]:
    return frozenset(value for value, _ in raw["selection"])
