"""Projects with a page, for tests of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dashboard import project_with_page


def job(name: str, **keys: Any) -> dict[str, Any]:
    """A job that loads partners from a CSV file."""
    source = {"type": "csv", "path": f"../{name}.csv"}
    fields = {"ref": "ref", "name": "name"}
    return {"version": 1, "job": name, "source": source, "target": {"model": "res.partner", "key": ["ref"]}} | {
        "fields": fields,
        **keys,
    }


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with the jobs firms and people."""
    return project_with_page(tmp_path, {name: job(name) for name in ("firms", "people")})
