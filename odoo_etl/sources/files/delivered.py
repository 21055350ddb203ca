"""The files of a source as they lie there before they are read, archives as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies import delivered_elsewhere, listed_elsewhere
from odoo_etl.sources.files.find import files_here
from odoo_etl.sources.files.text import fingerprint
from odoo_etl.spec import FileKeys


def delivered(spec: FileKeys) -> Iterator[tuple[str, str]]:
    """Name and mark of each file that is there now; what cannot be read is left to who reads it."""
    try:
        if not spec.is_here:
            yield from delivered_elsewhere(spec)
            return
        found = files_here(spec.path)
    except SourceError:
        return
    for file in found:
        try:
            yield str(file.path), fingerprint(file)
        except SourceError:
            continue


def listed(spec: FileKeys) -> dict[str, str]:
    """Name to size and time of each file that lies there now, whether or not it is whole; none is opened.

    Raises SourceError: the store that has them does not tell.
    """
    if not spec.is_here:
        return dict(listed_elsewhere(spec))
    found = dict[str, str]()
    with suppress(SourceError):  # there is none
        for file in files_here(spec.path):
            with suppress(OSError):  # it has gone meanwhile
                known = file.path.stat()
                found[str(file.path)] = f"{known.st_size}|{known.st_mtime_ns}"
    return found


def is_there(spec: FileKeys) -> bool:
    """Whether a source has any file, or cannot say."""
    try:
        return bool(files_here(spec.path) if spec.is_here else delivered_elsewhere(spec))
    except SourceError:
        return not spec.is_here
