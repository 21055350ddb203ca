"""Completion in the shell: names of jobs, runs, connections and environments of the project around the current folder.

Each answers within the press of a key: files are looked at as text, nothing is validated, no server is asked. Whatever
is wrong with the project, there is only nothing to complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

NAME = re.compile(r"""^job:\s*["']?([\w.-]+)""", re.MULTILINE)
TAGS = re.compile(r"^tags:\s*\[([^\]]*)\]", re.MULTILINE)


def jobs(incomplete: str) -> list[str]:
    """Selectors of jobs: their names, `tag:x`; after a `+`, the names of what is before them."""
    before = "+" if incomplete.startswith("+") else ""
    texts = [_text(path) for path in _pipelines().glob("*.y*ml")]
    names = [name for text in texts for name in NAME.findall(text)]
    tags = {tag.strip("\"' ") for text in texts for found in TAGS.findall(text) for tag in found.split(",")}
    return _beginning(
        [*(f"{before}{name}" for name in sorted(names)), *(f"tag:{tag}" for tag in sorted(tags))], incomplete
    )


def runs(incomplete: str) -> list[str]:
    """Runs, newest first, after `last`."""
    from odoo_etl.spec.project import root_of

    folder = root_of(_pipelines() / "project.yaml") / ".odoo_etl/runs"
    found = sorted((path.name for path in folder.iterdir()), reverse=True) if folder.is_dir() else []
    return _beginning(["last", *found], incomplete)


def connections(incomplete: str) -> list[str]:
    """Connections of project.yaml."""
    return _beginning(_keys("connections"), incomplete)


def environments(incomplete: str) -> list[str]:
    """Environments of project.yaml."""
    return _beginning(_keys("environments"), incomplete)


def _keys(of: str) -> Iterator[str]:
    import yaml

    try:
        project: Any = yaml.safe_load(_text(_pipelines() / "project.yaml"))
    except yaml.YAMLError:
        return
    named = project.get(of) if isinstance(project, dict) else None
    yield from sorted(map(str, named)) if isinstance(named, dict) else ()


def _pipelines() -> Path:
    """The folder of the project's files; one that is not there has no files."""
    from odoo_etl.errors import UsageError
    from odoo_etl.spec.project import find_project

    try:
        return find_project(Path.cwd()).parent
    except UsageError:
        return Path("/nowhere")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _beginning(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]
