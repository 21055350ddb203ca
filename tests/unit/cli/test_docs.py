"""`odoo-etl docs` in a shell."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from odoo_etl.cli.main import app

ROOT = Path(__file__).parents[3]


def test_a_page_is_printed_as_it_stands():
    """Into a pipe; on a terminal it is laid out."""
    shown = CliRunner().invoke(app, ["docs", "rejects"])
    assert (shown.exit_code, shown.stdout) == (0, (ROOT / "docs/rejects.md").read_text("utf-8"))


def test_pages_are_listed():
    """Also as JSON."""
    assert "how-to/scheduled " in CliRunner().invoke(app, ["docs"]).stdout
    told = json.loads(CliRunner().invoke(app, ["docs", "--json"]).stdout)
    assert {"name", "title", "about"} == told[0].keys()
    assert "text" in json.loads(CliRunner().invoke(app, ["docs", "job", "--json"]).stdout)


def test_pages_are_searched():
    """The lines stand below their page; where there is none, that is said."""
    assert "\nrejects " in "\n" + CliRunner().invoke(app, ["docs", "--search", "retry rejects"]).stdout
    assert "no page has all these words" in CliRunner().invoke(app, ["docs", "--search", "nobodywrites"]).stdout
    told = json.loads(CliRunner().invoke(app, ["docs", "--search", "retry rejects", "--json"]).stdout)
    assert told[0]["lines"]


def test_a_page_and_a_search_do_not_go_together():
    """Neither is dropped silently."""
    assert CliRunner().invoke(app, ["docs", "job", "--search", "x"]).exception.exit_code == 2
