"""Planned values as the external API takes them, those of several records among them.

They know it themselves, since plans travel without their fields.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from odoo_etl.fieldtypes.properties import Properties

_COMMANDS: Final = {"remove": 3, "add": 4, "set": 6}  # as Odoo numbers them


def all_to_write(values: dict[str, Any], existing: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """Planned values as the external API takes them: x2many as commands, properties as a whole, the others as they are.

    Args:
        existing: the record that they are written to, as it was read.
    """
    types = list(map(type, values.values()))
    if IdList not in types and Properties not in types:  # as it mostly is
        return values
    return {name: to_write(value, existing.get(name)) for name, value in values.items()}


def to_write(value: Any, existing: Any = None) -> Any:
    """One planned value as the external API takes it, in place of what the field holds."""
    return value.to_write(existing) if isinstance(value, (IdList, Properties)) else value


def answered_as(value: Any, old: Any) -> Any:
    """A planned value as Odoo would have answered it, had the field held it before in place of `old`."""
    if isinstance(value, IdList):
        return value.as_answered(old)
    return old if isinstance(value, dict) else value  # what a document held besides, only `old` says


class IdList(NamedTuple):
    """A many2many value: ids, and whether they replace what Odoo has, come in addition, or go from it.

    Attributes:
        command: `set`, `add` or `remove`.
    """

    ids: tuple[int, ...]
    command: str

    def to_write(self, _: Any) -> list[list[Any]]:
        """The commands that `create` and `write` take."""
        number = _COMMANDS[self.command]
        return [[number, 0, list(self.ids)]] if self.command == "set" else [[number, each, 0] for each in self.ids]

    @classmethod
    def of_written(cls, commands: Sequence[Sequence[Any]]) -> IdList:
        """The value that was written with such commands."""
        if commands[0][0] == _COMMANDS["set"]:
            return cls(tuple(commands[0][2]), "set")
        named = {number: name for name, number in _COMMANDS.items()}
        return cls(tuple(command[1] for command in commands), named[commands[0][0]])

    def as_answered(self, old: Any) -> Any:
        """The ids as Odoo answers them; what else was there beside added or removed ones, only `old` says."""
        return list(self.ids) if self.command == "set" else old

    def is_in(self, existing: Collection[int]) -> bool:
        """Whether records that hold these ids are as they should be."""
        if self.command == "add":
            return set(self.ids) <= set(existing)
        if self.command == "remove":
            return not set(self.ids) & set(existing)
        return set(self.ids) == set(existing)

    def followed_by(self, later: IdList) -> IdList:
        """The value of a record of which a later row says this; rows of a job add, or they remove."""
        if later.command == "set":
            return later
        if self.command == "set" and later.command == "remove":
            return IdList(tuple(sorted({*self.ids} - {*later.ids})), "set")
        return IdList(tuple(sorted({*self.ids, *later.ids})), self.command)
