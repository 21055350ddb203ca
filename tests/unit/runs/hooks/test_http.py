"""HTTP requests before and after a job."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from odoo_etl.runs.hooks import HookFailed
from odoo_etl.runs.hooks.http import send_request
from odoo_etl.spec import HttpHook


@contextmanager
def served(status: int, *, silent_s: float = 0.0) -> Iterator[tuple[str, list]]:
    """The address of a server that answers so, and what it was sent."""
    heard, leave = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.append((self.command, self.path, dict(self.headers), body))
            leave.wait(silent_s)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self):
            self.do_POST()

        def log_message(self, *_):
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", heard
    finally:
        leave.set()
        server.shutdown()
        thread.join()
        server.server_close()


def hook(timeout=5.0, **request):
    """A step with this request."""
    return HttpHook.model_validate({"http": request, "timeout": timeout})


def test_json_goes_out_with_its_headers():
    """By POST, unless it is said otherwise."""
    with served(204) as (url, heard):
        send_request(hook(url=url, json={"job": "orders"}, headers={"Authorization": "Bearer sesame"}))
    (method, path, headers, body), *more = heard
    assert (method, path, json.loads(body), more) == ("POST", "/hook", {"job": "orders"}, [])
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer sesame", "application/json")


def test_text_and_nothing():
    """A body as it is written; a GET has none."""
    with served(200) as (url, heard):
        send_request(hook(url=url, body="loaded"))
        send_request(hook(url=url, method="GET"))
    assert [(one[0], one[3]) for one in heard] == [("POST", b"loaded"), ("GET", b"")]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_another_answer_than_2xx_is_a_failure(status):
    """Redirects are not followed."""
    with served(status) as (url, heard), pytest.raises(HookFailed, match=f"HTTP {status}"):
        send_request(hook(url=url))
    assert len(heard) == 1


def test_no_answer_in_time():
    """It may have been taken."""
    with served(200, silent_s=5) as (url, _), pytest.raises(HookFailed, match=r"within 0.2 s, so it may have been"):
        send_request(hook(timeout=0.2, url=url))


def test_nobody_there_and_no_path_in_the_text():
    """The path of a webhook is a secret."""
    with served(200) as (url, _):
        pass
    with pytest.raises(HookFailed, match=r"no answer: NewConnectionError") as failed:
        send_request(hook(url=url))
    assert "/hook" not in str(failed.value)
