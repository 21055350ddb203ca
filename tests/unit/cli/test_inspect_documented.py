"""The examples of docs/look-before-you-run.md are what the program says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app

PAGE = Path(__file__).parents[3] / "docs/look-before-you-run.md"
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Each command of the page to what it says there, and to what the program says."""
    root, found = tmp_path_factory.mktemp("docs"), {}
    (root / "pipelines").mkdir()
    for kind, name, text in BLOCKS:
        if kind != "console":
            (root / ("pipelines" if kind == "yaml" else ".") / name).write_text(text, "utf-8")
            continue
        command, _, shown = text.removeprefix("$ ").partition("\n")
        done = CliRunner().invoke(app, [*shlex.split(command)[1:], "--project", str(root)])
        said = f"{done.output}{done.exception}\n" if done.exit_code == 1 else done.output
        found[command] = shown, said.replace(f"{root}/", "")
    return found


@pytest.mark.parametrize("command", [text[2:].partition("\n")[0] for kind, _, text in BLOCKS if kind == "console"])
def test_documented_commands(told, command):
    """In 80 columns."""
    shown, said = told[command]
    assert said.replace("error: ", "") == shown.replace("error: ", "")
