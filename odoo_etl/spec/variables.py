"""`${VAR}`, `${VAR:-default}` and `${file:path}` in text values.

They are filled in after parsing, so a value can never become YAML.

The environment wins over `variables` of project.yaml, so a schedule or a CI job can override what the file says.
`$${` is a literal `${`. Keys are never filled in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from odoo_etl.spec.environments import VARIABLE
from odoo_etl.spec.tree import Node, Path, Plain, ScalarNode, SequenceNode

_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<inner>[^{}]*)\}|(?P<open>\$\{)")
_NAME = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A reference in a value that has no text, and what to do about it."""

    message: str
    hint: str = ""
    at: Path = ()


@dataclass(frozen=True, slots=True)
class Variables:
    """Where references get their text from.

    Attributes:
        env: the environment.
        folder: where a relative `${file:...}` starts: the folder of project.yaml.
        named: `variables` of project.yaml; their own references look at the environment only.
        asked: the names that references had so far.
    """

    env: Mapping[str, str] = field(repr=False)
    folder: FilePath
    named: Mapping[str, str] = field(default_factory=dict, repr=False)
    asked: set[str] = field(default_factory=set)

    def fill(self, text: str) -> tuple[str, list[Unfilled]]:
        """The text with every reference replaced; one that cannot be is empty, and in the second part."""
        unfilled: list[Unfilled] = []

        def replacement(match: re.Match[str]) -> str:
            if match["inner"] is None:
                if match["open"]:
                    unfilled.append(Unfilled("`${` is never closed", "write $${ for a literal ${"))
                return "${"
            answer = self._reference(match["inner"])
            if isinstance(answer, Unfilled):
                unfilled.append(answer)
                return ""
            return answer

        return _REFERENCE.sub(replacement, text), unfilled

    def _reference(self, inner: str) -> str | Unfilled:
        if inner.startswith("file:"):
            return self._file(inner.removeprefix("file:"))
        match = _NAME.fullmatch(inner)
        if not match:
            return Unfilled(f"${{{inner}}} is not a reference", "write ${NAME}, ${NAME:-default} or ${file:path}")
        return self._variable(match["name"], match["default"])

    def _variable(self, name: str, default: str | None) -> str | Unfilled:
        self.asked.add(name)
        if name in self.env:
            value = self.env[name]
        elif name in self.named:
            value, unfilled = replace(self, named={}).fill(self.named[name])
            if unfilled:
                return Unfilled(f"the variable `{name}` of project.yaml: {unfilled[0].message}", unfilled[0].hint)
        elif default is None:
            where = ".".join([".env", *filter(None, [self.env.get(VARIABLE)])])
            hint = f"set it, for example in {where}, or give a default: ${{{name}:-...}}"
            return Unfilled(f"the variable {name} is not set", hint)
        else:
            return default
        return value if value or default is None else default

    def _file(self, name: str) -> str | Unfilled:
        path = self.folder / name
        try:
            return path.read_text("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            return Unfilled(f"the file {name} is not UTF-8 text")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a path"
            return Unfilled(f"the file {name} cannot be read: {reason}", f"looked for {path}")


def filled(node: Node, variables: Variables, at: Path = ()) -> tuple[Plain, list[Unfilled]]:
    """A tree as plain data with its references filled in, and those that could not be."""
    if isinstance(node, ScalarNode):
        return _filled_scalar(node, variables, at)
    unfilled: list[Unfilled] = []

    def child(key: str | int, item: Node) -> Plain:
        value, missing = filled(item, variables, (*at, key))
        unfilled.extend(missing)
        return value

    if isinstance(node, SequenceNode):
        return [child(index, item) for index, item in enumerate(node.items)], unfilled
    return {key: child(key, entry.node) for key, entry in node.entries.items()}, unfilled


def _filled_scalar(node: ScalarNode, variables: Variables, at: Path) -> tuple[Plain, list[Unfilled]]:
    if not isinstance(node.value, str) or "${" not in node.value:
        return node.value, []
    text, unfilled = variables.fill(node.value)
    return text, [Unfilled(item.message, item.hint, at) for item in unfilled]
