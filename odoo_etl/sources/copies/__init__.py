"""Copies on this machine of what lies elsewhere: on the web, in a store, in an archive, on the standard input.

What makes them is loaded for a source that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from odoo_etl.errors import SourceError
from odoo_etl.sources.source_file import AT_MEMBER, Place, SourceFile
from odoo_etl.spec import FileKeys

__all__ = ["check_protocol", "delivered_elsewhere", "elsewhere", "files_elsewhere", "listed_elsewhere", "members_of"]

_ZIP = b"PK\x03\x04"


def check_protocol(spec: FileKeys) -> None:
    """Refuse a URL that nobody knows how to reach; nothing is asked. Raises SourceError."""
    if not (spec.is_here or spec.is_stdin or spec.is_on_the_web):
        from odoo_etl.sources.copies.file_systems import check_known

        check_known(spec)


def files_elsewhere(spec: FileKeys) -> list[SourceFile]:
    """Copies of the files, in sorted order. Raises SourceError: there is none, or they cannot be fetched."""
    if spec.is_stdin:
        from odoo_etl.sources.copies.standard_input import standard_input

        return [standard_input(spec)]
    if spec.is_on_the_web:
        from odoo_etl.sources.copies.on_web import file_on_web

        return [file_on_web(spec)]
    from odoo_etl.sources.copies.file_systems import files_of_store

    return files_of_store(spec)


def delivered_elsewhere(spec: FileKeys) -> Sequence[tuple[str, str]]:
    """Name and mark of each file that lies in a store now; archives as a whole. Raises SourceError: it is not told."""
    from odoo_etl.sources.copies.moving import delivered_files

    return delivered_files(spec)


def listed_elsewhere(spec: FileKeys) -> Sequence[tuple[str, str]]:
    """Name of each file that lies in a store now, and size and marks of it as the list of files has them.

    Raises SourceError: the store does not tell.
    """
    from odoo_etl.sources.copies.moving import listed_files

    return listed_files(spec)


def elsewhere(spec: FileKeys) -> AbstractContextManager[Place]:
    """The store of a source, in which files move. Raises SourceError: it cannot be reached."""
    from odoo_etl.sources.copies.moving import opened_place

    return opened_place(spec)


def members_of(file: SourceFile, spec: FileKeys) -> list[SourceFile]:
    """The members of an archive that a source means; the file itself where it is no archive, and none is asked for.

    Raises SourceError: there is no such member, or it cannot be unpacked.
    """
    if _is_zip(file):
        from odoo_etl.sources.copies.archives import unpacked

        return unpacked(file, spec)
    if spec.member is not None:
        raise SourceError(f"{file}: is no zip archive, and member: names a file in one", AT_MEMBER)
    return [file]


def _is_zip(file: SourceFile) -> bool:
    try:
        with file.path.open("rb") as stored:
            return stored.read(len(_ZIP)) == _ZIP
    except OSError:
        return False  # who reads it says so
