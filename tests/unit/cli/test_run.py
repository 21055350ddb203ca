"""What `odoo-etl run` refuses before it looks for a project."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.errors import UsageError


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--workers", "2"], "neither --workers nor --scheduler"),
        (["--scheduler", "tls://dask:8786"], "neither --workers nor --scheduler"),
        (["--limit", "5"], "no limit"),
    ],
)
def test_one_part_goes_with_little_else(options, why):
    """A scheduler starts the other parts, and each part has rows of its own."""
    result = CliRunner().invoke(app, ["run", "--partition", "1/2", *options])
    assert isinstance(result.exception, UsageError)
    assert why in str(result.exception)
