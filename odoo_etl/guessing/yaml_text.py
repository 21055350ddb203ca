"""Values as YAML on one line, in the plainest form that means the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

_WIDTH: Final = 110
_PLAIN: Final = re.compile(r"[^\W\d][\w ./()@+-]*|\.\./[\w ./()@+-]*", re.UNICODE)


def inline(value: Any) -> str:
    """A value on one line: `{column: name, required: true}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(str(name))}: {inline(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, str):
        return scalar(value)
    return "null" if value is None else json.dumps(value)


def scalar(text: str) -> str:
    """A text without quotes where it stays that text, else in double quotes; `${` names no variable there."""
    return key(text.replace("${", "$${"))


def key(plain: str) -> str:
    """The same for a key, in which nothing is a variable."""
    if _PLAIN.fullmatch(plain) and plain == plain.strip() and yaml.safe_load(plain) == plain:
        return plain
    return json.dumps(plain, ensure_ascii=False)


def block(name: str, value: Any, indent: str) -> Iterator[str]:
    """A key with its value on one line, or on one line each where that would be long."""
    line = f"{indent}{key(name)}: {inline(value)}"
    if len(line) <= _WIDTH or not isinstance(value, Mapping):
        yield line
        return
    yield f"{indent}{key(name)}:"
    yield from (f"{indent}  {key(str(inner))}: {inline(one)}" for inner, one in value.items())
