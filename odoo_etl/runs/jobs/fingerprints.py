"""The files that a job is made of: which ones a run used, so that a person can tell tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from odoo_etl.errors import SourceError
from odoo_etl.results import UsedFile
from odoo_etl.sources.files import SourceFile, fetched_copies, find_files, fingerprint
from odoo_etl.spec import FileKeys, Job, SourceSpec

LARGEST = 1 << 30  # in bytes: a second's work; the rows of a larger one take half an hour


def used_files(job: Job, root: Path, *, hashed: bool = True) -> Iterator[UsedFile]:
    """The file of a job, and those of its sources as far as they are files here. What cannot be read is left out.

    Args:
        root: of the project.
        hashed: also say what the sources hold; not where only some rows of them are read.
    """
    yield from _used(job.name, "job", SourceFile.at(job.path), root, hashed=True)
    for source in job.spec.every_source:
        for file in _found(source):
            yield from _used(job.name, "source", file, root, hashed=hashed)


def used_copies(job: Job, root: Path, *, hashed: bool = True) -> Iterator[UsedFile]:
    """The files that lie elsewhere, as this run has fetched them."""
    for source in (one for one in job.spec.every_source if isinstance(one, FileKeys) and not one.is_here):
        for file in fetched_copies(source):
            yield from _used(job.name, "source", file, root, hashed=hashed)


def _found(source: SourceSpec) -> list[SourceFile]:
    try:
        return find_files(source) if isinstance(source, FileKeys) and source.is_here else []
    except SourceError:  # the job will say so
        return []


def _used(
    job: str, kind: Literal["job", "source"], file: SourceFile, root: Path, *, hashed: bool
) -> Iterator[UsedFile]:
    is_inside = file.is_own and file.path.is_relative_to(root)
    shown = str(file.path.relative_to(root)) if is_inside else file.name
    try:
        state = file.path.stat()
        mark = fingerprint(file) if hashed and state.st_size <= LARGEST else ""
    except (OSError, SourceError):
        return
    modified = datetime.fromtimestamp(state.st_mtime, UTC).isoformat(timespec="seconds")
    yield UsedFile(job, kind, shown, state.st_size, modified, mark)
