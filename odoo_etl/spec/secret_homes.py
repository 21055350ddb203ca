"""The file in which a secret of a connection stands, and how another one takes its place there.

project.yaml names a secret (`${ODOO_API_KEY}`, `${file:key.txt}`); it stands in `.env`, or in a file of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from odoo_etl.errors import UsageError
from odoo_etl.private_files import replace_file
from odoo_etl.spec.dotenv_files import dotenv_files
from odoo_etl.spec.environments import in_environment
from odoo_etl.spec.project import PROJECT_FILE, Project
from odoo_etl.spec.project_file import display
from odoo_etl.spec.strict_yaml import parse_yaml
from odoo_etl.spec.tree import ScalarNode, find

_MARK = "\ufeff"  # of the order of bytes, as some editors put it in front
_REFERENCE = re.compile(r"\$\{(?:file:(?P<file>[^{}]*)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-[^{}]*)?)\}")


@dataclass(frozen=True, slots=True)
class SecretHome:
    """A file with a secret.

    Attributes:
        variable: of the line of a `.env` that has it; "" where the file has nothing else.
    """

    path: Path
    variable: str = ""

    def __str__(self) -> str:
        """The file, and the variable in it."""
        return f"{self.variable} in {display(self.path)}" if self.variable else display(self.path)

    def check(self) -> None:
        """Find out whether it can be written, by writing what it has. Raises OSError."""
        replace_file(self.path, self.path.read_bytes())

    def put(self, old: str, new: str) -> None:
        """Put a secret in the place of another one, in one step; the rest of the file stays as it is.

        Raises:
            OSError: it cannot be written, and is as it was.
            UsageError: the other one does not stand there any more.
        """
        text = self.path.read_bytes().decode("utf-8")
        mark = text[: text.startswith(_MARK)]
        replace_file(self.path, (mark + self._with(text[len(mark) :], old, new)).encode("utf-8"))

    def _with(self, text: str, old: str, new: str) -> str:
        if not self.variable:
            if text.strip() != old:
                raise UsageError(f"{self} has changed meanwhile; it was left as it is")
            return text.replace(old, new)
        lines = [binding.original.string for binding in _bindings(text)]
        own = [place for place, one in enumerate(_bindings(text)) if one.key == self.variable and one.value == old]
        if not own or old not in lines[own[-1]]:
            raise UsageError(f"{self} has changed meanwhile; it was left as it is")
        name, _, value = lines[own[-1]].partition("=")
        lines[own[-1]] = f"{name}={value.replace(old, new, 1)}"
        return "".join(lines)


def secret_home(project: Project, connection: str, key: str, env: Mapping[str, str]) -> SecretHome:
    """The file that has a secret of a connection.

    Args:
        key: of the connection: `api_key`.
        env: the variables of the process, which win over `.env`.

    Raises:
        UsageError: it stands in no file that could be written, and where else it stands.
    """
    file = project.folder / PROJECT_FILE
    document = in_environment(parse_yaml(file.read_bytes(), display(file)), project.environment)
    at = ("connections", connection, key)
    found = find(document.root, at)
    if found.path != at or not isinstance(found.node, ScalarNode):
        raise UsageError(f"the connection `{connection}` has no `{key}`: there is nothing to replace")
    given = _REFERENCE.fullmatch(str(found.node.value))
    if given is not None and given["name"] in project.variables.named and given["name"] not in project.variables.env:
        given = _REFERENCE.fullmatch(project.variables.named[given["name"]])  # one of project.yaml names another
    if given is None:
        raise UsageError(f"`{key}` of the connection `{connection}` {_STANDS}: {_in_file(file)}")
    if given["file"] is not None:
        return SecretHome(project.folder / given["file"])
    return _of_variable(project, given["name"], env)


_STANDS = "stands in project.yaml itself"


def _in_file(file: Path) -> str:
    return f"write ${{ODOO_API_KEY}} in {display(file)} and the key into .env, which no repository gets"


def _of_variable(project: Project, name: str, env: Mapping[str, str]) -> SecretHome:
    """The last `.env` that sets a variable, unless something else does that wins."""
    if name in project.world.given or name in env:
        where = "the command line (--var)" if name in project.world.given else "the process"
        raise UsageError(
            f"{name} comes from {where}, which only whoever sets it can change: `--print` prints the new key once,"
            " for the place that it comes from"
        )
    for path in reversed(dotenv_files(project.root, project.environment)):
        if any(binding.key == name for binding in _bindings(path.read_text("utf-8-sig"))):
            return SecretHome(path, name)
    raise UsageError(f"{name} is set nowhere: put the key into .env first")


def _bindings(text: str) -> list[Binding]:
    return list(parse_stream(io.StringIO(text)))
