"""What the transports' tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from odoo_etl.odoo.transports import TRANSPORTS, Login, Transport
from odoo_etl.odoo.transports.http import Http, HttpSettings
from tests.contract.transports.scripted import DIALECTS, Dialect

LOGIN = Login("shop", "admin", api_key="the-api-key")


@pytest.fixture(params=sorted(TRANSPORTS))
def protocol(request) -> str:
    """Each protocol there is."""
    return request.param


@pytest.fixture
def dialect(protocol) -> Dialect:
    """How that protocol answers."""
    return DIALECTS[protocol]


@pytest.fixture
def connect(protocol) -> Callable[..., Transport]:
    """Makes the transport to a URL."""

    def made(url: str, **settings) -> Transport:
        return TRANSPORTS[protocol](Http(HttpSettings(url, **settings)), LOGIN)

    return made
