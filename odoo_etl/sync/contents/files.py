"""Files below a folder, by the relative paths that cells hold; no path leads out of the folder."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
import threading
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from odoo_etl.codes import ValueCode
from odoo_etl.fieldtypes import BadValue, Content, ContentRef, shown

BLOCK_BYTES = 1024 * 1024
REMEMBERED = 100_000  # checksums; many rows may name one file
_DRIVE = re.compile(r"[A-Za-z]:")
_NO_NAME = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})

Stamp = tuple[int, int, int]  # when a file was changed last, its size, and which one it is


class NoSuchFile(Exception):
    """There is no file under that path."""


class Files:
    """Looks at files: where they lie, how large they are, and their checksums; may be used from several lanes."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamp, str]] = {}
        self._lock = threading.Lock()

    def content(self, ref: ContentRef) -> Content:
        """The content that a path stands for.

        Raises:
            NoSuchFile: there is none.
            BadValue: the path is none that may be read, or the file cannot be.
        """
        path = confined(ref.name, Path(ref.rules.root))
        try:
            with open_file(path) as file:
                return self._looked_at(ref, path, file)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoSuchFile from error
        except OSError as error:
            code: ValueCode = "bad_path" if error.errno in _NO_NAME else "file_unreadable"
            raise BadValue(code, f"{shown(ref.name)} cannot be read: {error.strerror or error}") from error

    def _looked_at(self, ref: ContentRef, path: Path, file: BinaryIO) -> Content:
        status = os.fstat(file.fileno())
        check_size(ref, status.st_size)
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._known.get(str(path))
        sha1 = known[1] if known and known[0] == stamp else sha1_of_file(file)
        with self._lock:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[str(path)] = (stamp, sha1)
        return Content(ref.name, str(path), status.st_size, sha1)


def check_size(ref: ContentRef, size: int) -> None:
    """Refuse contents that are empty or too large.

    Raises:
        BadValue: it is.
    """
    most = ref.rules.max_bytes
    if size > most:
        reason = f"{shown(ref.name)} has {size:,} bytes, more than the {most:,} of max_size"
        raise BadValue("file_too_large", reason)
    if not size:
        raise BadValue("file_empty", f"{shown(ref.name)} is empty, and Odoo keeps no empty files")


def confined(name: str, root: Path) -> Path:
    """The file that a relative path leads to, below the folder; backslashes part folders as well.

    Raises:
        BadValue: the path leads elsewhere, be it by a link.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or "\0" in name or parts[0].startswith("/") or _DRIVE.match(name):
        raise BadValue("bad_path", f"{shown(name)} is no path relative to root, {root}")
    if ".." in parts:
        raise BadValue("bad_path", f"{shown(name)} may lead out of root, {root}: `..` is not followed")
    base = root.resolve()
    try:
        found = base.joinpath(*parts).resolve()
    except (OSError, RuntimeError) as error:  # links in a circle, names that are too long
        raise BadValue("bad_path", f"{shown(name)} leads nowhere: {error}") from error
    with suppress(OSError):  # a name that is too long is told when it is opened
        if found.is_symlink():  # as Python 3.13 and later leave it where links go in a circle
            raise BadValue("bad_path", f"{shown(name)} leads nowhere: its links go in a circle")
    if not found.is_relative_to(base):
        raise BadValue("outside_root", f"{shown(name)} is a link that leads out of root, {root}")
    return found


def open_file(path: Path) -> BinaryIO:
    """Open a file that is no link by now; of what is no file, such as a pipe, nothing is awaited.

    Raises:
        OSError: it cannot be opened; IsADirectoryError also for what is no file.
    """
    if sys.platform == "win32":
        _refuse_link(path)
        handle = os.open(path, os.O_RDONLY)
    else:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise IsADirectoryError(errno.EISDIR, "it is a folder, or no file with a content")
    return os.fdopen(handle, "rb")


def _refuse_link(path: Path) -> None:
    """Where the system cannot open a file only if it is no link. Raises OSError."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def sha1_of_file(file: BinaryIO) -> str:
    """The checksum of a file, read in blocks."""
    digest = hashlib.sha1(usedforsecurity=False)
    while block := file.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()
