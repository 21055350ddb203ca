"""Whether the owner of a lock lives: by the lock of the operating system on its file, else by its heartbeat."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePath

from filelock import FileLock, Timeout

from odoo_etl.errors import StateError
from odoo_etl.private_files import FILE, own_folder

BEAT_S = 10.0
SURE_S = 1.5 * BEAT_S  # who gives no sign for so long, while we look, is not one whose store's clock was set
_SET_BACK_S = 1.0  # a heartbeat of the future is older than a clock that was set
_NAME = re.compile(r"\.alive-[0-9a-f]{32}")


class OwnFile:
    """A file on which this process holds a lock for as long as it lives."""

    def __init__(self, folder: Path, token: str) -> None:
        self._path = folder / f".alive-{token}"
        self._lock = FileLock(self._path, mode=FILE, thread_local=False)

    @property
    def name(self) -> str:
        """The name that others find it by, in the folder."""
        return self._path.name

    def lock(self) -> None:
        """Come alive. Raises StateError."""
        try:
            own_folder(self._path.parent)
            self._lock.acquire(blocking=False)
        except OSError as error:
            raise StateError(f"{self._path}: cannot be locked: {error.strerror} (check the folder)") from error

    def release(self, *, keep: bool) -> None:
        """Die; a file that is kept tells others so."""
        self._lock.release()
        if not keep:
            self._path.unlink(missing_ok=True)


def is_alive(folder: Path, name: str) -> bool | None:
    """Whether the owner of that file holds its lock; None where that cannot be seen."""
    path = _file(folder, name)
    if path is None or not path.is_file():
        return None
    try:
        with FileLock(path, blocking=False):
            return False
    except Timeout:
        return True
    except OSError:  # another user's file: only the heartbeat is left to go by
        return None


def left_files(folder: Path, age_s: float) -> list[str]:
    """The files of owners that were made, or looked at, so long ago: who has just made one has no lock on it yet."""
    found = list[str]()
    for path in folder.glob(".alive-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > age_s:
                found.append(path.name)
    return found


def forget(folder: Path, name: str) -> None:
    """Take the file of a dead owner away."""
    if path := _file(folder, name):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _file(folder: Path, name: str) -> Path | None:
    """A file in our own folder, whatever the store says: it may hold a path, and have been written by anybody."""
    last = PurePath(name).name
    return folder / last if _NAME.fullmatch(last) else None


class Silence:
    """How long others have given no sign of life, as far as this process has watched.

    Heartbeats are stamped by the store's clock. That may be set by hours, and would then call the living dead, or the
    dead living; so what it says is checked against a clock that nobody sets.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[float, float]] = {}  # token to heartbeat, and when we saw it first

    def is_dead(self, token: str, beat: float, age_s: float, lease_s: float) -> bool | None:
        """Whether an owner has lost its lease, by its last heartbeat; None where that takes a further look.

        Args:
            age_s: of the heartbeat, by the store's clock.
        """
        now = self._clock()
        if self._seen.get(token, (None, 0.0))[0] != beat:
            self._seen[token] = beat, now
        silent_s, old = now - self._seen[token][1], age_s > lease_s
        if silent_s > lease_s or (old and silent_s >= min(SURE_S, lease_s)):
            return True
        return None if old or age_s < -_SET_BACK_S else False
