"""Where copies lie: in the state folder of a project, or in a temporary folder that goes with the process."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from odoo_etl.errors import SourceError
from odoo_etl.sources.source_file import SourceFile
from odoo_etl.spec import FileKeys
from odoo_etl.web import Kept, KeptDownloads

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """A copy that can be made again, be it by another process or on another machine.

    Attributes:
        stored: where it was kept.
        sha1: of its bytes.
        again: makes it anew, in a temporary folder; can be pickled.
    """

    stored: Path
    name: str
    sha1: str
    again: Callable[[], Kept]

    def path(self) -> Path:
        """Where its bytes lie. Raises SourceError: they are gone, and what is there now is something else."""
        if self.stored.exists():
            return self.stored
        key = (self.name, self.sha1)
        if key not in _made_again or not _made_again[key].exists():
            _made_again[key] = self._made_again()
        return _made_again[key]

    def _made_again(self) -> Path:
        kept = self.again()
        if kept.sha1 != self.sha1:
            raise SourceError(
                f"{self.name}: has changed since the reading began: its copy is not on this machine, and what was"
                " fetched again is something else (run the job again)"
            )
        return Path(kept.path)


_made_again: dict[tuple[str, str], Path] = {}


def as_file(kept: Kept, name: str, again: Callable[[], Kept]) -> SourceFile:
    """A kept content as a file of a source."""
    path = Path(kept.path)
    return SourceFile(path, name, KeptCopy(path, name, kept.sha1, again))


def kept_for(spec: FileKeys) -> KeptDownloads:
    """The copies of the project that a source belongs to, or those of this process. Raises SourceError."""
    return kept_in(spec.copies or temporary_folder())


@cache
def kept_in(folder: Path) -> KeptDownloads:
    """The copies in a folder, which is made. Raises SourceError."""
    kept = KeptDownloads(folder)
    try:
        kept.begin()
    except OSError as error:
        raise SourceError(f"{folder}: copies of files cannot be kept there: {error.strerror or error}") from error
    return kept


@cache
def temporary_folder() -> Path:
    """A folder of this process for its owner alone; it goes when the process ends."""
    folder, owner = Path(tempfile.mkdtemp(prefix="odoo-etl-copies-")), os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # not that of a forked process
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def key_of(*parts: object) -> str:
    """The key that a copy is kept under; it tells nothing of the place and the options with which it was asked for."""
    return f"source:{hashlib.sha256(repr(parts).encode('utf-8', 'surrogatepass')).hexdigest()}"
