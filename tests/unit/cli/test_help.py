"""The list of verbs: each in a section, each line whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from odoo_etl.cli.main import AFTERWARDS, BEGIN, LOOK, RUN, SERVE, TOOLS, app

ROOT = Path(__file__).parents[3]
PROGRAM = typer.main.get_command(app)


@pytest.fixture(scope="module")
def shown():
    """The help of the program, in 80 columns."""
    return CliRunner().invoke(app, ["--help"], terminal_width=80).output


def test_the_verbs_stand_in_the_order_of_their_use(shown):
    """Sections once each; in them what comes first stands first."""
    lines = shown[shown.index(f"{BEGIN}:") :].splitlines()
    titles = [line.rstrip(":") for line in lines if line.endswith(":")]
    named = [line.split()[0] for line in lines if line.startswith("  ")]
    assert titles == [BEGIN, LOOK, RUN, AFTERWARDS, SERVE, TOOLS]
    assert sorted(named) == sorted(PROGRAM.commands)
    assert named.index("init") < named.index("plan") < named.index("run") < named.index("show") < named.index("call")


def test_the_readme_has_every_verb():
    """In its table of commands."""
    table = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("| `odoo-etl ")]
    told = {word for line in table for word in re.findall(r"`(?:odoo-etl )?([a-z]+)\b", line.split(" | ")[0])}
    assert PROGRAM.commands.keys() - told == set()


def test_each_line_says_all_that_it_begins(shown):
    """80 columns hold the first sentence of each verb."""
    assert "..." not in shown[shown.index(f"{BEGIN}:") :]
