"""Worlds for servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.serving.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A project without a server."""
    world = World(tmp_path)
    yield world
    world.close()
