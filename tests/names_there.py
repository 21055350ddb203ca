"""Which names of `odoo_etl/versions/changes.yaml` a server has: `python -m tests.names_there URL DB LOGIN PASSWORD`.

It prints what `tests/unit/versions/odoo_14.json` and `odoo_19.json` hold of real servers with many modules.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from odoo_etl import OdooClient
from odoo_etl.errors import ProtocolError, Refused
from odoo_etl.versions import NameChange, all_changes

Names = Mapping[str, list[str]]


@dataclass(frozen=True)
class There:
    """What a server has of the names.

    Attributes:
        fields: a model that it has to those of its fields that are named.
        values: `model.field` of a selection that it has to its values.
    """

    version: str
    fields: Names
    values: Names

    def has_model(self, name: str) -> bool:
        """Whether the server has a model."""
        return name in self.fields

    def knows(self, change: NameChange) -> bool:
        """Whether the server has the model of a change, under whatever name; others belong to modules that it lacks."""
        return any(name in self.fields for name in self._names(change))

    def has(self, change: NameChange, name: str) -> bool:
        """Whether the server has a field of a model, or a value of a selection, under whatever name of the model."""
        if change.field:
            return any(name in self.values.get(f"{model}.{change.field}", ()) for model in self._names(change))
        return any(name in self.fields.get(model, ()) for model in self._names(change))

    @staticmethod
    def _names(change: NameChange) -> frozenset[str]:
        return all_changes().names_of(change.model)


def names_there(odoo: OdooClient) -> There:
    """Ask a server."""
    fields, values = dict[str, list[str]](), dict[str, list[str]]()
    for model, wanted in sorted(_wanted().items()):
        try:
            known = odoo.fields_get(model, attributes=["selection"])
        except (ProtocolError, Refused):
            continue
        fields[model] = sorted(wanted & known.keys())
        for name in sorted({one.field for one in all_changes().every if one.field} & known.keys()):
            if selection := known[name].get("selection"):
                values[f"{model}.{name}"] = [value for value, _ in selection]
    return There(odoo.version().text.partition("-")[0], fields, values)


def _wanted() -> dict[str, set[str]]:
    """The names that are asked for, by model, under all names of it."""
    wanted: dict[str, set[str]] = {}
    for one in all_changes().every:
        for model in all_changes().names_of(one.model) if one.model else {one.old, one.new} - {""}:
            wanted.setdefault(model, set()).update(() if one.field or not one.model else {one.old, one.new} - {""})
    return wanted


def as_text(found: There) -> str:
    """The form of the files."""
    tree: dict[str, Any] = {"version": found.version, "fields": found.fields, "values": found.values}
    return json.dumps(tree, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    url, db, login, password = sys.argv[1:]
    with OdooClient(url, db, user=login, password=password) as client:
        sys.stdout.write(as_text(names_there(client)))
