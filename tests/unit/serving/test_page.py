"""The page beside the scheduler: where it listens, and that neither ends the other."""

from __future__ import annotations

import json
import logging
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping

import pytest

import odoo_etl
from odoo_etl.errors import CannotStart
from odoo_etl.serving import Serve, opened_server
from odoo_etl.serving.page import page_of
from odoo_etl.serving.project import EVERY_S

LEAKED, NEW = "a token that has leaked", "the one that took its place"


@pytest.fixture
def served(world):
    """A server, and how it is served."""
    world.write(nightly='schedule: "0 * * * *"')
    server = world.begin()
    return Serve(odoo_etl.Workspace(world.folder), world.news.append), server


def asked(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The answer of the page."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers or {})), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_health_measures_and_the_page(served, world):
    """It is ready once the scheduler has looked; the token that lets in stands in no file."""
    serve, server = served
    with page_of(serve, server, "127.0.0.1", 0):
        began = next(one for one in world.news if one.event == "page_began")
        url = began.known["url"]
        assert asked(f"{url}healthz") == (200, "ok\n")
        assert asked(f"{url}readyz") == (503, "not ready: scheduler\n")
        world.step()
        assert asked(f"{url}readyz") == (200, "ready\n")
        assert asked(f"{url}metrics")[0] == 200
        assert server.started() == []
        assert "<h1" in asked(url)[1], "the page to log in"
    token = began.text.rpartition(" ")[2]
    assert token
    assert token not in json.dumps(began.known)
    with pytest.raises(urllib.error.URLError):
        asked(f"{url}healthz")


def test_the_token_of_measures_is_that_of_now(world):
    """One that leaked counts no more once another one stands in project.yaml."""
    world.write(project=f"metrics: {{token: {LEAKED}}}\n", nightly='schedule: "0 * * * *"')
    server = world.begin()
    with page_of(Serve(odoo_etl.Workspace(world.folder), world.news.append), server, "127.0.0.1", 0):
        url = next(one for one in world.news if one.event == "page_began").known["url"] + "metrics"
        elsewhere = {"X-Forwarded-For": "192.0.2.7"}  # a proxy of this machine asks for somebody else
        shown = [{**elsewhere, "Authorization": f"Bearer {token}"} for token in (LEAKED, NEW)]
        assert [asked(url, one)[0] for one in (elsewhere, *shown)] == [401, 200, 401]
        world.write(project=f"metrics: {{token: {NEW}}}\n")
        world.step(EVERY_S)
        assert [asked(url, one)[0] for one in shown] == [401, 200]


def test_a_fault_of_the_page_is_told_where_the_server_tells(world):
    """On stderr and in its file; the address with its token only on stderr."""
    world.write(nightly='schedule: "0 * * * *"')
    serve = Serve(odoo_etl.Workspace(world.folder), world.news.append)
    with opened_server(serve) as server, page_of(serve, server, "127.0.0.1", 0):
        logging.getLogger("uvicorn.error").error("nobody foresaw this")
    assert world.events() == ["page_began", "page_fault"]
    told = (world.folder / ".odoo_etl/serve/server.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["event"] for line in told] == ["page_fault"]


def test_an_address_that_is_taken(served):
    serve, server = served
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            CannotStart, match=f"cannot listen on 127.0.0.1:{port}: .*; say another --port, or --no-page"
        ):
            page_of(serve, server, "127.0.0.1", port).__enter__()


def test_a_certificate_that_is_not_there(served, world):
    serve, server = served
    world.write(project="page: {tls: {cert: none.pem, key: none.key}}\n")
    with pytest.raises(CannotStart, match="the certificate of the page cannot be used"):
        page_of(serve, server, "127.0.0.1", 0).__enter__()
