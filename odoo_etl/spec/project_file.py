"""project.yaml: what it says, which of its connections cannot be used for want of a variable; paths of all files.

A path in a file is relative to that file.
"""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from odoo_etl.errors import Problem
from odoo_etl.spec.connection import DEFAULT_STATE_URL, ProjectSpec
from odoo_etl.spec.environments import ENVIRONMENTS, references, set_apart
from odoo_etl.spec.problems import from_validation, problem_at
from odoo_etl.spec.server import SANDBOX, ConnectionSpec
from odoo_etl.spec.sources import STDIN, protocol_of
from odoo_etl.spec.strict_yaml import Document
from odoo_etl.spec.tree import find, plain
from odoo_etl.spec.variables import Unfilled, Variables, filled

CHANNELS = ("alerts", "channels")
PAGE, METRICS_TOKEN = ("page",), ("metrics", "token")
_SQLITE = re.compile(r"(?P<head>sqlite(?:\+\w+)?:///)(?P<path>[^?]*)(?P<query>\?.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """project.yaml as read.

    Attributes:
        spec: without the connections in `unusable`.
        unusable: connection name to what keeps it from being used; matters only to jobs that use it.
        connections: the names of all connections; None when they could not be read.
        unusable_channels: name of a channel of alerts to the same; no run fails for it.
        closed_page: the variables that the page, or the token of the measures, lacks; only who serves them cares.
        problems: everything that is wrong in any case.
    """

    spec: ProjectSpec = field(default_factory=ProjectSpec)
    unusable: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    connections: frozenset[str] | None = None
    unusable_channels: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    closed_page: tuple[Problem, ...] = ()


def named_variables(document: Document) -> dict[str, str]:
    """`variables` as written, their own references not yet filled in."""
    node = plain(document.root)
    named = node.get("variables") if isinstance(node, dict) else None
    return {key: text for key, text in named.items() if isinstance(text, str)} if isinstance(named, dict) else {}


def read_project_file(document: Document, variables: Variables, root: Path) -> ProjectFile:
    """Check project.yaml; an unset variable of a connection only makes that connection unusable.

    Args:
        document: as it is in the environment that is meant (`environments.in_environment`).
    """
    data, unfilled = _filled(document, variables, root)
    unusable = _elsewhere(data, document)
    for name in unusable:
        _connections(data).pop(name, None)
    problems = _checked(data, document, unfilled)
    silenced: dict[str, tuple[Problem, ...]] = {}
    closed: dict[str, tuple[Problem, ...]] = {}
    for item in unfilled:
        if item.at[:1] == (ENVIRONMENTS,):
            continue
        problem = problem_at(document, item.at, item.message, _with_the_sandbox(item))
        served = ((PAGE, 2, closed), (METRICS_TOKEN, 2, closed))
        for within, least, found in ((("connections",), 3, unusable), (CHANNELS, 4, silenced), *served):
            if item.at[: len(within)] == within and len(item.at) >= least:
                name = str(item.at[least - 2])
                found[name] = (*found.get(name, ()), problem)
                break
        else:
            problems.append(problem)
    names = _connections(data)
    known = frozenset({*names, *unusable})
    if problems:
        # a misspelt `connections` is one problem, not one more in each job
        return ProjectFile(connections=known or None, problems=tuple(problems))
    usable = {name: item for name, item in names.items() if name not in unusable}
    for name in silenced:
        data["alerts"]["channels"].pop(name)
    if PAGE[0] in closed:
        data.pop(PAGE[0])
    if METRICS_TOKEN[0] in closed:
        data[METRICS_TOKEN[0]].pop(METRICS_TOKEN[1])
    named = {"connections": usable, ENVIRONMENTS: {name: _known(its) for name, its in _environments(data).items()}}
    spec = ProjectSpec.model_validate({**data, **named} if isinstance(data, dict) else data)
    unusable |= _without_login(spec, document)
    of_page = tuple([problem for problems in closed.values() for problem in problems])
    return ProjectFile(_without(spec, unusable), unusable, known, silenced, closed_page=of_page)


def _elsewhere(data: Any, document: Document) -> dict[str, tuple[Problem, ...]]:
    """The connections that only some environments say the URL of, and that cannot be used without one."""
    having: dict[str, list[str]] = {}
    for environment, its in _environments(data).items():
        for name in _mapping(its, "connections"):
            if "url" in _mapping(_mapping(its, "connections"), name):
                having.setdefault(name, []).append(f"--env {environment}")
    here = _connections(data)
    bare = {name: where for name, where in having.items() if isinstance(here.get(name, {}), dict)}
    message = "this environment does not say where the connection `{}` is"
    return {
        name: (problem_at(document, ("connections", name), message.format(name), f"{' or '.join(where)} does"),)
        for name, where in bare.items()
        if "url" not in here.get(name, {})
    }


def _filled(document: Document, variables: Variables, root: Path) -> tuple[Any, list[Unfilled]]:
    """The data with variables and absolute paths; `variables` and the environments stay as written."""
    others, here = set_apart(document.root)
    data, unfilled = filled(here, variables)
    if not isinstance(data, dict):
        return data, unfilled
    if others is not None:
        listed = plain(others)
        data[ENVIRONMENTS] = (
            {name: {} if its is None else its for name, its in listed.items()} if isinstance(listed, dict) else listed
        )
        unfilled += [Unfilled("", "", at) for at in references(others, (ENVIRONMENTS,)) if at[2:] != ("production",)]
    if "variables" in data:
        data["variables"] = plain(find(document.root, ("variables",)).node)
    state = data.setdefault("state", {})
    url = state.setdefault("url", DEFAULT_STATE_URL) if isinstance(state, dict) else None
    if isinstance(state, dict) and isinstance(url, str):
        state["url"] = absolute_sqlite(url, root)
    absolute_steps(data, variables.folder)
    absolute_channels(data, variables.folder)
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
    return _mapping(data, "connections")


def _environments(data: Any) -> dict[str, Any]:
    return _mapping(data, ENVIRONMENTS)


def _known(environment: dict[str, Any]) -> dict[str, Any]:
    """The facts of an environment that matter where another one is meant: nobody has filled in its references."""
    return {"production": environment.get("production", False), **({"state": {}} if "state" in environment else {})}


def _mapping(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
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


def absolute(text: str, folder: Path) -> str:
    """A path or glob as an absolute one; a URL stays."""
    if "://" in text or not text:
        return text
    return os.path.normpath(folder / text)


def absolute_pattern(text: str, folder: Path) -> str:
    """As `absolute`, for what may be a glob: of the folder's own name nothing is."""
    if "://" in text or not text or not glob.has_magic(str(folder)):
        return absolute(text, folder)
    parts = Path(text).parts
    plain = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return os.path.join(glob.escape(absolute(str(Path(*parts[:plain])), folder)), *parts[plain:])  # noqa: PTH118


def absolute_sqlite(url: str, folder: Path) -> str:
    """A SQLite URL with an absolute path; other databases, `:memory:` and `file:` names stay."""
    match = _SQLITE.fullmatch(url)
    if not match or match["path"] in {"", ":memory:"} or match["path"].startswith("file:"):
        return url
    return f"{match['head']}{absolute(match['path'], folder)}{match['query'] or ''}"


def absolute_source(source: Any, folder: Path) -> None:
    """Change the paths of a source as parsed, in place; what has a wrong type is left for the models to refuse."""
    if not isinstance(source, dict):
        return
    if isinstance(source.get("path"), str) and source["path"] != STDIN:
        source["path"] = absolute_pattern(source["path"], folder)
    if isinstance(source.get("url"), str):
        source["url"] = absolute_sqlite(source["url"], folder)
    if isinstance(source.get("ca_file"), str):
        source["ca_file"] = absolute(source["ca_file"], folder)
    query = source.get("query")
    if isinstance(query, dict) and isinstance(query.get("file"), str):
        query["file"] = absolute(query["file"], folder)
    done = source.get("done")
    if isinstance(done, dict) and not protocol_of(str(source.get("path", ""))):
        done |= {key: absolute(done[key], folder) for key in ("move", "failed") if isinstance(done.get(key), str)}
    joins = source.get("join")
    for join in joins if isinstance(joins, list) else (joins,):
        if isinstance(join, dict):
            absolute_source(join.get("source"), folder)


def absolute_steps(data: Any, folder: Path) -> None:
    """The same of the databases of steps before and after a job or a run."""
    steps = [data.get(name) for name in ("before", "after")] if isinstance(data, dict) else []
    for step in (one for some in steps if isinstance(some, list) for one in some):
        if isinstance(step, dict) and isinstance(step.get("url"), str):
            step["url"] = absolute_sqlite(step["url"], folder)


def absolute_channels(data: dict[str, Any], folder: Path) -> None:
    """The same of the authorities that channels of alerts trust."""
    for channel in _mapping(_mapping(data, "alerts"), "channels").values():
        webhook = _mapping(channel, "webhook")
        if isinstance(webhook.get("ca_file"), str):
            webhook["ca_file"] = absolute(webhook["ca_file"], folder)


def absolute_python(fields: Any, folder: Path, root: Path) -> None:
    """Say in fields as parsed, in place, where their Python lies: relative to the file, by default in the root."""
    for mapped in fields.values() if isinstance(fields, dict) else ():
        if not isinstance(mapped, dict):
            continue
        absolute_python(mapped.get("translations"), folder, root)
        python = mapped.get("python")
        if isinstance(python, str):
            mapped["python"] = {"function": python, "folder": str(root)}
        elif isinstance(python, dict):
            given = python.get("folder")
            python["folder"] = absolute(given, folder) if isinstance(given, str) else given or str(root)


def absolute_roots(fields: Any, folder: Path) -> None:
    """The same of the folders that fields take their files from."""
    for mapped in fields.values() if isinstance(fields, dict) else ():
        if isinstance(mapped, dict) and isinstance(mapped.get("root"), str) and mapped["root"]:
            mapped["root"] = absolute(mapped["root"], folder)


def display(path: Path) -> str:
    """A path as messages show it: relative to the current folder where it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
