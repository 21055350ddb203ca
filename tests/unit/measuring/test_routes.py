"""`/metrics`, `/healthz`, `/readyz` over HTTP."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from odoo_etl.errors import StateError
from odoo_etl.measuring import Health, Measures
from odoo_etl.measuring.routes import CACHED_S, Access, Asked, routes

TOKEN = "a-token-of-the-scraper"
HERE = ("127.0.0.1", 5000)
ELSEWHERE = ("192.0.2.7", 5000)
THREADS = 60  # more than a server has for its handlers
MEASURES = Measures(ledger_bytes=7)


def client(ask=lambda: MEASURES, health=None, access=None, at=ELSEWHERE, base="http://etl.example.com"):
    """A client at an address, which asks for the server by a name."""
    app = Starlette(routes=routes(ask, health or Health(), access or Access(lambda: TOKEN)))
    return TestClient(app, base_url=base, client=at)


def test_a_token_opens_the_measures():
    """And a wrong one, or none, does not; what it is to be is not told."""
    with client() as web:
        assert web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text.endswith(
            "odoo_etl_ledger_size_bytes 7.0\n"
        )
        for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}, {"Authorization": b"Bearer \xff"}):
            answer = web.get("/metrics", headers=wrong)
            assert (answer.status_code, "WWW-Authenticate" in answer.headers, TOKEN in answer.text) == (
                401,
                True,
                False,
            )


def test_without_a_token_nobody_elsewhere_is_let_in():
    """An empty one is none."""
    with client(access=Access()) as web:
        assert web.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
def test_this_machine_needs_no_token(base):
    """The Prometheus beside it."""
    with client(at=HERE, base=base) as web:
        assert web.get("/metrics").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_proxy_of_this_machine_asks_for_others(header):
    """Its address is no one's who reads the measures."""
    with client(at=HERE, base="http://localhost") as web:
        assert web.get("/metrics", headers={header: "192.0.2.7"}).status_code == 401


def test_a_page_that_chose_a_name_for_this_machine_reads_nothing():
    """DNS rebinding: the browser is here, the name is theirs."""
    with client(at=HERE, base="http://evil.example.com") as web:
        assert web.get("/metrics").status_code == 401


def test_whom_the_page_knows_may_read():
    """With the rules of the page."""
    with client(access=Access(lambda: TOKEN, lambda request: request.cookies.get("who") == "viewer")) as web:
        assert web.get("/metrics").status_code == 401
        assert web.get("/metrics", headers={"Cookie": "who=viewer"}).status_code == 200


def test_nothing_is_kept_by_caches():
    """The measures are of this moment."""
    with client(at=HERE, base="http://localhost") as web:
        assert web.get("/metrics").headers["Cache-Control"] == "no-store"
        assert web.get("/metrics").headers["Content-Type"].startswith("text/plain; version=")


def test_a_ledger_that_cannot_be_read_is_told_without_its_address():
    """Its URL may hold a password."""

    def ask():
        raise StateError("postgresql://etl:secret@db is away")

    with client(ask, at=HERE, base="http://localhost") as web:
        answer = web.get("/metrics")
        assert (answer.status_code, "secret" in answer.text) == (503, False)


def test_the_ledger_is_asked_once_in_some_seconds():
    """However many ask."""
    now, asked = [100.0], []

    def ask():
        asked.append(now[0])
        return MEASURES

    measures = Asked(ask, lambda: now[0])
    for at in (100.0, 101.0, 100.0 + CACHED_S - 0.1, 100.0 + CACHED_S, 101.0 + CACHED_S):
        now[0] = at
        assert measures.answer() is MEASURES
    assert asked == [100.0, 100.0 + CACHED_S]


def test_a_failure_is_asked_for_anew_in_some_seconds():
    """The ledger may be back; until then it is not asked by each who waited, since a failure may take long."""
    now, answers = [100.0], [StateError("away"), MEASURES]

    def ask():
        now[0] += 60
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    asked = Asked(ask, lambda: now[0])
    for _ in range(3):
        with pytest.raises(StateError):
            asked.answer()
    now[0] += CACHED_S
    assert asked.answer() is MEASURES


def test_a_ledger_that_hangs_holds_up_no_health_check():
    """Whoever asks `/readyz` waits for it in a thread, as many as there are; the process is alive."""
    gate, waiting = threading.Event(), threading.Semaphore(0)

    def write():
        waiting.release()
        gate.wait(30)

    with client(health=Health(write=write)) as web, ThreadPoolExecutor(THREADS) as pool:
        asked = [pool.submit(web.get, "/readyz") for _ in range(THREADS)]
        waiting.acquire(timeout=30)
        alive = ThreadPoolExecutor(1).submit(web.get, "/healthz")
        try:
            assert alive.result(10).text == "ok\n"
        finally:
            gate.set()
        assert {one.result(30).text for one in asked} == {"ready\n"}


def test_a_server_that_is_not_ready_is_alive():
    """`/healthz` asks nobody; `/readyz` says what is wrong in a word, without any address. Neither asks who it is."""

    def write():
        raise StateError("postgresql://etl:secret@db is away")

    for health, ready in ((Health(), (200, "ready\n")), (Health(lambda: None, write), (503, None))):
        with client(health=health) as web:
            assert (web.get("/healthz").status_code, web.get("/healthz").text) == (200, "ok\n")
            answer = web.get("/readyz")
            assert (answer.status_code, answer.text) == (
                ready[0],
                ready[1] or "not ready: scheduler\nnot ready: ledger\n",
            )
