"""That a file is the same one from its first look to its last byte: else half of its rows are of another."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from odoo_etl.errors import SourceError
from odoo_etl.sources.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class FileMark:
    """The size, time and content that a file was known by.

    Attributes:
        host: where it was looked at; elsewhere, the same file may have another inode.
    """

    size: int
    mtime_ns: int
    inode: int
    host: str

    def fits(self, other: FileMark) -> bool:
        """Whether both are of the same file, as far as can be seen."""
        same = (self.size, self.mtime_ns) == (other.size, other.mtime_ns)
        return same and (self.inode == other.inode or self.host != other.host)


def mark_of(file: SourceFile) -> FileMark:
    """The mark that the file is known by now. Raises SourceError."""
    try:
        found = file.path.stat()
        if file.copy:  # it stays as it is, wherever it is made again
            return FileMark(found.st_size, 0, 0, "")
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror or error}") from error
    return FileMark(found.st_size, found.st_mtime_ns, found.st_ino, socket.gethostname())


def check_unchanged(file: SourceFile, mark: FileMark) -> None:
    """Refuse a file that is not what it was.

    Raises:
        SourceError: it was replaced, or written to.
    """
    if not mark.fits(mark_of(file)):
        raise SourceError(
            f"{file}: has changed while it was read (another size, time or file than when the reading began), so that"
            " its rows may be of two versions; nothing was written of them: run the job again once the file is whole"
        )


@contextmanager
def unchanged(file: SourceFile, mark: FileMark) -> Iterator[None]:
    """A time in which a file is read to its end. Raises SourceError: it has changed before or meanwhile."""
    check_unchanged(file, mark)
    yield
    check_unchanged(file, mark)
