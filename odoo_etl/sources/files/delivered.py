"""The files of a source as they lie there before they are read, archives as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies import delivered_elsewhere
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


def is_there(spec: FileKeys) -> bool:
    """Whether a source has any file, or cannot say."""
    try:
        return bool(files_here(spec.path) if spec.is_here else delivered_elsewhere(spec))
    except SourceError:
        return not spec.is_here
