"""JSON Schema (draft 2020-12) of a job, of a project and of tests: editors complete and check from it.

It describes the files as written, so wherever a number, a choice or a shaped text may stand, `${VAR}` may stand too.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from odoo_etl.spec.connection import ProjectSpec
from odoo_etl.spec.job import JobSpec
from odoo_etl.spec.unit_tests import JobTestsSpec

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS: Final[dict[str, type[BaseModel]]] = {"job": JobSpec, "project": ProjectSpec, "tests": JobTestsSpec}

_REFERENCE: Final = {"$ref": "#/$defs/Reference"}
_REFERENCE_SCHEMA: Final = {
    "type": "string",
    "pattern": r"\$\{[^{}]+\}",
    "description": "A value from the environment: ${NAME}, ${NAME:-default} or ${file:path}.",
}
# What a text from a variable can also stand for.
_CONVERTED: Final = ("integer", "number", "boolean")
_KEPT_BESIDE: Final = ("description", "default")


def json_schema(kind: str) -> dict[str, Any]:
    """The schema of a `job`, a `project` or a `tests` file."""
    schema: dict[str, Any] = _tidy(SCHEMAS[kind].model_json_schema())
    schema["$defs"]["Reference"] = _REFERENCE_SCHEMA
    return {"$schema": DIALECT, "title": f"odoo_etl {kind}", **schema}


def _tidy(node: Any) -> Any:
    """Without pydantic's titles, and with `${VAR}` allowed where a value is read from text."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _named(key, value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    if "patternProperties" in tidy:
        tidy.setdefault("additionalProperties", False)
    return _with_reference(tidy) if _takes_reference(tidy) else tidy


def _named(key: str, value: Any) -> Any:
    """Below these keys come names of ours, which are no keywords of JSON Schema."""
    if key in {"properties", "$defs", "patternProperties", "dependentSchemas"}:
        return {name: _tidy(item) for name, item in value.items()}
    return value if key in {"default", "enum", "propertyNames"} else _tidy(value)


def _takes_reference(node: dict[str, Any]) -> bool:
    shaped = node.get("type") == "string" and ("pattern" in node or "enum" in node)
    return (shaped or node.get("type") in _CONVERTED) and "const" not in node


def _with_reference(node: dict[str, Any]) -> dict[str, Any]:
    beside: dict[str, Any] = {key: node.pop(key) for key in _KEPT_BESIDE if key in node}
    return {**beside, "anyOf": [node, _REFERENCE]}
