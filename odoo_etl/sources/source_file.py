"""A file of a source: where its bytes lie on this machine, and what its user calls it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

AT_PATH: Final = ("source", "path")  # of a job: what names the files
AT_MEMBER: Final = ("source", "member")
MOST_UNPACKED_BYTES: Final = 100 << 20  # that a packed file may make at more than MOST_RATIO
MOST_RATIO: Final = 400  # gzip itself ends at 1,032; tables stay below 50


class HasChanged(OSError):
    """The file is no longer the one that was to be moved."""


@dataclass(frozen=True, slots=True)
class Move:
    """A file and where it is to go.

    Attributes:
        path, target: its old path and its new one.
        mark: what it was known by before it was read.
    """

    path: str
    target: str
    mark: str


class Place(Protocol):
    """Where files lie that move to another folder of it. Every method may raise OSError and SourceError."""

    def exists(self, path: str) -> bool:
        """Whether anything has this path."""
        ...

    def is_known(self, path: str, mark: str) -> bool:
        """Whether the file with this path is the one that the mark is of."""
        ...

    def has_arrived(self, move: Move) -> bool:
        """Whether a move that was broken off has put the whole file under its new path, whatever the old one has."""
        ...

    def is_free(self, move: Move) -> bool:
        """Whether the file may get its new path."""
        ...

    def make_folder(self, folder: str) -> None:
        """Make a folder, where it is missing."""
        ...

    def move(self, move: Move) -> None:
        """Move a file, whose content is safe under the new path before the old one goes.

        Raises:
            HasChanged: it is another one now; it stays where it is.
            FileExistsError: something has the new path.
        """
        ...

    def remove(self, path: str) -> None:
        """Let go of the old path of a file that has arrived."""
        ...


class Copy(Protocol):
    """How a copy comes to lie on this machine."""

    def path(self) -> Path:
        """Where its bytes lie; what is not there (any more) is fetched again. Raises SourceError."""
        ...


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that can be read here, be it the user's own or a copy.

    Attributes:
        stored: where its bytes lie, or lay when they were fetched.
        name: as the user knows it, without secrets: in messages, rejects, reports and the ledger.
        copy: of what lies elsewhere or in an archive; None for the user's own file.
    """

    stored: Path
    name: str
    copy: Copy | None = field(default=None, compare=False, repr=False)

    @classmethod
    def at(cls, path: Path) -> SourceFile:
        """A file of the user on this machine."""
        return cls(path, str(path))

    @property
    def path(self) -> Path:
        """Where its bytes lie. Raises SourceError: it is a copy that is gone, and cannot be fetched again."""
        return self.stored if self.copy is None else self.copy.path()

    @property
    def is_own(self) -> bool:
        """Whether it is the user's own file, not a copy."""
        return self.copy is None

    def __str__(self) -> str:
        """Its name, for messages."""
        return self.name
