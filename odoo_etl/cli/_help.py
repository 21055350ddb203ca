"""The list of verbs in `odoo-etl --help`: in sections, in the order in which somebody needs them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from typer.core import TyperGroup


class InSections(TyperGroup):
    """A group whose help lists its verbs by section, which is what they were registered with as `rich_help_panel`."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the sections, their columns in line."""
        verbs = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        width = max(map(len, self.commands))
        room = formatter.width - width - 6
        for section, its in groupby(verbs, key=_section):
            with formatter.section(section):
                formatter.write_dl(list(_lines(its, width, room)))


def _section(verb: tuple[str, Any]) -> str:
    return verb[1].rich_help_panel or "Commands"


def _lines(verbs: Any, width: int, room: int) -> Iterator[tuple[str, str]]:
    for name, command in verbs:
        yield name.ljust(width), command.get_short_help_str(room)
