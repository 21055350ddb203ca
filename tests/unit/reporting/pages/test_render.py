"""Templates: compiled once for an installation, as modules are."""

from __future__ import annotations

import sys

from odoo_etl.reporting.pages.render import compiled


def test_compiled_templates_are_kept_where_modules_are(tmp_path):
    """Not where Python itself keeps none."""
    assert compiled(tmp_path / "missing") is None
    assert (compiled(tmp_path) is None) == sys.dont_write_bytecode
