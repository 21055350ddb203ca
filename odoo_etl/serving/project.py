"""The project as a server has it: read again when its files change, and as it last was where they are not valid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from odoo_etl.errors import SpecError, UsageError
from odoo_etl.runs import Workspace
from odoo_etl.spec import Project, Scheduled, scheduled

EVERY_S = 5.0
_FILES = (".yaml", ".yml")

Marks = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reread:
    """The outcome of a look at changed files: the project, or why it stays as it was."""

    project: Project | None = None
    problems: str = ""


class ProjectFiles:
    """The files of a project.

    Args:
        workspace: which project, in which environment.

    Raises:
        SpecError: a file of it is not valid.
        UsageError: there is none.

    Attributes:
        project: as it was when it was last valid.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.project = workspace.load()
        # The environment stays, whatever the files say of a default: slots are kept for each.
        self._workspace = replace(workspace, folder=self.project.root, environment=self.project.environment)
        self._marks = self._now()

    @property
    def schedules(self) -> Mapping[str, Scheduled]:
        """The schedules by name."""
        return scheduled(self.project)

    def look(self) -> Reread | None:
        """Read the project again where a file of it is another one than before; None where none is."""
        if (marks := self._now()) == self._marks:
            return None
        self._marks = marks
        try:
            self.project = self._workspace.load()
        except (SpecError, UsageError) as error:
            return Reread(problems=str(error))
        return Reread(self.project)

    def _now(self) -> Marks:
        """Time and size of each file that says something of schedules."""
        folder, root = self.project.folder, self.project.root
        paths = [*(path for path in _inside(folder) if path.suffix in _FILES), *root.glob(".env*")]
        found = dict[str, tuple[int, int]]()
        for path in paths:
            try:
                known = path.stat()
            except OSError:  # it has gone meanwhile
                continue
            found[str(path)] = known.st_mtime_ns, known.st_size
        return found


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
