"""What runs leave, held against the published schemas: each key that is written is described, and of its type."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from odoo_etl.reporting.schemas import events_schema, results_schema


def closed(schema: Any) -> Any:
    """The schema, by which an object has no property that it does not describe."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    known = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **known} if isinstance(known.get("properties"), dict) else known


@cache
def _results() -> Draft202012Validator:
    return Draft202012Validator(closed(results_schema()))


@cache
def _event(kind: str) -> Draft202012Validator:
    """Of the lines of one kind: what is wrong is said of that kind, and not of all of them."""
    schema = closed(events_schema())
    name = next(name for name, one in schema["$defs"].items() if _kind(one) == kind)
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


def _kind(definition: dict[str, Any]) -> str:
    return str(definition.get("properties", {}).get("event", {}).get("const", ""))


def check_results(document: Any) -> None:
    """Fails where `run_results.json` is not as its schema has it."""
    _results().validate(document)


def check_event(line: Any) -> None:
    """Fails where a line of `events.jsonl` is not as its schema has it."""
    _event(line["event"]).validate(line)


def check_folder(folder: Path) -> None:
    """Both files of a run, if they are there."""
    results, events = folder / "run_results.json", folder / "events.jsonl"
    if results.is_file():
        check_results(json.loads(results.read_bytes()))
    if events.is_file():
        for line in events.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):  # the last one of a run that was killed may be half a line
                check_event(json.loads(line))


def check_newest(project: Path) -> None:
    """The files of the newest run of a project, if it has any."""
    runs = project / ".odoo_etl/runs"
    if folders := sorted(runs.iterdir()) if runs.is_dir() else []:
        check_folder(folders[-1])
