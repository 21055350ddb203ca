"""project.yaml, read again when a file changed that it is made of; where it is not valid, as it last was."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.runs import Workspace
    from odoo_etl.spec import Project

Marks = tuple[tuple[int, int], ...]


class Settings:
    """The project as it last was valid. Any number of threads may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: Marks | None = None
        self._known: Project | None = None

    def of(self, workspace: Workspace) -> Project | None:
        """The project now, without its jobs; None where it was never valid."""
        with self._lock:
            marks = _marks(workspace)
            if marks != self._marks:
                self._marks = marks
                with suppress(UsageError):  # the pages themselves say what is wrong with the files
                    self._known = workspace.load(with_jobs=False)
            return self._known


def _marks(workspace: Workspace) -> Marks:
    """How project.yaml and `.env` were last written."""
    folders = [workspace.start, *(workspace.start.parents if workspace.upwards else ())]
    names = ("pipelines/project.yaml", "project.yaml", ".env", "pipelines/.env")
    found = []
    for path in (folder / name for folder in folders for name in names):
        with suppress(OSError):
            told = path.stat()
            found.append((told.st_mtime_ns, told.st_size))
    return tuple(found)
