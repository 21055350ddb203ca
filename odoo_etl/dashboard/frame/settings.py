"""The project of a page, read again when a file changed that it is made of: a page asks for it many times a minute."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Self

from odoo_etl.errors import SpecError, UsageError
from odoo_etl.runs import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_etl.spec import Choice, Project

Marks = frozenset[tuple[str, int, int]]
_FOLDERS = ("", "pipelines")


@dataclass(slots=True)
class _Read:
    """The project, or why there is none, and how its files were then."""

    marks: Marks
    found: Project | UsageError


@dataclass(slots=True)
class _Memory:
    lock: threading.Lock = field(default_factory=threading.Lock)
    known: dict[bool, _Read] = field(default_factory=dict)
    valid: Project | None = None


@dataclass(frozen=True, slots=True)
class KeptWorkspace(Workspace):
    """A workspace that reads its project again only when a file of it changed. Any number of threads may ask."""

    _memory: _Memory = field(default_factory=_Memory, repr=False, compare=False)

    @classmethod
    def around(cls, other: Workspace) -> Self:
        """The same project, kept."""
        return cls(**{one.name: getattr(other, one.name) for one in fields(Workspace)})

    def load(self, choice: Choice | None = None, *, with_jobs: bool = True) -> Project:
        """The project as its files are now.

        Raises:
            SpecError: a file of it is invalid.
            UsageError: there is no project.
        """
        if choice is not None:
            return Workspace.load(self, choice, with_jobs=with_jobs)
        with self._memory.lock:
            marks = frozenset(_marks(self))
            known = self._memory.known.get(with_jobs)
            if known is None or known.marks != marks:
                known = self._memory.known[with_jobs] = _Read(marks, self._read(with_jobs=with_jobs))
        if isinstance(known.found, SpecError):
            raise SpecError(known.found.problems)
        if isinstance(known.found, UsageError):
            raise UsageError(str(known.found))
        return known.found

    def valid(self) -> Project | None:
        """The project without its jobs; as it last was valid, where it is not; None where it never was."""
        with suppress(UsageError):
            self.load(with_jobs=False)
        return self._memory.valid

    def _read(self, *, with_jobs: bool) -> Project | UsageError:
        try:
            found = Workspace.load(self, with_jobs=with_jobs)
        except UsageError as error:
            return error
        self._memory.valid = found
        return found


def _marks(workspace: Workspace) -> Iterator[tuple[str, int, int]]:
    """How the files were last written that a project may be made of."""
    above = workspace.start.absolute().parents if workspace.upwards else ()
    for folder in (workspace.start, *above):
        for below in _FOLDERS:
            yield from _marks_in(folder / below)


def _marks_in(folder: Path) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".yaml", ".yml")) or entry.name.startswith(".env"):
                    told = entry.stat()
                    yield entry.path, told.st_mtime_ns, told.st_size
    except OSError:
        return
