"""Where files go once every row of them has its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.sources.places import STDIN, protocol_of, without_file_url


class DoneSpec(SpecModel):
    """Folders for files that are done. Each is made when the first file goes there."""

    move: str = Field(min_length=1, description="Where a file goes once each of its rows has its outcome.")
    failed: str | None = Field(
        default=None,
        min_length=1,
        description="Where a file goes of which a row was rejected; without it, such a file stays where it is.",
    )


def done_issues(done: Any, pattern: Any) -> Iterator[Issue]:
    """No file is found again where it went.

    Args:
        done: as written, with absolute paths.
        pattern: the files of the source.
    """
    if not isinstance(done, Mapping) or not isinstance(pattern, str):
        return
    if pattern == STDIN or protocol_of(without_file_url(pattern)):
        yield Issue("only files of this machine can be moved", ("done",), "remove `done`")
        return
    for key in ("move", "failed"):
        folder = done.get(key)
        if not isinstance(folder, str) or not folder:
            continue
        if folder == pattern.rpartition("/")[0]:
            yield Issue(f"`{key}` is the folder of the files themselves", ("done", key), "name another folder")
        elif is_found(pattern, f"{folder}/{pattern.rpartition('/')[2]}"):
            message = f"`{key}` is a folder in which `path` finds files, which would be read again"
            yield Issue(message, ("done", key), "name a folder beside those that `path` looks into")


def is_found(pattern: str, path: str) -> bool:
    """Whether a file with this path is one that a pattern means."""
    return path == pattern or _fits(pattern.split("/"), path.split("/"))


def _fits(patterns: list[str], parts: list[str]) -> bool:
    if not patterns or not parts:
        return not patterns and not parts
    if patterns[0] == "**":
        return _fits(patterns[1:], parts) or _fits(patterns, parts[1:])
    return fnmatchcase(parts[0], patterns[0]) and _fits(patterns[1:], parts[1:])
