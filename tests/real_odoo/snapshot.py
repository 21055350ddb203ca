"""Take the snapshot that the sandbox serves: from a real Odoo 19 with base, contacts and product, over XML-RPC.

`make snapshot` runs it against the tests' own Odoo, whose only setting beside the defaults is an active French; by hand
it is `python -m tests.real_odoo.snapshot --url URL --db DB --user USER --password SECRET`. It rewrites the files of
`odoo_etl/sandbox/snapshot/` in a stable order, so that a new Odoo shows as a readable diff.

What is kept, and why:
- Fields are kept when they are stored, or when the sandbox computes them (see `COMPUTED`), or when they merely repeat
  another record's field (`related`). A relation to a model that is not bundled is dropped: the sandbox would have to
  invent its answers. So are help texts (they are Odoo's documentation, not its behaviour), JSON and property fields,
  and scaled images.
- Records are those a client looks up: countries, states, currencies, languages, units, company, users, parameters and
  their external ids, with the ids they have in a real database.
- Parameters that belong to one database stay there: its uuid, its secret, its address.
"""

from __future__ import annotations

import argparse
import sys
import xmlrpc.client
from collections.abc import Collection
from pathlib import Path
from typing import Any

import orjson

HOME = Path(__file__).parents[2] / "odoo_etl/sandbox/snapshot"
MODELS = (
    "ir.attachment",
    "ir.config_parameter",
    "ir.model.data",
    "ir.module.module",
    "product.category",
    "product.tag",
    "product.template",
    "res.company",
    "res.country",
    "res.country.group",
    "res.country.state",
    "res.currency",
    "res.lang",
    "res.partner",
    "res.partner.category",
    "res.partner.industry",
    "res.users",
    "res.users.apikeys",
    "res.users.apikeys.description",
    "res.users.identitycheck",
    "uom.uom",
)
COMPUTED = {
    ("ir.attachment", "datas"),
    ("ir.model.data", "complete_name"),
    ("ir.model.data", "reference"),
    ("product.template", "barcode"),
    ("product.template", "standard_price"),
    ("res.partner", "company_type"),
}
# The company shows its partner's address through computed fields; for a client they are related fields.
COMPANY_ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
DROPPED_TYPES = {"json", "properties", "properties_definition", "many2one_reference", "reference"}
BOOKKEEPING = {"create_date", "write_date", "create_uid", "write_uid"}
# Of modules only which are installed, in Odoo's order.
KEPT_FIELDS = {
    "ir.module.module": {"id", "display_name", "name", "shortdesc", "state", "application", "sequence", *BOOKKEEPING}
}
RECORDS = {
    "ir.attachment": [["id", "=", 0]],
    "ir.module.module": [["state", "=", "installed"]],
    "ir.model.data": [["model", "in", list(MODELS)]],
    "res.users.apikeys": [["id", "=", 0]],
    "ir.config_parameter": ["!", ["key", "=like", "database.%"], ["key", "!=", "web.base.url"]],
}
KEPT_REFERENCES = {("ir.attachment", "res_id"), ("ir.model.data", "res_id")}
# Scaled images, and what Odoo computes with libraries that the sandbox does without.
DROPPED_FIELDS = {
    "image_1024",
    "image_512",
    "image_256",
    "image_128",
    "flag_image",
    "logo_web",
    "phone_sanitized",
    "signup_type",
}
RANDOM_DEFAULTS = {("res.partner.category", "color"): 1}
EXTRA = ("on_delete", "relation_table", "column1", "column2", "index")

Fields = dict[str, dict[str, Any]]


class Server:
    """A logged-in XML-RPC session with the Odoo to copy from."""

    def __init__(self, url: str, db: str, user: str, password: str) -> None:
        self._login = (db, xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common"), password)
        self._object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")
        self._uid = self._login[1].authenticate(db, user, password, {})
        if not self._uid:
            sys.exit(f"{user} cannot log in to {db} at {url}")

    def call(self, model: str, method: str, *args: Any, **params: Any) -> Any:
        """Answer of `model.method(*args, **params)`."""
        db, _, password = self._login
        return self._object.execute_kw(db, self._uid, password, model, method, list(args), params)


def keep(model: str, name: str, field: dict[str, Any], models: Collection[str] = MODELS) -> bool:
    """True when the sandbox can serve the field truthfully.

    Args:
        models: those that are taken.
    """
    if name not in KEPT_FIELDS.get(model, {name}):
        return False
    if field.get("relation", model) not in models or name in DROPPED_FIELDS:
        return False
    if field["type"] in DROPPED_TYPES and (model, name) not in KEPT_REFERENCES:
        return False
    company_address = model == "res.company" and name in COMPANY_ADDRESS
    known = field["store"] or name == "display_name" or (model, name) in COMPUTED or company_address
    return bool(known or (field.get("related") and field["type"] not in {"one2many", "many2many"}))


def resolvable(fields: dict[str, Fields], model: str, path: str) -> bool:
    """True when each step of a related field's path leads through kept fields."""
    head, _, rest = path.partition(".")
    field = fields[model].get(head)
    if field is None:
        return False
    if field.get("related") and not field["store"] and field["related"] != path:
        return resolvable(fields, model, f"{field['related']}.{rest}" if rest else field["related"])
    return not rest or resolvable(fields, field["relation"], rest)


def prune(fields: dict[str, Fields]) -> dict[str, Fields]:
    """Drop related fields whose path leads out of the bundle, until nothing more falls."""
    kept = {
        model: {
            name: field
            for name, field in entries.items()
            if field["store"] or not field.get("related") or resolvable(fields, model, field["related"])
        }
        for model, entries in fields.items()
    }
    return kept if kept == fields else prune(kept)


def fields_of(server: Server, model: str, models: Collection[str]) -> Fields:
    """The kept fields of a model: `fields_get` without help, plus what only `ir.model.fields` tells."""
    described = server.call(model, "fields_get")
    extra = {
        row["name"]: {key: row[key] for key in EXTRA if row[key]}
        for row in server.call("ir.model.fields", "search_read", [["model", "=", model]], ["name", *EXTRA])
    }
    result = {}
    for name in sorted(described):
        field = described[name]
        field.pop("help", None)
        if keep(model, name, field, models):
            if model == "res.company" and name in COMPANY_ADDRESS:
                field["path"] = f"partner_id.{name}"
            result[name] = {**field, **extra.get(name, {})}
    return result


def constraints_of(server: Server, model: str) -> list[dict[str, Any]]:
    """The database constraints and unique indexes of a model, with the message Odoo shows."""
    rows = server.call(
        "ir.model.constraint",
        "search_read",
        [["model.model", "=", model], ["definition", "!=", False]],
        ["name", "definition", "message"],
    )
    relevant = [row for row in rows if row["definition"].lower().startswith(("unique", "check"))]
    return [
        {key: row[key] for key in ("name", "definition", "message")}
        for row in sorted(relevant, key=lambda row: row["name"])
    ]


def defaults_of(server: Server, model: str, fields: Fields) -> dict[str, Any]:
    """Plain default values; images are left out, and commands that set nothing."""
    names = [name for name, field in fields.items() if field["type"] not in {"one2many", "many2many", "binary"}]
    found = server.call(model, "default_get", names)
    fixed = {name: value for (owner, name), value in RANDOM_DEFAULTS.items() if owner == model}
    return dict(sorted({**found, **fixed}.items()))


def records_of(server: Server, model: str, fields: Fields, ids: dict[str, set[int]]) -> dict[str, Any]:
    """Every record of a model as `{"fields": [...], "rows": [[id, ...], ...]}`, ordered by id."""
    names = [
        name
        for name, field in fields.items()
        if field["store"] and field["type"] not in {"one2many", "binary"} and name not in {"id", *BOOKKEEPING}
    ]
    rows = server.call(
        model,
        "search_read",
        RECORDS.get(model, []),
        names,
        order="id",
        load="_classic_write",
        context={"active_test": False},
    )
    if model == "ir.model.data":
        rows = [row for row in rows if row["res_id"] in ids[row["model"]]]
    ids[model] = {row["id"] for row in rows}
    used = [name for name in names if any(row[name] not in (False, []) for row in rows)]
    return {"fields": ["id", *used], "rows": [[row["id"], *(row[name] for name in used)] for row in rows]}


def take(server: Server, models: Collection[str] = MODELS) -> tuple[dict[str, Any], dict[str, Any]]:
    """Models and records, as they are written to the two files."""
    fields = prune({model: fields_of(server, model, models) for model in models})
    about = {
        row["model"]: row
        for row in server.call("ir.model", "search_read", [["model", "in", list(models)]], ["model", "name", "order"])
    }
    taken = {
        model: {
            "description": about[model]["name"],
            "order": about[model]["order"],
            "constraints": constraints_of(server, model),
            "defaults": defaults_of(server, model, fields[model]),
            "fields": fields[model],
        }
        for model in models
    }
    ids: dict[str, set[int]] = {}
    last = sorted(models, key=lambda model: model == "ir.model.data")
    records = {model: records_of(server, model, fields[model], ids) for model in last}
    return taken, dict(sorted(records.items()))


def write(path: Path, content: dict[str, Any]) -> None:
    """One line per field, constraint set or record: a diff shows what a new Odoo changed."""
    lines = []
    for model, entry in content.items():
        parts = []
        for key, value in entry.items():
            if key == "fields" and isinstance(value, dict):
                inner = ",\n".join(f"{orjson.dumps(k).decode()}:{dump(v)}" for k, v in value.items())
                parts.append(f'"fields":{{\n{inner}}}')
            elif key == "rows":
                inner = ",\n".join(dump(row) for row in value)
                parts.append(f'"rows":[\n{inner}]')
            else:
                parts.append(f"{orjson.dumps(key).decode()}:{dump(value)}")
        lines.append(f"{orjson.dumps(model).decode()}:{{{','.join(parts)}}}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def dump(value: Any) -> str:
    """Compact JSON with sorted keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def main() -> None:
    """Parse the command line and rewrite both files."""
    parser = argparse.ArgumentParser(description="rewrite the sandbox's snapshot from a real Odoo 19")
    for option in ("url", "db", "user", "password"):
        parser.add_argument(f"--{option}", required=True)
    models, records = take(Server(**vars(parser.parse_args())))
    write(HOME / "models.json", models)
    write(HOME / "records.json", records)


if __name__ == "__main__":
    main()
