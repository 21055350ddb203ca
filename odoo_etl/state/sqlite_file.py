"""The file of a SQLite store: it appears whole or not at all, is its owner's alone, and is watched while it is open."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import sqlalchemy as sa

from odoo_etl.errors import StateError, StateReplaced
from odoo_etl.private_files import FILE, close_to_others, make_folder

_NEW = "which knows nothing of earlier runs"
_OPEN = list["SqliteFile"]()  # those that this process has open
_Watched = tuple[Path, int, tuple[int, int]]  # its least size, and its device and inode


class SqliteFile:
    """The file that a URL names, and those that SQLite keeps beside it."""

    def __init__(self, url: sa.URL) -> None:
        name = str(url.database)
        self._plain = not name.startswith("file:")
        self.path = Path(name if self._plain else unquote(urlsplit(name).path))
        self._watched: list[_Watched] = []

    def is_new(self) -> bool:
        """Whether there is none yet, and we may make one.

        Raises:
            StateError: it holds nothing: what it held is lost, which a new store would hide. So would one in the place
                of a file that this process has open and that is gone.
        """
        if not self._plain:
            return False
        for one in tuple(_OPEN):
            if one.path.absolute() == self.path.absolute():
                one.check()
        left = [each for each in (self._beside("-wal"), self._beside("-shm")) if each.exists()]
        if not self.path.exists():
            for each in left:  # of a store that was deleted: it would pass for changes to the new one
                each.unlink(missing_ok=True)
            return True
        if self.path.is_file() and self.path.stat().st_size == 0:
            raise StateError(
                f"{self.path}: the state store is empty (0 bytes): something cut it off. Put back a copy of it, or"
                f" delete the file to start with a new store, {_NEW}"
            )
        return False

    def beside(self) -> Path:
        """A new, empty file beside it, in which a store is made. Raises OSError."""
        made = self.path.with_name(f".{self.path.name}.{uuid4().hex}")
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE))
        return made

    def appear(self, made: Path) -> None:
        """Put what was made aside in place, unless another process was quicker."""
        with suppress(OSError):  # it is there by now; or it cannot be linked there, and SQLite makes it
            os.link(made, self.path)

    def make_folder(self) -> None:
        """The folder that it stands in. Raises OSError."""
        if self._plain:
            make_folder(self.path.absolute().parent)

    def opened(self) -> None:
        """All files are there: from now on they are watched, and others may not read them."""
        for file in (self.path, self._beside("-wal"), self._beside("-shm")):
            close_to_others(file)
        for file, least in ((self.path, 1), (self._beside("-wal"), 0)):
            if mark := _mark(file, least):
                self._watched.append((file, least, mark))
        _OPEN.append(self)

    def closed(self) -> None:
        """Nobody here uses it any more, or it was never opened."""
        with suppress(ValueError):
            _OPEN.remove(self)

    def check(self) -> None:
        """Raises StateError: the file is not what was opened any more; what is written would reach nobody."""
        for file, least, known in self._watched:
            if (found := _mark(file, least)) != known:
                raise (StateReplaced if found else StateError)(
                    f"{file}: the state store was deleted, replaced or cut to nothing while it was in use: put back a"
                    " copy of it and go on with `odoo-etl resume`, or start with a new store by `odoo-etl run`, which"
                    " finds in Odoo what is already there"
                )

    def _beside(self, end: str) -> Path:
        return self.path.with_name(self.path.name + end)


def _mark(file: Path, least_bytes: int) -> tuple[int, int] | None:
    """The facts that stay the same as long as a file is the same one; None where it is gone, or shorter than that."""
    try:
        found = file.stat()
    except OSError:
        return None
    return None if found.st_size < least_bytes else (found.st_dev, found.st_ino)
