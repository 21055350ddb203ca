"""The planned value of a field that holds several records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class IdList(NamedTuple):
    """A many2many value: ids, and whether they replace what Odoo has or come in addition."""

    ids: tuple[int, ...]
    command: str  # "set" or "add"

    def to_write(self, _: Any) -> list[list[Any]]:
        """The commands that `create` and `write` take."""
        return [[6, 0, list(self.ids)]] if self.command == "set" else [[4, each, 0] for each in self.ids]

    @classmethod
    def of_written(cls, commands: Sequence[Sequence[Any]]) -> IdList:
        """The value that was written with such commands."""
        if commands[0][0] == 6:
            return cls(tuple(commands[0][2]), "set")
        return cls(tuple(command[1] for command in commands), "add")

    def as_answered(self, old: Any) -> Any:
        """The ids as Odoo answers them; what else was there beside added ones, only `old` says."""
        return list(self.ids) if self.command == "set" else old
