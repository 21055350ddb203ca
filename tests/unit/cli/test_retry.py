"""`odoo-etl retry`: which run is meant."""

from __future__ import annotations

import pytest

from odoo_etl.cli.retry import _folder
from odoo_etl.errors import UsageError


@pytest.mark.parametrize("run", ["../other", "..", ".", "", "one/rejects", "/etc"])
def test_a_run_is_never_a_path(tmp_path, run):
    """Only folders that are there by that very name are runs."""
    (tmp_path / "runs/one/rejects").mkdir(parents=True)
    (tmp_path / "other/rejects").mkdir(parents=True)
    with pytest.raises(UsageError, match="there is no run"):
        _folder(tmp_path / "runs", run)
