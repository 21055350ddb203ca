"""Where files go once every row of them has its outcome."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.sources.places import (
    STDIN,
    has_login,
    is_on_the_web,
    protocol_of,
    store_and_path,
    without_file_url,
)

_ANY = "**"  # folders below each other, as many as there are


class DoneSpec(SpecModel):
    """Folders for files that are done. Each is made when the first file goes there."""

    move: str = Field(
        min_length=1,
        description="Where a file goes once each of its rows has its outcome; in a store, seen from the file.",
    )
    failed: str | None = Field(
        default=None,
        min_length=1,
        description="Where a file goes of which a row was rejected; without it, such a file stays where it is.",
    )


def done_issues(done: Any, path: Any) -> Iterator[Issue]:
    """Files move within the place where they lie, and none is found again where it went.

    Args:
        done: as written; with absolute paths for files of this machine.
        path: the files of the source.
    """
    if not isinstance(done, Mapping) or not isinstance(path, str):
        return
    if path == STDIN or is_on_the_web(path):
        where = "the standard input has no files" if path == STDIN else "files of the web cannot be moved"
        yield Issue(f"`done` moves files, and {where}", ("done",), "remove `done`")
        return
    pattern = without_file_url(path)
    for key in ("move", "failed"):
        folder = done.get(key)
        if isinstance(folder, str) and folder:
            yield from _store_issues(key, folder, pattern) if protocol_of(pattern) else _issues(key, folder, pattern)


def _store_issues(key: str, folder: str, url: str) -> Iterator[Issue]:
    """A folder of the store of a URL."""
    store, _ = store_and_path(url)
    hint = f"name a folder from that of the file on, such as ../done, or a URL of {store}"
    if protocol_of(folder) and has_login(folder):
        yield Issue(f"`{key}` names a user, and files move with the login of `path`", ("done", key), hint)
    elif protocol_of(folder) and store_and_path(folder)[0] != store:
        yield Issue(f"`{key}` is not where `path` is, and files move within one store", ("done", key), hint)
    elif not protocol_of(folder) and (folder.startswith(("/", "~")) or "\\" in folder):
        yield Issue(f"`{key}` is no folder of the store that `path` names", ("done", key), hint)
    elif (inside := folder_of(url, folder)) is None:
        yield Issue(f"`{key}` leads out of {store}", ("done", key), hint)
    else:
        yield from _found_issues(key, inside, "".join(store_and_path(url)))


def _issues(key: str, folder: str, pattern: str) -> Iterator[Issue]:
    """A folder of this machine."""
    if protocol_of(folder):
        yield Issue(f"`{key}` is a URL, and files of this machine stay on it", ("done", key), "name a folder here")
    else:
        yield from _found_issues(key, folder, pattern)


def _found_issues(key: str, folder: str, pattern: str) -> Iterator[Issue]:
    """No file is found again where it went."""
    parent, _, name = pattern.rpartition("/")
    end = [_ANY, ""] if name == _ANY else [""]
    if folder == parent:
        yield Issue(f"`{key}` is the folder of the files themselves", ("done", key), "name another folder")
    elif _fits([*parent.split("/"), *end], [*folder.split("/"), ""]):
        message = f"`{key}` is a folder in which `path` finds files, which would be read again"
        yield Issue(message, ("done", key), "name a folder beside those that `path` looks into")


def folder_of(path: str, folder: str) -> str | None:
    """The folder where a file goes; None where that would lead out of its store.

    Args:
        path: of the file, or a pattern.
        folder: as `done` of its source has it: absolute for a file of this machine.
    """
    if not protocol_of(path):
        return folder
    if protocol_of(folder):
        return "".join(store_and_path(folder)).removesuffix("/")
    store, place = store_and_path(path)
    inside = posixpath.normpath(posixpath.join(place.rpartition("/")[0].strip("/"), folder))
    if inside == ".." or inside.startswith("../"):
        return None
    start = "/" if place.startswith("/") else ""
    return f"{store}{start}{'' if inside == '.' else inside}".removesuffix("/")


def is_found(pattern: str, path: str) -> bool:
    """Whether a file with this path is one that a pattern means, which may be a URL."""
    if protocol_of(pattern):
        pattern = "".join(store_and_path(pattern))
    return path == pattern or _fits(pattern.split("/"), path.split("/"))


def _fits(patterns: list[str], parts: list[str]) -> bool:
    if not patterns or not parts:
        return not patterns and not parts
    if patterns[0] == _ANY:
        return _fits(patterns[1:], parts) or _fits(patterns, parts[1:])
    return fnmatchcase(parts[0], patterns[0]) and _fits(patterns[1:], parts[1:])
