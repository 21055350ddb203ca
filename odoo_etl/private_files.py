"""Folders and files for their owner alone, whatever the umask: they hold rows, keys and what Odoo held before."""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

FOLDER, FILE = 0o700, 0o600
_OTHERS = 0o077


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone; what is there stays as it is.

    Raises OSError.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(FOLDER, exist_ok=True)
    if not path.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(path))


def own_folder(path: Path) -> None:
    """Make a folder of ours; one that is there is closed to others. Raises OSError."""
    make_folder(path)
    close_to_others(path)


def close_to_others(path: Path) -> None:
    """Take all rights on a file or folder from others, as far as it is ours."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)


def write_mark(path: Path) -> None:
    """Make an empty file, or make it as young as now. Raises OSError."""
    with open(path, "wb", opener=opener):
        os.utime(path)


def unpickled(file: IO[bytes]) -> Any:
    """The next value that we pickled into a temporary file. Raises EOFError at its end."""
    return pickle.load(file)  # noqa: S301 - made by us, in a file that others cannot reach


def opener(path: str, flags: int) -> int:
    """For `open`: a new file is its owner's alone."""
    return os.open(path, flags, FILE)


def replace_file(path: Path, data: bytes, mode: int = FILE) -> None:
    """Put a file of ours in place of the one that is there, in one step. Raises OSError.

    Args:
        mode: who may do what with it; by default it is its owner's alone.
    """
    target = path.resolve()  # a link stays one
    aside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with open(aside, "wb", opener=opener) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(mode)
        aside.replace(target)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
