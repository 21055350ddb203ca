"""Colours of lines that tell of changes: for a person at a terminal, unless the environment says otherwise."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import Final

import typer

from odoo_etl.text import printable

COLOURS: Final = {"+": "green", "~": "yellow", "-": "red"}


def has_colours(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether to colour: `FORCE_COLOR` says yes, `NO_COLOR` says no, else a terminal that knows colours."""
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def coloured(text: str, mark: str) -> str:
    """A line in the colour of its mark; what stands in it is made printable first."""
    colour = COLOURS.get(mark)
    return typer.style(printable(text), fg=colour) if colour else printable(text)


class Printer:
    """Prints lines on standard output, in colours where these are wanted."""

    def __init__(self) -> None:
        self._colours = has_colours(os.environ, is_terminal=sys.stdout.isatty())

    def __call__(self, text: str, mark: str = "") -> None:
        """Print a line."""
        typer.echo(coloured(text, mark) if self._colours else printable(text), color=self._colours)


def room(default: int) -> int:
    """How many characters a line of the terminal has; the default where standard output is none."""
    return shutil.get_terminal_size((default, 24)).columns if sys.stdout.isatty() else default
