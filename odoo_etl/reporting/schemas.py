"""JSON Schema (draft 2020-12) of what a run leaves, `run_results.json` and the lines of `events.jsonl`, and of alerts.

They are made from the types that are written; what they say of a property stands in the docstring of its class. A later
version may add properties and kinds of events: readers pass over what they do not know, until `schema_version` changes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from odoo_etl.alerting import SCHEMA_VERSION, AlertMessage
from odoo_etl.reporting.events import EVENTS
from odoo_etl.results import CARRIED_OUT, RunResult

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DEFINITION: Final = "#/$defs/{model}"
_ATTRIBUTE = re.compile(r"^ {4}(\w+(?:, \w+)*): (.+(?:\n {8}.+)*)", re.MULTILINE)


def results_schema() -> dict[str, Any]:
    """The schema of `run_results.json`."""
    known = _tidy(TypeAdapter(RunResult).json_schema(mode="serialization", ref_template=_DEFINITION))
    known["properties"] = {"schema_version": {"const": 1, "description": "Of this format."}, **known["properties"]}
    del known["properties"]["folder"]  # it is where the reader found the file
    definitions = known.pop("$defs")
    job = definitions["JobResult"]
    job["properties"] |= definitions.pop("Discrepancies")["properties"]
    del job["properties"]["discrepancies"]
    _or_nothing(job["properties"], "vanished", "undone")
    vanished = definitions["VanishedRecords"]["properties"]
    removed = vanished.pop("removed")
    vanished |= {word: {**removed, "description": f"How many were {word}."} for word in CARRIED_OUT.values()}
    return _headed("run_results.json", {**known, "$defs": _whole(definitions, but={"VanishedRecords"})})


def alerts_schema() -> dict[str, Any]:
    """The schema of what a channel of `alerts` is sent, in the format `json`."""
    known = _tidy(TypeAdapter(AlertMessage).json_schema(mode="serialization", ref_template=_DEFINITION))
    version = {"const": SCHEMA_VERSION, "description": "Of this format."}
    known["properties"] = {"schema_version": version, **known["properties"]}
    definitions = known.pop("$defs")
    return _headed("alerts", {**known, "$defs": _whole(definitions)})


def events_schema() -> dict[str, Any]:
    """The schema of a line of `events.jsonl`."""
    adapters = [(kind, "serialization", TypeAdapter(kind)) for kind in EVENTS]
    _, known = TypeAdapter.json_schemas(adapters, ref_template=_DEFINITION)  # type: ignore[arg-type]  # of several types
    definitions = _tidy(known)["$defs"]
    for kind in EVENTS:
        event = definitions[kind.__name__]
        event["properties"] = {**_OF_EACH_LINE, **event["properties"]}
        event["properties"]["event"] = {"const": event["properties"]["event"]["const"], "description": "Its kind."}
    kinds = [{"$ref": _DEFINITION.format(model=kind.__name__)} for kind in EVENTS]
    return _headed("a line of events.jsonl", {"oneOf": kinds, "$defs": _whole(definitions)})


_OF_EACH_LINE: Final = {
    "time": {"type": "string", "format": "date-time", "description": "In UTC."},
    "at_s": {"type": "number", "description": "Seconds since the run began, by a clock that nobody sets."},
}


def _headed(title: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    whole = {"$schema": DIALECT, "title": f"odoo_etl {title}", **schema}
    if "properties" in whole:
        whole["required"] = list(whole["properties"])
    return whole


def _whole(definitions: Mapping[str, Any], but: Iterable[str] = ()) -> dict[str, Any]:
    """The definitions; each object has all its properties, but for some that leave out what is not known."""
    for name, one in definitions.items():
        one.pop("required", None)
        if name not in but and "properties" in one:
            one["required"] = list(one["properties"])
    return dict(sorted(definitions.items()))


def _or_nothing(properties: dict[str, Any], *names: str) -> None:
    """An empty object stands for None."""
    for name in names:
        reference = next(one for one in properties[name]["anyOf"] if "$ref" in one)
        empty = {"type": "object", "maxProperties": 0}
        properties[name] = {**properties[name], "anyOf": [reference, empty]}


def _tidy(node: Any) -> Any:
    """Without pydantic's titles and defaults; the attributes of a docstring describe the properties."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    known = {key: _tidy(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    known.pop("default", None)
    text = known.get("description")
    if isinstance(text, str) and "properties" in known:
        told, attributes = described(text)
        known["description"] = told
        for name, one in known["properties"].items():
            if name in attributes:
                known["properties"][name] = {**one, "description": attributes[name]}
    return known


def described(docstring: str) -> tuple[str, dict[str, str]]:
    """A docstring as what it says of the whole, and of each attribute."""
    told, _, attributes = inspect.cleandoc(docstring).partition("\n\nAttributes:\n")
    found = {}
    for names, text in _ATTRIBUTE.findall(attributes):
        found.update(dict.fromkeys(names.split(", "), _sentence(text)))
    return " ".join(told.split()), found


def _sentence(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line[:1].upper() + one_line[1:]
