"""A desk for each test."""

from __future__ import annotations

import pytest

from tests.unit.planfile.desk import Desk


@pytest.fixture
def desk(tmp_path):
    """Nothing was planned yet; partners a, b and c are there."""
    made = Desk(tmp_path / "file.plan")
    made.odoo.add("res.partner", *[{"ref": ref, "name": f"old {ref}", "email": f"{ref}@x"} for ref in "abc"])
    return made
