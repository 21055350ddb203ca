"""project.yaml: what it says, and which of its connections cannot be used for want of a variable."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from odoo_etl.errors import Problem
from odoo_etl.spec.connection import DEFAULT_STATE_URL, SANDBOX, ConnectionSpec, ProjectSpec
from odoo_etl.spec.paths import absolute, absolute_sqlite
from odoo_etl.spec.problems import from_validation, problem_at
from odoo_etl.spec.strict_yaml import Document
from odoo_etl.spec.tree import find, plain
from odoo_etl.spec.variables import Unfilled, Variables, filled


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """project.yaml as read.

    Attributes:
        spec: without the connections in `unusable`.
        unusable: connection name to what keeps it from being used; matters only to jobs that use it.
        connections: the names of all connections; None when they could not be read.
        problems: everything that is wrong in any case.
    """

    spec: ProjectSpec = field(default_factory=ProjectSpec)
    unusable: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    connections: frozenset[str] | None = None
    problems: tuple[Problem, ...] = ()


def named_variables(document: Document) -> dict[str, str]:
    """`variables` as written, their own references not yet filled in."""
    node = plain(document.root)
    named = node.get("variables") if isinstance(node, dict) else None
    return {key: text for key, text in named.items() if isinstance(text, str)} if isinstance(named, dict) else {}


def read_project_file(document: Document, variables: Variables, root: Path) -> ProjectFile:
    """Check project.yaml; an unset variable of a connection only makes that connection unusable."""
    data, unfilled = _filled(document, variables, root)
    problems = _checked(data, document, unfilled)
    unusable: dict[str, tuple[Problem, ...]] = {}
    for item in unfilled:
        problem = problem_at(document, item.at, item.message, _with_the_sandbox(item))
        if len(item.at) > 2 and item.at[0] == "connections":
            name = str(item.at[1])
            unusable[name] = (*unusable.get(name, ()), problem)
        else:
            problems.append(problem)
    names = _connections(data)
    if problems:
        known = frozenset(names) or None  # a misspelt `connections` is one problem, not one more in each job
        return ProjectFile(connections=known, problems=tuple(problems))
    usable = {name: item for name, item in names.items() if name not in unusable}
    spec = ProjectSpec.model_validate({**data, "connections": usable} if isinstance(data, dict) else data)
    unusable |= _without_login(spec, document)
    return ProjectFile(_without(spec, unusable), unusable, frozenset(names))


def _filled(document: Document, variables: Variables, root: Path) -> tuple[Any, list[Unfilled]]:
    """The data with variables and absolute paths; `variables` itself stays as written."""
    data, unfilled = filled(document.root, variables)
    if not isinstance(data, dict):
        return data, unfilled
    if "variables" in data:
        data["variables"] = plain(find(document.root, ("variables",)).node)
    state = data.setdefault("state", {})
    url = state.setdefault("url", DEFAULT_STATE_URL) if isinstance(state, dict) else None
    if isinstance(state, dict) and isinstance(url, str):
        state["url"] = absolute_sqlite(url, root)
    missing = [item for item in unfilled if item.at[:1] != ("variables",)]
    for name, connection in _connections(data).items():
        if isinstance(connection, dict):
            missing = _tidy(name, connection, missing, variables.folder)
    return data, missing


def _tidy(name: str, connection: dict[str, Any], missing: list[Unfilled], folder: Path) -> list[Unfilled]:
    """Make paths absolute; the sandbox knows its own login, so it lacks no variable."""
    if isinstance(connection.get("ca_file"), str):
        connection["ca_file"] = absolute(connection["ca_file"], folder)
    if connection.get("url") != SANDBOX:
        return missing
    own = [item for item in missing if item.at[:2] == ("connections", name)]
    for item in own:
        connection.pop(str(item.at[2]), None)
    return [item for item in missing if item not in own]


def _with_the_sandbox(item: Unfilled) -> str:
    """Say what to do about it; where a URL lacks its variable, that the sandbox is never taken in its place."""
    is_url = item.at[:1] == ("connections",) and item.at[2:] == ("url",)
    return f"{item.hint}; `sandbox` is the embedded server, if that is meant" if is_url else item.hint


def _checked(data: Any, document: Document, unfilled: list[Unfilled]) -> list[Problem]:
    try:
        ProjectSpec.model_validate(data)
    except ValidationError as error:
        return from_validation(error, ProjectSpec, document, frozenset(item.at for item in unfilled))
    return []


def _connections(data: Any) -> dict[str, Any]:
    found = data.get("connections") if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _without_login(spec: ProjectSpec, document: Document) -> dict[str, tuple[Problem, ...]]:
    return {
        name: (problem_at(document, ("connections", name), *_NO_LOGIN, key=True),)
        for name, connection in spec.connections.items()
        if not _can_log_in(connection)
    }


_NO_LOGIN = ("no way to log in", "give `api_key`, or `user` and `password`")


def _can_log_in(connection: ConnectionSpec) -> bool:
    key, password = connection.api_key.get_secret_value(), connection.password.get_secret_value()
    return connection.is_sandbox or bool(key) or bool(connection.user and password)


def _without(spec: ProjectSpec, unusable: dict[str, tuple[Problem, ...]]) -> ProjectSpec:
    usable = {name: item for name, item in spec.connections.items() if name not in unusable}
    return spec.model_copy(update={"connections": usable})
