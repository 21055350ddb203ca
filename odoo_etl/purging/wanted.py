"""The keys that are to be forgotten, and how they are known in calls and in rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MARK: Final = "|"  # between the values of a key of several fields, on the command line


@dataclass(frozen=True, slots=True)
class WantedKeys:
    """Keys as a person writes them.

    Attributes:
        keys: the values of each, by field.
    """

    keys: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> WantedKeys:
        """Read them: `C-1001`, or `S0042|10` for a key of two fields."""
        return cls(tuple(tuple(text.split(MARK)) for text in texts))

    def match(self, key: Mapping[str, Any]) -> bool:
        """Whether a key of the ledger is one of them; an external id also without its module."""
        said = tuple(map(str, key.values()))
        short = (said[0].partition(".")[2],) if list(key) == ["external_id"] else said
        return said in self.keys or short in self.keys

    def in_cells(self, cells: Sequence[Any]) -> bool:
        """Whether a row has all values of one of them in its cells."""
        said = {str(cell).strip().removeprefix("'") for cell in cells if cell is not None}
        return any(said.issuperset(key) for key in self.keys)

    @property
    def texts(self) -> tuple[str, ...]:
        """The values to look for in texts."""
        return tuple(dict.fromkeys(value for key in self.keys for value in key if value))
