"""A web server for the tests of this folder."""

from __future__ import annotations

import pytest

from tests.web import serving


@pytest.fixture
def web():
    """The server."""
    with serving() as server:
        yield server
