"""Worlds on the sandbox, which runs as a process of its own, and on a real Odoo."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from odoo_etl import OdooClient
from tests.fault_proxy import FaultProxy
from tests.faults.world import World
from tests.folders import in_memory
from tests.servers import Server
from tests.zygote import Zygote


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory, if there is one: no test here is about power failures."""
    with in_memory() as folder:
        yield folder


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    """A proxy in front of the server under test."""
    with FaultProxy(server.url) as made:
        yield made


@pytest.fixture
def world(zygote: Zygote, server: Server, proxy: FaultProxy, tmp_path: Path) -> Iterator[World]:
    """A world whose project reaches the server through the proxy."""
    with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as odoo:
        made = World(zygote, odoo, tmp_path, f"F-{uuid.uuid4().hex[:10]}")
        made.connect(proxy.url, api_key=server.api_key)
        made.job()
        yield made
