"""Writing the files of a new project: none that is there is touched."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from odoo_etl.errors import UsageError
from odoo_etl.private_files import FILE

OPEN_FILE = 0o666  # as far as the umask lets


@dataclass(frozen=True, slots=True)
class Scaffold:
    """A new project as it was written.

    Attributes:
        folder: of the project.
        written: the paths of the files, below the folder.
        left: those that were there and stayed as they were.
        ignored: lines that a `.gitignore` which stayed does not have.
    """

    folder: Path
    written: tuple[str, ...]
    left: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def write_files(folder: Path, files: Mapping[str, str], secret: Collection[str] = ()) -> Scaffold:
    """Write the files that are not there.

    Args:
        files: path below the folder to text.
        secret: the paths of those that only their owner may read.

    Raises:
        UsageError: one cannot be written; those before it stay.
    """
    written = [path for path, text in files.items() if _write(folder / path, text, private=path in secret)]
    left = tuple(path for path in files if path not in written)
    return Scaffold(
        folder, tuple(written), left, _lacking(folder / ".gitignore", files) if ".gitignore" in left else ()
    )


def _write(path: Path, text: str, *, private: bool) -> bool:
    """Write a file, unless something is there; whether it was written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE if private else OPEN_FILE)
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if path.is_symlink() or path.exists():
            return False
        raise UsageError(f"{path.parent} is no folder: name another one") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    return True


def _lacking(path: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """The lines of ours that a file which was there lacks."""
    try:
        known = set(path.read_text("utf-8", errors="replace").splitlines())
    except OSError:
        known = set()
    wanted = [line for line in files[path.name].splitlines() if not line.startswith("#")]
    return tuple(line for line in wanted if line not in known)
