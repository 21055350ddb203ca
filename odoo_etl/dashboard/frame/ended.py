"""Sessions that were ended before their time: whoever kept a copy of one is out, at each server of the project."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from odoo_etl.private_files import opener, replace_file


class Ended:
    """The ids of sessions, each with the time from which on its cookie is too old anyhow. Any thread may tell and ask.

    Args:
        path: the file that keeps them, for further servers and after a restart; None: memory alone.
        now: epoch seconds; what is too old by then is forgotten.
    """

    def __init__(self, path: Path | None = None, now: float = 0.0) -> None:
        self._path, self._lock = path, threading.Lock()
        self._known: dict[str, float] = {}
        self._mark: tuple[int, int] | None = None
        self._look()
        self._forget(now)

    def __contains__(self, session: str) -> bool:
        with self._lock:
            self._look()
            return session in self._known

    def add(self, session: str, until: float) -> None:
        """End a session; where the file cannot be written, this process knows it all the same."""
        with self._lock:
            self._known[session] = until
            if self._path:
                with suppress(OSError), open(self._path, "ab", opener=opener) as file:
                    file.write(_line(session, until))

    def _look(self) -> None:
        """Take what other servers have added."""
        if self._path is None:
            return
        with suppress(OSError):
            told = self._path.stat()
            if (mark := (told.st_size, told.st_mtime_ns)) != self._mark:
                self._known |= dict(_read(self._path))
                self._mark = mark

    def _forget(self, now: float) -> None:
        """Make the file smaller."""
        kept = {session: until for session, until in self._known.items() if until > now}
        if self._path and len(kept) < len(self._known):
            with suppress(OSError):
                replace_file(self._path, b"".join(_line(*one) for one in kept.items()))
        self._known = kept


def _line(session: str, until: float) -> bytes:
    return f"{session} {until:.0f}\n".encode("ascii")


def _read(path: Path) -> Iterator[tuple[str, float]]:
    for line in path.read_bytes().decode("ascii", "replace").splitlines():
        session, _, until = line.partition(" ")
        if until.isdigit():  # half a line is of a server that was killed
            yield session, float(until)
