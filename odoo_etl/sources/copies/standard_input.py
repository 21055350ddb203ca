"""The standard input: read once, before anything else, into a file that goes with the process."""

from __future__ import annotations

import atexit
import hashlib
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies.keeping import BLOCK_BYTES, as_file, kept_for, temporary_folder
from odoo_etl.sources.source_file import AT_PATH, SourceFile
from odoo_etl.spec import FileKeys
from odoo_etl.web import Kept, private

NAME: Final = "stdin"
_read: dict[int, Kept | SourceError] = {}  # by the process that read it; what failed half-way is not read on


def standard_input(spec: FileKeys, stream: BinaryIO | None = None) -> SourceFile:
    """The bytes that came over the standard input of this process, which come once.

    Args:
        stream: in place of the standard input.

    Raises:
        SourceError: nobody feeds it, it is too large, or its bytes cannot be put aside.
    """
    if os.getpid() not in _read:
        _read[os.getpid()] = _outcome(spec, stream)
    kept = _read[os.getpid()]
    if isinstance(kept, SourceError):
        raise kept
    return as_file(kept, NAME, _gone)


def _outcome(spec: FileKeys, stream: BinaryIO | None) -> Kept | SourceError:
    try:
        return _put_aside(spec, stream or _fed())
    except SourceError as error:
        return error


def _gone() -> NoReturn:
    raise SourceError(
        f"{NAME}: what came over the standard input is not on this machine (any more): write it to a file that all"
        " workers can read, and name that in path: of the source"
    )


def _fed() -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise SourceError(
            f"{NAME}: the job reads the standard input, and nothing is fed into it (odoo-etl run JOB < orders.csv)",
            AT_PATH,
        )
    return sys.stdin.buffer


def _put_aside(spec: FileKeys, stream: BinaryIO) -> Kept:
    folder = spec.copies or temporary_folder()
    kept_for(spec)  # makes the folder
    path, digest, size = folder / f"stdin-{os.getpid()}-{os.urandom(8).hex()}", hashlib.sha1(usedforsecurity=False), 0
    atexit.register(partial(_remove, path, os.getpid()))
    try:
        with private(path) as file:
            while block := stream.read(BLOCK_BYTES):
                size += len(block)
                if size > spec.max_size:
                    raise SourceError(f"{NAME}: has more than the {spec.max_size:,} bytes of max_size", AT_PATH)
                digest.update(block)
                file.write(block)
    except OSError as error:
        raise SourceError(f"{NAME}: cannot be put aside in {folder}: {error.strerror or error}") from error
    return Kept(str(path), size, digest.hexdigest())


def _remove(path: Path, owner: int) -> None:
    if os.getpid() == owner:
        with suppress(OSError):
            path.unlink(missing_ok=True)
