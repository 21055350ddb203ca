"""Downloads kept in the state folder, with what tells whether they are still so (`ETag`, `Last-Modified`)."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import orjson

from odoo_etl.private_files import opener, own_folder, replace_file

UNUSED_S = 30 * 86_400.0  # what no run needed for so long goes


@dataclass(frozen=True, slots=True)
class Kept:
    """A download that is on the disk.

    Attributes:
        etag, modified: as the server gave them, or "".
    """

    path: str
    size: int
    sha1: str
    etag: str = ""
    modified: str = ""


class KeptDownloads:
    """The downloads of a project; several processes may use them at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> None:
        """Make the folder, and let go of what no run needed for long. Raises OSError."""
        own_folder(self._folder)
        before = time.time() - UNUSED_S
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < before:
                        Path(entry.path).unlink()

    def of(self, url: str) -> Kept | None:
        """The download of an address, if it is there in full."""
        try:
            kept = Kept(**orjson.loads(self._note(url).read_bytes()))
            if Path(kept.path).stat().st_size != kept.size:
                return None
            for path in (self._note(url), Path(kept.path)):
                os.utime(path)
        except (OSError, ValueError, TypeError):
            return None
        return kept

    def new_file(self) -> Path:
        """A file to download into."""
        return self._folder / f"{uuid4().hex}.part"

    def keep(self, url: str, part: Path, kept: Kept) -> Kept:
        """Keep what was downloaded; the same content of another address is one file. Raises OSError."""
        path = self._folder / f"{kept.sha1}.content"
        part.replace(path)
        stored = Kept(str(path), kept.size, kept.sha1, kept.etag, kept.modified)
        replace_file(self._note(url), orjson.dumps(asdict(stored)), durable=False)
        return stored

    def _note(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()}.json"


def private(path: Path) -> BinaryIO:
    """Open a new file for its owner alone, to be written. Raises OSError."""
    return os.fdopen(opener(str(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb")
