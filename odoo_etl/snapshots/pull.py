"""Asks a server what snapshots keep; writes nothing there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from odoo_etl.errors import ProtocolError, Refused, unless_refused
from odoo_etl.fieldtypes import ATTRIBUTES as READ
from odoo_etl.fieldtypes import type_of
from odoo_etl.odoo import OdooClient
from odoo_etl.planning import ATTRIBUTES as CHECKED
from odoo_etl.planning import Fields, models_of, next_models
from odoo_etl.snapshots.snapshot import LABELS, STRINGS, Snapshot
from odoo_etl.spec import Job

# What is asked of `fields_get`: no help texts, which are long, and no more than something here looks at.
_ASKED: Final = tuple(dict.fromkeys([*READ, *CHECKED, "string", "relation_field", "model_field"]))
_MAY_BE_FALSE: Final = frozenset({"store", "searchable", "sanitize"})  # which are true where nothing is said
_BOOKS: Final = frozenset({"ir.model.data"})  # asked by the program itself
_STORED: Final = ("relation_table", "column1", "column2", "on_delete")


def pulled_for(jobs: Iterable[Job], client: OdooClient) -> list[Snapshot]:
    """The snapshots of all models that jobs name, and of those that their dotted lookups lead through."""
    jobs = list(jobs)
    found: dict[str, Snapshot | None] = {}
    waiting = models_of(jobs) - _BOOKS
    while waiting:
        found.update({model: _pulled(client, model) for model in sorted(waiting)})
        fields: dict[str, Fields | None] = {model: one.fields if one else None for model, one in found.items()}
        waiting = next_models(jobs, fields) - _BOOKS
    return [one for _, one in sorted(found.items()) if one is not None]


def pull(models: Sequence[str], client: OdooClient) -> tuple[list[Snapshot], list[str]]:
    """The snapshots of models, and the names of those that the server lacks."""
    found = {model: _pulled(client, model) for model in dict.fromkeys(models)}
    return [one for one in found.values() if one is not None], [model for model, one in found.items() if one is None]


def _pulled(client: OdooClient, model: str) -> Snapshot | None:
    """A snapshot; None for a model that the server does not know."""
    try:
        answer: Fields = client.fields_get(model, attributes=_ASKED)
    except (ProtocolError, Refused):
        return None
    more = (_stored(client, model), _labels(client, model, answer))
    fields = {
        name: {**_short(attributes), **{key: one for each in more for key, one in each.get(name, {}).items()}}
        for name, attributes in answer.items()
    }
    given = given_values(client, model, answer)
    steady = {name: value for name, value in given.items() if _is_steady(answer[name], value)}
    filled = sorted(name for name in given if answer[name].get("required") and name not in steady)
    server = re.sub(r"-.*", "", client.version().text)
    return Snapshot(model, server, fields, *_about(client, model), dict(sorted(steady.items())), tuple(filled))


def _is_steady(attributes: Mapping[str, Any], value: Any) -> bool:
    """Whether a default is the same for everybody and each day: a number, a choice, true or false."""
    kind = type_of(attributes["type"])
    return kind.has_choices or (isinstance(value, bool | int | float) and not (kind.has_model or kind.any_model))


def _short(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in attributes.items() if value or name in _MAY_BE_FALSE}


def given_values(client: OdooClient, model: str, fields: Fields) -> dict[str, Any]:
    """The values that new records get by themselves."""
    names = [name for name, raw in fields.items() if raw.get("store", True) and not type_of(raw["type"]).is_many]
    with unless_refused():
        answer = client.default_get(model, sorted(names))
        return {name: value for name, value in answer.items() if value is not None and name in fields}
    return {}


def _stored(client: OdooClient, model: str) -> dict[str, dict[str, Any]]:
    """The tables of many2many fields, and what becomes of a reference whose record goes; where the user may ask."""
    domain = [["model", "=", model], ["ttype", "in", ["many2one", "many2many"]], ["store", "=", True]]
    with unless_refused():
        rows = client.search_read("ir.model.fields", domain, ["name", *_STORED])
        return {row["name"]: {name: row[name] for name in _STORED if row[name]} for row in rows}
    return {}


def _labels(client: OdooClient, model: str, fields: Fields) -> dict[str, dict[str, Any]]:
    """The labels of fields and choices in the languages that are active, where they are other ones than the user's."""
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for code in _languages(client):
        answer = client.fields_get(model, attributes=["string", "selection"], context={"lang": code})
        for name, raw in answer.items():
            if raw.get("string") != fields.get(name, {}).get("string"):
                found[name][STRINGS][code] = raw["string"]
            if other := _other_choices(fields.get(name, {}), raw):
                found[name][LABELS][code] = other
    return {name: dict(labels) for name, labels in found.items()}


def _other_choices(own: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, str]:
    """The values of a selection with their labels in the other language, where these differ."""
    known = dict(map(tuple, own.get("selection") or ()))
    return {value: label for value, label in raw.get("selection") or () if known.get(value) != label}


def _languages(client: OdooClient) -> list[str]:
    """The active languages; none where the user may not ask."""
    with unless_refused():
        return sorted(row["code"] for row in client.search_read("res.lang", [], ["code"]))
    return []


def _about(client: OdooClient, model: str) -> tuple[str, str]:
    """The name of the model for people, and its order; empty where the user may not ask or the server does not say."""
    return next(_answers(client, model), ("", ""))


def _answers(client: OdooClient, model: str) -> Iterator[tuple[str, str]]:
    for names in (["name", "order"], ["name"]):
        with unless_refused():
            for row in client.search_read("ir.model", [["model", "=", model]], names):
                yield row["name"] or "", row.get("order") or ""
