"""The things that a plan follows from besides rows and records: files of the project, variables, destinations."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from odoo_etl.planfile.kept import as_json, digest_of_file
from odoo_etl.spec import JobSpec, Project, PythonSpec
from odoo_etl.spec.project import PROJECT_FILE

# Decides about no value.
_TUNING: Final[dict[str, Any]] = {
    "load": {"call_time", "compare", "retry", "settle", "breaker", "max_rejects", "concurrency"},
    "unit_tests": True,
}


@dataclass(frozen=True, slots=True)
class Origins:
    """The things that a plan follows from, each by a fingerprint.

    Attributes:
        files: path from the root of the project to the fingerprint of what it holds.
        specs: job to the fingerprint of what it says, variables filled in.
        steps: of what project.yaml does before and after a run.
        connections: name to URL, database and user, as project.yaml says them.
    """

    files: Mapping[str, str]
    specs: Mapping[str, str]
    steps: str
    connections: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, project: Project, jobs: Sequence[str]) -> Self:
        """The origins of a plan of some jobs, as they are now."""
        specs = {name: project.jobs[name].spec for name in jobs}
        own = [project.folder / PROJECT_FILE, *(project.jobs[name].path for name in jobs)]
        files = sorted({*own, *_files_of(specs.values()), *_modules_of(specs.values())})
        return cls(
            {_named(path, project.root): digest_of_file(path) for path in files},
            {name: _short(_said(spec)) for name, spec in specs.items()},
            _short([one.model_dump(mode="json") for one in (*project.project.before, *project.project.after)]),
            {name: _address(project, name) for name in sorted({one.target.connection for one in specs.values()})},
        )

    @classmethod
    def kept(cls, facts: Mapping[str, Any]) -> Self:
        """The origins that a plan file has kept."""
        return cls(**facts["origins"])

    def facts(self) -> dict[str, Any]:
        """The origins as a plan file keeps them."""
        return {"origins": asdict(self)}


def changed_since(then: Origins, now: Origins) -> list[str]:
    """The things that have changed, in words; the destinations are another matter."""
    changed = [*_changed_files(then.files, now.files)]
    if changed:
        return changed
    changed += [
        f"job {name} says something else now, though its file is as it was: a variable or the environment has changed"
        for name, said in then.specs.items()
        if now.specs.get(name) != said
    ]
    changed += [f"job {name} is among the selected ones now" for name in now.specs.keys() - then.specs.keys()]
    if then.steps != now.steps:
        changed.append("the steps of project.yaml say something else now: a variable or the environment has changed")
    return changed


def other_destinations(then: Origins, now: Origins) -> list[str]:
    """The connections that lead to another place, in words."""
    return [
        f"connection {name}: the plan is for {_place(place)}, this is {_place(now.connections.get(name, {}))}"
        for name, place in then.connections.items()
        if now.connections.get(name) != place
    ]


def _changed_files(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if name not in now:
            yield f"{name} is gone, or not used any more"
        elif name not in then:
            yield f"{name} is new"
        elif then[name] != now[name]:
            yield f"{name} has changed"


def _place(place: Mapping[str, str]) -> str:
    return ", ".join(filter(None, place.values())) or "nowhere"


def _address(project: Project, name: str) -> dict[str, str]:
    connection = project.connection(name)
    return {"url": connection.url, "database": connection.db, "user": connection.user}


def _said(spec: JobSpec) -> Any:
    return spec.model_dump(mode="json", exclude=_TUNING)


def _files_of(specs: Iterable[JobSpec]) -> Iterator[Path]:
    """Files that jobs name, such as those of queries."""
    for spec in specs:
        yield from (path for path in _paths_in(spec.model_dump(exclude=_TUNING)) if path.is_file())


def _paths_in(value: Any) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _paths_in(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _paths_in(one)


def _modules_of(specs: Iterable[JobSpec]) -> Iterator[Path]:
    """The Python of jobs, with what it has imported from beside it."""
    folders = {one.folder.absolute() for spec in specs for one in _pythons(spec)}
    for module in list(sys.modules.values()) if folders else ():
        file = Path(getattr(module, "__file__", None) or "")
        if file.is_file() and "site-packages" not in file.parts and any(file.is_relative_to(one) for one in folders):
            yield file


def _pythons(spec: JobSpec) -> Iterator[PythonSpec]:
    return (one.python for one in spec.every_field.values() if one.python is not None)


def _named(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _short(value: Any) -> str:
    return hashlib.sha256(as_json(value)).hexdigest()
