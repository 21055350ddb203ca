"""Files moved to another folder: never over another file, and never lost, wherever a kill comes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from odoo_etl.errors import SourceError
from odoo_etl.private_files import make_folder
from odoo_etl.sources.files.text import fingerprint
from odoo_etl.sources.source_file import HasChanged, Move, SourceFile


class Here:
    """Files of this machine, known by the SHA-256 of their bytes."""

    def exists(self, path: str) -> bool:
        """Whether anything has this path."""
        return Path(path).exists()

    def is_known(self, path: str, mark: str) -> bool:
        """Whether the file holds what it was known by; one that cannot be read does not."""
        try:
            return fingerprint(SourceFile.at(Path(path))) == mark
        except SourceError:
            return False

    def has_arrived(self, move: Move) -> bool:
        """Whether the file stands under its new path, and perhaps under the old one still."""
        return self.is_known(move.target, move.mark)

    def is_free(self, move: Move) -> bool:
        """Whether nothing has the new path."""
        return not self.exists(move.target)

    def make_folder(self, folder: str) -> None:
        """Make a folder, where it is missing. Raises OSError."""
        make_folder(Path(folder))

    def move(self, move: Move) -> None:
        """Move a file. Raises HasChanged, FileExistsError, OSError."""
        known = Path(move.path).stat()
        if not self.is_known(move.path, move.mark):
            raise HasChanged("it has changed since it was read")
        move_file(Path(move.path), Path(move.target), known)

    def remove(self, path: str) -> None:
        """Let an old path go. Raises OSError."""
        Path(path).unlink(missing_ok=True)


def move_file(source: Path, target: Path, known: os.stat_result) -> None:
    """Move a file; its content is safe under the new name before the old one goes.

    Killed in between, the file stands under both names. A file that came under the old name meanwhile stays there.

    Args:
        known: the file as it was when somebody looked what it holds.

    Raises:
        HasChanged: it is another one now; it stays where it is.
        FileExistsError: something has the new name.
        OSError: it cannot be moved; it stands where it stood.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # another file system, or one without links
        _copy(source, target, known)
    else:
        _check_same(target, known, target)
    _sync_folder(target.parent)
    with suppress(FileNotFoundError):
        if _is_same(source.stat(), known):
            source.unlink()


def _is_same(found: os.stat_result, known: os.stat_result) -> bool:
    return (found.st_ino, found.st_size, found.st_mtime_ns) == (known.st_ino, known.st_size, known.st_mtime_ns)


def _check_same(file: Path, known: os.stat_result, undo: Path) -> None:
    """Refuse another file. Raises HasChanged."""
    if not _is_same(file.stat(), known):
        undo.unlink()
        raise HasChanged("it has changed since it was read")


def free_names(name: str, run_id: str) -> Iterator[str]:
    """The names to try for a file in a folder: its own, then with the id of the run, then with a number."""
    stem, dot, ending = name.partition(".") if not name.startswith(".") else (name, "", "")
    yield name
    yield f"{stem}.{run_id}{dot}{ending}"
    number = 2
    while True:
        yield f"{stem}.{run_id}.{number}{dot}{ending}"
        number += 1


def _copy(source: Path, target: Path, known: os.stat_result) -> None:
    """Copy a file, whole or not at all."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        shutil.copy2(source, partial)
        with partial.open("rb+") as copied:
            os.fsync(copied.fileno())
        _check_same(source, known, partial)
        _rename(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _rename(partial: Path, target: Path) -> None:
    """Rename a file, never over another one."""
    try:
        os.link(partial, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is taken first
        with target.open("xb"):
            partial.replace(target)


def _sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
