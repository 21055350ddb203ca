"""The examples of docs/apply.md are what the program says, one after the other."""

from __future__ import annotations

import re
import shlex
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner

from odoo_etl.cli.main import app

PAGE = Path(__file__).parents[3] / "docs/apply.md"
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
EXAMPLES = [block for block in BLOCKS if block[0] != "python"]
PLACES = {"yaml": "pipelines", "csv": "."}


def test_documented_commands(tmp_path):
    """Each says what it says there; times, ids and paths are dots."""
    (tmp_path / "pipelines").mkdir()
    with chdir(tmp_path):
        for kind, name, text in EXAMPLES:
            carry_out(kind, name, text)


def carry_out(kind, name, text):
    """Write a file of the page, or run its command."""
    if kind != "console":
        Path(PLACES[kind], name).write_text(text, "utf-8")
        return
    command, _, shown = text.removeprefix("$ ").partition("\n")
    said = CliRunner().invoke(app, shlex.split(command)[1:])
    assert re.fullmatch(pattern(shown), without_progress(said)), f"{command} said\n{without_progress(said)}"


def pattern(shown):
    """The text, where dots stand for anything in a line."""
    return re.escape(shown).replace(r"\.\.\.", "[^\n]+")


def without_progress(said):
    """The output, then the error that ended the program, as a terminal has both."""
    error = f"error: {said.exception}\n" if said.exception and not isinstance(said.exception, SystemExit) else ""
    told = [line for line in said.output.splitlines(keepends=True) if not re.match(r"\d\d:\d\d:\d\d ", line)]
    return "".join(told) + error
