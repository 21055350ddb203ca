"""Folders in which rows wait between the processes of a divided run; what the dead have left there is swept."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "odoo-etl-spool-"
ALIVE = ".alive"  # locked by whoever directs the run
YOUNG_S = 60.0  # it may not be locked yet


@contextmanager
def spool(temporary: Path) -> Iterator[Path]:
    """A folder in a temporary one, for as long as the caller needs it; first, those of runs that were killed go."""
    sweep(temporary)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=temporary, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        with FileLock(folder / ALIVE, mode=0o600, thread_local=False):
            yield folder


def sweep(temporary: Path) -> None:
    """Take away the folders of ours whose owners are dead; what cannot be told or taken stays."""
    for folder in temporary.glob(f"{PREFIX}*"):
        try:
            if _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def _is_left(folder: Path) -> bool:
    """Whether the owner of a folder of ours has died. Raises OSError."""
    found, alive = folder.lstat(), folder / ALIVE
    ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    if folder.is_symlink() or not ours or alive.stat().st_mtime > time.time() - YOUNG_S:
        return False
    try:
        with FileLock(alive, blocking=False):
            return True
    except Timeout:
        return False
