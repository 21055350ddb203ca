"""`odoo-etl explain` in a shell."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from odoo_etl.cli.main import app


def test_a_code_is_explained():
    """Cause, cure and the next command."""
    result = CliRunner().invoke(app, ["explain", "lookup_missing"])
    assert result.exit_code == 0
    assert "Next: odoo-etl retry" in result.stdout


def test_a_name_of_two_things_has_two_pages():
    """A blank line stands between them."""
    assert "\n\nRefused (Errors)" in CliRunner().invoke(app, ["explain", "refused"]).stdout


def test_without_a_code_all_are_listed():
    """Also as JSON."""
    assert "bad_date" in CliRunner().invoke(app, ["explain"]).stdout
    assert len(json.loads(CliRunner().invoke(app, ["explain", "--json"]).stdout)) > 100
