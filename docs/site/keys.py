"""The reference of keys: a page of Markdown from the JSON Schema of a file, with a section for each kind of object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]
ANY_VALUE = "any value"
PLAIN = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`", "string": "text"}
KIND_OF_OBJECT = {"type": "Says which of these it is."}
WRITTEN = "Reference"  # `${VAR}`, which may stand anywhere: said once


def keys_page(schema: Node, title: str, intro: str) -> str:
    """The page: the keys at the top of the file, then each object below it in the order in which the keys name them."""
    lines = [f"# {title}", "", intro, "", *_table(schema, schema["$defs"])]
    lines += [f"Each object is one of these: {kind(schema)}."] if "properties" not in schema else []
    for name in _in_order(schema):
        node = schema["$defs"][name]
        lines += ["", f"## {heading(name)}", "", *([node["description"], ""] if node.get("description") else [])]
        lines += [f"In the short form, {short}.", ""] if (short := _short(node)) else []
        lines += _table(node, schema["$defs"])
    return "\n".join(lines).rstrip() + "\n"


def heading(name: str) -> str:
    """The name of an object as the page has it: `FieldSpec` is `Field`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Spec"))
    return words[0] + words[1:].lower()


def _in_order(schema: Node) -> list[str]:
    """The objects of the schema, each where it is first named."""
    found: list[str] = []
    waiting: list[Any] = [schema.get("properties", {}), schema.get("oneOf", [])]
    while waiting:
        for name in _named(waiting.pop(0)):
            if name not in found and name != WRITTEN:
                found.append(name)
                waiting.append(schema["$defs"][name])
    return found


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _named(item)
    elif isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].removeprefix("#/$defs/")
        for key, value in node.items():
            if key not in {"$defs", "default", "const", "enum"}:
                yield from _named(value)


def _table(node: Node, objects: Node) -> list[str]:
    rows = [row for own in _objects(node) for row in _rows(own, objects, "")]
    return ["| key | value | default | meaning |", "|---|---|---|---|", *rows] if rows else []


def _rows(node: Node, objects: Node, above: str) -> Iterator[str]:
    for name, value in node["properties"].items():
        default = "required" if name in node.get("required", ()) else _default(value)
        meaning = value.get("description") or KIND_OF_OBJECT.get(name) or _of_object(value, objects)
        yield f"| `{above}{name}` | {cell(kind(value))} | {cell(default)} | {cell(meaning)} |"
        for own in _objects(value):
            yield from _rows(own, objects, f"{above}{name}.")


def _of_object(value: Node, objects: Node) -> str:
    """The meaning of the object that stands here: a schema leaves out what the key would only repeat."""
    return str(objects.get(str(value.get("$ref")).removeprefix("#/$defs/"), {}).get("description", ""))


def _objects(node: Any) -> Iterator[Node]:
    """The objects with keys of their own that may stand here, those of other sections aside."""
    if not isinstance(node, dict):
        return
    if "properties" in node:
        yield node
        return
    for one in (*node.get("anyOf", ()), *node.get("oneOf", ()), node.get("items"), _values(node)):
        yield from _objects(one)


def _short(node: Node) -> str:
    """The values that may stand in place of the object."""
    if "properties" in node:
        return ""
    said = [kind(one) for one in node.get("anyOf") or node.get("oneOf") or [node] if "properties" not in one]
    return " or ".join(f"it is {one}" for one in dict.fromkeys(said) if one != WRITTEN)


def _default(value: Node) -> str:
    if value.get("default") in (None, "", []) or isinstance(value.get("default"), dict):
        return ""
    return f"`{json.dumps(value['default'], ensure_ascii=False)}`"


def cell(text: str) -> str:
    """The text as one line of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def kind(node: Node) -> str:
    """The values that a key takes, in words."""
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        return f"[{heading(name)}](#{heading(name).lower().replace(' ', '-')})"
    if "const" in node:
        return f"`{_written(node['const'])}`"
    if "enum" in node:
        return ", ".join(f"`{_written(value)}`" for value in node["enum"])
    if choices := node.get("anyOf") or node.get("oneOf"):
        return _either([one for one in choices if one.get("type") != "null"])
    return _plain(node)


def _written(value: Any) -> str:
    """The value as YAML has it."""
    return value if isinstance(value, str) else json.dumps(value)


def _either(choices: list[Node]) -> str:
    said = [kind(one) for one in choices if one.get("$ref") != f"#/$defs/{WRITTEN}"]
    return " or ".join(dict.fromkeys(said)) or ANY_VALUE


def _plain(node: Node) -> str:
    named = node.get("type")
    if isinstance(named, list):
        return _either([{"type": one} for one in named if one != "null"])
    if named == "array":
        return f"list of {_of(node.get('items', {}))}"
    if named == "object":
        return f"map of names to {_of(_values(node))}"
    return f"{PLAIN.get(str(named), ANY_VALUE)}{_bounds(node)}"


def _of(node: Any) -> str:
    return kind(node) if isinstance(node, dict) and node else ANY_VALUE


def _values(node: Node) -> Any:
    patterns = node.get("patternProperties")
    return next(iter(patterns.values())) if patterns else node.get("additionalProperties")


def _bounds(node: Node) -> str:
    low, high = node.get("minimum", node.get("exclusiveMinimum")), node.get("maximum")
    return "".join(f" {word} {bound}" for word, bound in (("from", low), ("to", high)) if bound is not None)
