"""A file of a source: where its bytes lie on this machine, and what its user calls it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that can be read here, be it the user's own or a copy.

    Attributes:
        path: where its bytes lie.
        name: as the user knows it, without secrets: in messages, rejects, reports and the ledger.
    """

    path: Path
    name: str

    @classmethod
    def at(cls, path: Path) -> SourceFile:
        """A file of the user on this machine."""
        return cls(path, str(path))

    @property
    def is_own(self) -> bool:
        """Whether it is the user's own file, not a copy."""
        return self.name == str(self.path)

    def __str__(self) -> str:
        """Its name, for messages."""
        return self.name
