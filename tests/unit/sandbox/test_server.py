"""The server as any client sees it: paths, error shapes, keep-alive, start and stop."""

from __future__ import annotations

import http.client
import json
import xmlrpc.client

import pytest

from odoo_etl.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox():
    """A running sandbox."""
    with Sandbox() as running:
        yield running


def ask(sandbox, method, path, body=None, headers=()):
    """One request; status, content type and body of the answer."""
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"))
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"Content-Type": "application/json", **dict(headers)})
    answer = connection.getresponse()
    result = (answer.status, answer.headers["Content-Type"].partition(";")[0], answer.read())
    connection.close()
    return result


def test_version_without_login(sandbox):
    """Both version pages answer anybody."""
    assert json.loads(ask(sandbox, "GET", "/web/version")[2])["version"] == "19.0"
    answer = json.loads(ask(sandbox, "POST", "/web/webclient/version_info", {})[2])
    assert answer["result"]["server_version_info"] == [19, 0, 0, "final", 0, ""]


@pytest.mark.parametrize(
    ("path", "headers", "status", "name"),
    [
        ("/json/2/res.partner/search", {}, 401, "werkzeug.exceptions.Unauthorized"),
        ("/json/2/res.partner/search", {"Authorization": "bearer no"}, 401, "werkzeug.exceptions.Unauthorized"),
        ("/json/2/res.partner/nope", {"Authorization": "bearer {key}"}, 404, "werkzeug.exceptions.NotFound"),
        ("/json/2/res.partner/_x", {"Authorization": "bearer {key}"}, 403, "odoo.exceptions.AccessError"),
        ("/json/2/res.partner/create", {"Authorization": "bearer {key}"}, 500, "builtins.ValueError"),
        ("/json/2", {}, 404, "werkzeug.exceptions.NotFound"),
    ],
)
def test_json2_errors(sandbox, path, headers, status, name):
    """An error of JSON-2 has a status, and a body with its name."""
    sent = {key: value.format(key=sandbox.api_key) for key, value in headers.items()}
    body = {"vals_list": [{"nope": 1}]} if path.endswith("create") else {}
    found, kind, content = ask(sandbox, "POST", path, body, sent.items())
    assert (found, kind) == (status, "application/json")
    answer = json.loads(content)
    assert answer["name"] == name
    assert set(answer) == {"name", "message", "arguments", "context", "debug"}


@pytest.mark.parametrize("path", ["/", "/nothing"])
def test_other_pages_do_not_exist(sandbox, path):
    """What Odoo's web client would show is an HTML 404 here."""
    assert ask(sandbox, "GET", path)[:2] == (404, "text/html")


def test_an_unknown_database_is_a_page(sandbox):
    """JSON-2 answers HTML for a database that is not there, as Odoo does."""
    headers = {"X-Odoo-Database": "other", "Authorization": f"bearer {sandbox.api_key}"}
    assert ask(sandbox, "POST", "/json/2/res.partner/search", {}, headers.items())[:2] == (404, "text/html")


def test_xmlrpc_faults(sandbox):
    """Faults have Odoo's codes; an application error ends with the name of its class."""
    address = f"{sandbox.url}/xmlrpc/2/object"

    def fault(secret, model, method, *args):
        with xmlrpc.client.ServerProxy(address) as server, pytest.raises(xmlrpc.client.Fault) as caught:
            server.execute_kw(sandbox.db, 2, secret, model, method, list(args))
        return caught.value

    assert fault("wrong", "res.partner", "search", []).faultCode == 3
    assert fault("admin", "res.partner", "_x", []).faultCode == 4
    assert fault("admin", "res.partner", "create", {}).faultCode == 2
    error = fault("admin", "res.partner", "create", {"color": "x"})
    assert error.faultCode == 1
    assert error.faultString.splitlines()[-1].startswith("ValueError: ")


def test_control_characters_do_not_break_xml(sandbox):
    """A text with characters that XML cannot hold arrives without them."""
    body = {"service": "object", "method": "execute_kw"}
    args = [sandbox.db, 2, "admin", "res.partner", "create", [{"name": "a\x01b<&"}]]
    record = json.loads(ask(sandbox, "POST", "/jsonrpc", {"params": {**body, "args": args}})[2])["result"]
    with xmlrpc.client.ServerProxy(f"{sandbox.url}/xmlrpc/2/object") as server:
        [row] = server.execute_kw(sandbox.db, 2, "admin", "res.partner", "read", [[record], ["name"]])
    assert row["name"] == "ab<&"


def test_connections_stay_open(sandbox):
    """Several requests share one connection, compressed when that is asked for."""
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"))
    headers = {"Authorization": f"bearer {sandbox.api_key}", "Accept-Encoding": "gzip"}
    sockets = set()
    for _ in range(3):
        connection.request("POST", "/json/2/res.country/search_read", b"{}", headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        sockets.add(connection.sock)
    assert len(sockets) == 1
    connection.close()


def test_a_taken_port_is_an_error(sandbox):
    """Two servers cannot share a port."""
    with pytest.raises(OSError, match=r"[Aa]ddress"):
        Sandbox(port=int(sandbox.url.rpartition(":")[2])).start()


def test_a_stopped_sandbox_has_no_url():
    """Only a running server has an address."""
    sandbox = Sandbox()
    sandbox.start()
    sandbox.stop()
    with pytest.raises(RuntimeError):
        _ = sandbox.url


@pytest.mark.parametrize(
    ("error", "told"), [(ConnectionResetError(), False), (BrokenPipeError(), False), (KeyError(), True)]
)
def test_a_client_that_dies_leaves_no_traceback(sandbox, capfd, error, told):
    """It is gone; what is wrong with us is told."""
    server, _, _ = sandbox._running
    try:
        raise error
    except type(error):
        server.handle_error(None, ("127.0.0.1", 1))
    assert ("Traceback" in capfd.readouterr().err) is told
