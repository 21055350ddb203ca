"""Files beside a rejects file that is mended in the page: its index, who changed what, files that were replaced."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.private_files import opener, own_folder

FOLDER: Final = ".mended"
_OURS: Final = re.compile(r"(.+)\.(?:index\.sqlite3.*|copy\.csv|edits\.jsonl|cells\.jsonl|former-\d+\..*|uploaded-.*)")


@dataclass(frozen=True, slots=True)
class Beside:
    """The paths of those files.

    Attributes:
        rejects: the rejects file.
    """

    rejects: Path

    @property
    def folder(self) -> Path:
        """Of the files; hidden, since nobody is to mend them."""
        return self.rejects.parent / FOLDER

    @property
    def index(self) -> Path:
        """Where each row stands, and by what it is found; made anew whenever the rejects file is another one."""
        return self._named("index.sqlite3")

    @property
    def copy(self) -> Path:
        """The rows of a workbook, or of a file that a spreadsheet saved, as we write rejects files."""
        return self._named("copy.csv")

    @property
    def edits(self) -> Path:
        """Who changed what, an object a line for each edit."""
        return self._named("edits.jsonl")

    @property
    def cells(self) -> Path:
        """The cells of edits, an array a line: number of the row, its `_line`, column, what it was, what it became."""
        return self._named("cells.jsonl")

    def former(self, suffix: str) -> Path:
        """A free place for a file that is replaced by another."""
        number = 1
        while (path := self._named(f"former-{number}{suffix}")).exists():
            number += 1
        return path

    def uploaded(self, token: str) -> Path:
        """The place, without its suffix, of a file that waits until somebody says that it is to replace this one."""
        return self._named(f"uploaded-{token}")

    def uploads(self, token: str = "") -> list[Path]:
        """Those that wait, with what belongs to them; that of a token alone, if it is given."""
        begin = self.uploaded(token).name
        return sorted(one for one in self.folder.iterdir() if one.name.startswith(begin))

    def _named(self, name: str) -> Path:
        return self.folder / f"{self.rejects.stem}.{name}"


def job_of(path: Path) -> str:
    """The job whose file in that folder this is; "" where it is none of ours."""
    found = _OURS.fullmatch(path.name)
    return found[1] if found else ""


def placed_of(path: Path) -> str:
    """By what a file is known to be the same one, also after it was renamed. Raises OSError."""
    known = path.stat()
    return f"{known.st_ino}:{known.st_size}:{known.st_mtime_ns}"


def kept_if_changed(path: Path, placed: str) -> Path | None:
    """Keep a file aside that is another one than it was; None where it is the same, or gone. Raises OSError."""
    if not path.is_file() or placed_of(path) == placed:
        return None
    beside = Beside(path)
    own_folder(beside.folder)
    copy_durably(path, former := beside.former(path.suffix))
    return former


def copy_durably(source: Path, target: Path) -> None:
    """Copy a file for its owner alone; it is on the disk when this returns. Raises OSError."""
    with source.open("rb") as read, open(target, "wb", opener=opener) as written:
        shutil.copyfileobj(read, written)
        written.flush()
        os.fsync(written.fileno())
