"""Logs of a project: of its servers, of commands that were launched, and the events of runs; read from their ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from odoo_etl.errors import UsageError
from odoo_etl.reporting.events import EVENTS_FILE
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.runs.log_lines import LogLine, is_as_severe, log_line
from odoo_etl.runs.workspace import Workspace
from odoo_etl.text import redacted, secrets_in_use

FOLDERS: Final = ("serve", "launched")  # of the state folder: of servers and their runs, of commands of the page
SERVER: Final = re.compile(r"server(\.\d+)?\.jsonl")
MOST_FILES: Final = 500
WINDOW: Final = 1_000_000  # bytes that are read at a time
MOST_WINDOWS: Final = 20
MOST_BYTES: Final = 50_000_000  # of a download
_RUN_ID: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f]+")
_HEAD: Final = 4_096
_NAME: Final = re.compile(rf"(?:(?:{'|'.join(FOLDERS)})/[^/\\]+|{RUNS}/{_RUN_ID.pattern}/{EVENTS_FILE})")


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log.

    Attributes:
        name: its path from the state folder on.
        is_server: a server writes it; else a command that was launched.
        size: in bytes.
        changed_at: when it was last written, in UTC.
    """

    name: str
    is_server: bool
    size: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines of a log, in their order.

    Attributes:
        start: where the first of them begins, in bytes: what comes before is read with `before=start`.
        is_first: nothing comes before.
    """

    file: LogFile
    lines: tuple[LogLine, ...]
    start: int
    is_first: bool


def log_files(project: Workspace | Path | str | None = None, run_id: str = "") -> list[LogFile]:
    """The logs that there are, the one that was written last first; those of servers before others.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        run_id: only what was said of this run: its events, and the command that began it.
    """
    state = Workspace.of(project).runs.parent
    found = [path for folder in FOLDERS for path in _files(state / folder)]
    if run_id and not _RUN_ID.fullmatch(run_id):
        return []
    if run_id:
        events = state / RUNS / run_id / EVENTS_FILE
        found = [events, *(path for path in _newest(found) if not _is_server(path) and _tells_of(path, run_id))]
    told = [_told(state, path) for path in found if path.is_file()]
    return sorted(told, key=lambda one: (one.is_server, one.changed_at), reverse=True)[:MOST_FILES]


def log_page(
    project: Workspace | Path | str | None, name: str, *, level: str = "", before: int | None = None, limit: int = 200
) -> LogPage:
    """The last lines of a log, or those before a place in it; secrets are redacted.

    Args:
        project: its folder; None for the nearest one, from the current folder upwards.
        name: as `log_files` has it.
        level: `warning` or `error`: only lines of this level, or a worse one.
        before: the byte before which the last of them ends; None for the end of the file.
        limit: at most so many lines.

    Raises:
        UsageError: there is no such log.
    """
    workspace = Workspace.of(project)
    path = _path(workspace, name)
    end = path.stat().st_size if before is None else max(0, min(before, path.stat().st_size))
    found, start = list[LogLine](), end
    for _ in range(MOST_WINDOWS):
        for place, text in reversed(list(_window(path, start))):
            line = log_line(redacted(text, secrets_in_use()))
            start = place
            if is_as_severe(line, level):
                found.append(line)
            if len(found) >= limit:
                break
        if start == 0 or len(found) >= limit:
            break
    file = _told(workspace.runs.parent, path)
    return LogPage(file, tuple(reversed(found)), start, start == 0)


def log_text(project: Workspace | Path | str | None, name: str) -> Iterator[str]:
    """The lines of a log, secrets redacted: its last 50 MB.

    Raises:
        UsageError: there is no such log.
    """
    path = _path(Workspace.of(project), name)

    def lines() -> Iterator[str]:
        with path.open("rb") as file:
            if (size := path.stat().st_size) > MOST_BYTES:
                file.seek(size - MOST_BYTES)
                file.readline()
            for line in file:
                yield redacted(line.decode("utf-8", "replace"), secrets_in_use())

    return lines()


def _path(workspace: Workspace, name: str) -> Path:
    """The file of a log; a name that is none leads nowhere."""
    path = workspace.runs.parent / name
    if not _NAME.fullmatch(name) or ".." in name or path.is_symlink() or not path.is_file():
        raise UsageError(f"there is no log {name!r}")
    return path


def _window(path: Path, end: int) -> list[tuple[int, str]]:
    """The lines that end at a place, with where each begins: as many as a window has, one at least."""
    size = WINDOW
    while True:
        begin = max(0, end - size)
        with path.open("rb") as file:
            file.seek(begin)
            block = file.read(end - begin)
        skipped = 0 if begin == 0 else block.find(b"\n", 0, len(block) - 1) + 1
        if begin == 0 or skipped:
            break
        size *= 2  # one line is longer than the window
    place, found = begin + skipped, list[tuple[int, str]]()
    for line in block[skipped:].split(b"\n"):
        if line:
            found.append((place, line.decode("utf-8", "replace").rstrip("\r")))
        place += len(line) + 1
    return found


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.suffix in {".log", ".jsonl"} and not path.is_symlink())


def _newest(paths: list[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)[:MOST_FILES]


def _tells_of(path: Path, run_id: str) -> bool:
    with path.open("rb") as file:
        return run_id.encode() in file.read(_HEAD)


def _is_server(path: Path) -> bool:
    return bool(SERVER.fullmatch(path.name))


def _told(state: Path, path: Path) -> LogFile:
    known = path.stat()
    changed_at = datetime.fromtimestamp(known.st_mtime, UTC)
    return LogFile(path.relative_to(state).as_posix(), _is_server(path), known.st_size, changed_at)
