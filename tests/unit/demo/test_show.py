"""What the demo needs to be told."""

from __future__ import annotations

import pytest

from odoo_etl.demo import show
from odoo_etl.errors import OdooEtlError, UsageError


def test_a_real_odoo_is_named_by_its_variables(tmp_path):
    """It is never taken because a variable happens to be set: only with --odoo."""
    with pytest.raises(UsageError, match="ODOO_URL"):
        show(tmp_path, {}, print, real=True)


def test_a_command_that_fails_ends_it(tmp_path, capsys):
    """With its exit code; here there is no project."""
    with pytest.raises(OdooEtlError, match=r"`odoo-etl plan --show 1` exits with 2"):
        show(tmp_path, {"ODOO_URL": "https://odoo.example.com"}, print)
    assert "https://odoo.example.com" not in capsys.readouterr().out
