"""Paths in a file are relative to that file: makes those of sources, fields, connections and state absolute."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path
from typing import Any

_SQLITE = re.compile(r"(?P<head>sqlite(?:\+\w+)?:///)(?P<path>[^?]*)(?P<query>\?.*)?", re.DOTALL)


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
    if isinstance(source.get("path"), str):
        source["path"] = absolute_pattern(source["path"], folder)
    if isinstance(source.get("url"), str):
        source["url"] = absolute_sqlite(source["url"], folder)
    query = source.get("query")
    if isinstance(query, dict) and isinstance(query.get("file"), str):
        query["file"] = absolute(query["file"], folder)


def absolute_python(fields: Any, folder: Path, root: Path) -> None:
    """Say in fields as parsed, in place, where their Python lies: relative to the file, by default in the root."""
    for field in fields.values() if isinstance(fields, dict) else ():
        if not isinstance(field, dict):
            continue
        absolute_python(field.get("translations"), folder, root)
        python = field.get("python")
        if isinstance(python, str):
            field["python"] = {"function": python, "folder": str(root)}
        elif isinstance(python, dict):
            given = python.get("folder")
            python["folder"] = absolute(given, folder) if isinstance(given, str) else given or str(root)


def absolute_roots(fields: Any, folder: Path) -> None:
    """The same of the folders that fields take their files from."""
    for field in fields.values() if isinstance(fields, dict) else ():
        if isinstance(field, dict) and isinstance(field.get("root"), str) and field["root"]:
            field["root"] = absolute(field["root"], folder)


def display(path: Path) -> str:
    """A path as messages show it: relative to the current folder where it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
