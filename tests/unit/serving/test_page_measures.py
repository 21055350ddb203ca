"""The measures beside the page: who may see the page may see them, and nobody else from elsewhere."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from odoo_etl.dashboard import application, known_to
from odoo_etl.measuring import Health, Measures
from odoo_etl.measuring.routes import Access, routes
from tests.dashboard import HOST, TOKENS, Window, project_with_page, site_of

PROXY = {"page": {"proxy": {"header": "X-User", "from": ["192.0.2.0/24"], "roles": {"vera": "viewer"}}}}


@pytest.fixture
def open_page(tmp_path):
    """A browser at an address, before the page and the measures beside it."""

    def window(at="198.51.100.7", **settings):
        site = site_of(project_with_page(tmp_path, **settings))
        app = application(site)
        app.router.routes.extend(routes(lambda: Measures(ledger_bytes=7), Health(), Access(page=known_to(site))))
        return Window(TestClient(app, base_url=HOST, client=(at, 5000)))

    return window


@pytest.mark.parametrize("role", TOKENS)
def test_whoever_is_logged_in_may_see_the_measures(open_page, role):
    """Not before, nor with a session that is none."""
    window = open_page()
    assert window.get("/metrics").status_code == 401
    assert window.get("/metrics", headers={"Cookie": "odoo_etl=x"}).status_code == 401
    assert window.log_in(TOKENS[role]) == 303
    assert window.get("/metrics").text.endswith("odoo_etl_ledger_size_bytes 7.0\n")


def test_whom_the_proxy_names_may_see_them(open_page):
    """From its address alone."""
    there = open_page("192.0.2.9", **PROXY)
    assert there.get("/metrics", headers={"X-User": "vera"}).status_code == 200
    assert there.get("/metrics", headers={"X-User": "nobody"}).status_code == 401
    assert open_page("198.51.100.7", **PROXY).get("/metrics", headers={"X-User": "vera"}).status_code == 401


def test_health_asks_nobody(open_page):
    """A container and an orchestrator have no session; the page keeps its own headers on what they are told."""
    answer = open_page().get("/healthz")
    assert (answer.status_code, answer.text, answer.headers["X-Content-Type-Options"]) == (200, "ok\n", "nosniff")
