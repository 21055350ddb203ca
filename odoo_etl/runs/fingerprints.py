"""The files that a job is made of: which ones a run used, so that a person can tell tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from odoo_etl.errors import SourceError
from odoo_etl.results import UsedFile
from odoo_etl.sources.files import find_files, fingerprint
from odoo_etl.spec import Job

LARGEST = 1 << 30  # in bytes: a second's work; the rows of a larger one take half an hour


def used_files(job: Job, root: Path, *, hashed: bool = True) -> Iterator[UsedFile]:
    """The file of a job, and those of its sources as far as they are files here. What cannot be read is left out.

    Args:
        root: of the project.
        hashed: also say what the sources hold; not where only some rows of them are read.
    """
    yield from _used(job.name, "job", job.path, root, hashed=True)
    for source in job.spec.every_source:
        pattern = getattr(source, "path", None)
        for path in _found(pattern) if isinstance(pattern, str) else ():
            yield from _used(job.name, "source", path, root, hashed=hashed)


def _found(pattern: str) -> list[Path]:
    try:
        return find_files(pattern)
    except SourceError:  # the job will say so
        return []


def _used(job: str, kind: Literal["job", "source"], path: Path, root: Path, *, hashed: bool) -> Iterator[UsedFile]:
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    try:
        state = path.stat()
        mark = fingerprint(path) if hashed and state.st_size <= LARGEST else ""
    except (OSError, SourceError):
        return
    modified = datetime.fromtimestamp(state.st_mtime, UTC).isoformat(timespec="seconds")
    yield UsedFile(job, kind, str(shown), state.st_size, modified, mark)
