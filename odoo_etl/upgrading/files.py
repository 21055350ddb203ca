"""The files of a project: which of them are upgraded, how they differ then, and their former contents kept aside."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_IMODE

from odoo_etl.errors import Problem, SpecError, UsageError
from odoo_etl.private_files import make_folder, replace_file
from odoo_etl.spec import display, find_project, job_files, root_of, test_files
from odoo_etl.upgrading.versions import UPGRADES, Upgrade, upgraded

BACKUPS = ".odoo_etl/upgrades"


@dataclass(frozen=True, slots=True)
class FileUpgrade:
    """A file that is of an older version.

    Attributes:
        version: what it has; 0 where it says none.
        old: its content.
        new: in the newest version.
    """

    path: Path
    version: int
    old: bytes
    new: bytes

    @property
    def diff(self) -> list[str]:
        """How it changes, as a unified diff."""
        old, new = (content.decode("utf-8").splitlines() for content in (self.old, self.new))
        return list(difflib.unified_diff(old, new, display(self.path), display(self.path), n=1, lineterm=""))


@dataclass(frozen=True, slots=True)
class UpgradedFiles:
    """The files of a project.

    Attributes:
        root: the folder of the project.
        newest: the version that they have, or will have.
        looked_at: how many there are.
        older: those that are to be upgraded.
    """

    root: Path
    newest: int
    looked_at: int
    older: tuple[FileUpgrade, ...]


def upgrade_project(start: Path, upgrades: Sequence[Upgrade] = UPGRADES) -> UpgradedFiles:
    """Which files of the project are of an older version, and what they become; nothing is written.

    Args:
        start: a folder of the project.

    Raises:
        UsageError: there is no project.
        SpecError: with every file that is of a newer version, cannot be read, or must be changed by hand.
    """
    settings = find_project(start)
    paths = [*job_files(settings.parent), *test_files(settings.parent)]
    problems: list[Problem] = []
    older = tuple(_older(paths, upgrades, problems))
    if problems:
        raise SpecError(problems)
    return UpgradedFiles(root_of(settings), upgrades[-1].to, len(paths), older)


def _older(paths: Sequence[Path], upgrades: Sequence[Upgrade], problems: list[Problem]) -> Iterator[FileUpgrade]:
    for path in paths:
        try:
            old = path.read_bytes()
            version, new = upgraded(old, display(path), upgrades)
        except OSError as error:
            problems.append(Problem(f"cannot be read: {error.strerror}", display(path)))
        except SpecError as error:
            problems.extend(error.problems)
        else:
            if new != old:
                yield FileUpgrade(path, version, old, new)


def write_upgrades(files: UpgradedFiles, now: datetime) -> Path:
    """Write the upgraded files, each as a whole; the folder that has their former contents.

    Raises:
        UsageError: a file cannot be written, or has changed meanwhile; those before it are upgraded.
    """
    kept = files.root / BACKUPS / now.strftime("%Y%m%dT%H%M%S")
    for each in files.older:
        try:
            if each.path.read_bytes() != each.old:
                raise UsageError(f"{display(each.path)} has changed meanwhile; nothing of it was written: try again")
            aside = kept / each.path.relative_to(files.root)
            make_folder(aside.parent)
            replace_file(aside, each.old)
            replace_file(each.path, each.new, rights=S_IMODE(each.path.stat().st_mode))
        except OSError as error:
            raise UsageError(f"{display(each.path)} cannot be upgraded: {error.strerror}") from error
    return kept
