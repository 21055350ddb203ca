"""Fixtures of the end-to-end tests: a project connected to each server, and a client that looks at the outcome."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, clean_environment
from tests.folders import in_memory
from tests.servers import Server
from tests.zygote import Zygote


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory, if there is one: no test here is about power failures."""
    with in_memory() as folder:
        yield folder


@pytest.fixture
def prefix() -> str:
    """The start of every key of a test: databases are shared by the session."""
    return f"E2E-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def empty_project(tmp_path: Path, zygote: Zygote) -> Project:
    """A folder without any file yet."""
    return Project(tmp_path, clean_environment(), zygote)


@pytest.fixture
def project(empty_project: Project, server: Server) -> Project:
    """A project connected to the server under test."""
    empty_project.connect(server)
    return empty_project


@pytest.fixture
def sandbox_project(empty_project: Project, sandbox_server: Server) -> Project:
    """A project connected to the sandbox, for what does not depend on the server."""
    empty_project.connect(sandbox_server)
    return empty_project


def _client(server: Server) -> Iterator[OdooClient]:
    with OdooClient(server.url, server.db, user=server.user, api_key=server.api_key) as client:
        yield client


@pytest.fixture
def odoo(server: Server) -> Iterator[OdooClient]:
    """A client on the server under test."""
    yield from _client(server)


@pytest.fixture
def sandbox_client(sandbox_server: Server) -> Iterator[OdooClient]:
    """A client on the sandbox."""
    yield from _client(sandbox_server)
