"""Each transport meets each fault of the way, and says whether the call can have been carried out."""

from __future__ import annotations

import socket

import pytest

from odoo_etl import OdooClient
from odoo_etl.errors import AccessRefused, OdooError, ProtocolError, Refused, TransientError, UnknownOutcome
from odoo_etl.odoo.call import Call
from odoo_etl.odoo.faults import NotOdoos
from tests.contract.transports.scripted import DROP, SILENCE, Reply, ScriptedServer, page

CREATE = Call.of("res.partner", "create", [[{"name": "x"}]])


def failure(connect, *script, **settings) -> OdooError:
    """The error of one call to a server with this script, which got exactly one request."""
    with ScriptedServer(*script) as server:
        with pytest.raises(OdooError) as caught:
            connect(server.url, **settings).send(CREATE, 2)
        assert len(server.requests) == 1
        return caught.value


# What a status means where the body is not Odoo's. Can the call have been carried out? Only the first four say no.
STATUSES = {
    TransientError: [429, 503],
    Refused: [413],
    AccessRefused: [401, 403, 407],
    ProtocolError: [400, 405, 406, 411, 414, 415, 417, 421, 426, 431],
    UnknownOutcome: [408, 500, 501, 502, 504, 505, 507, 508, 520, 522, 524, 599],
    NotOdoos: [201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 402, 409, 410, 412, 418, 422, 423, 425, 451, 499],
}
BY_STATUS = [(status, error) for error, statuses in STATUSES.items() for status in statuses]

FOREIGN = {
    "a page": (b"<html><body>Please log in</body></html>", "text/html; charset=utf-8"),
    "JSON of another kind": (b'{"error": "upstream", "message": "no"}', "application/json"),
    "a JSON list": (b"[]", "application/json"),
    "broken JSON": (b'{"error": ', "application/json"),
    "XML of another kind": (b"<?xml version='1.0'?><Error><Code>SlowDown</Code></Error>", "application/xml"),
    "plain text": (b"upstream error", "text/plain"),
    "nothing": (b"", ""),
}


def foreign(status: int) -> list[Reply]:
    """Every content that is not Odoo's, with that status."""
    return [Reply(status, b"" if status in (204, 304) else body, kind) for body, kind in FOREIGN.values()]


@pytest.mark.parametrize(("status", "branch"), BY_STATUS)
def test_what_is_not_odoo_s_means_what_its_status_says(connect, status, branch):
    """Turned away, too large, not let in, not served, or carried out for all we know: whatever the content."""
    with ScriptedServer(*foreign(status)) as server:
        transport = connect(server.url)
        for content in FOREIGN:
            with pytest.raises(OdooError, match=r"res\.partner\.create") as caught:
                transport.send(CREATE, 2)
            assert isinstance(caught.value, branch), content
            assert getattr(caught.value, "delivered", False) is False
        assert len(server.requests) == len(FOREIGN)


def test_a_path_that_is_not_there_was_not_carried_out(connect):
    """The protocol is switched off, the database unknown, or a proxy leads elsewhere."""
    with ScriptedServer(*foreign(404)) as server:
        for content in FOREIGN:
            with pytest.raises(ProtocolError):
                pytest.fail(f"{content}: {connect(server.url).send(CREATE, 2)}")


@pytest.mark.parametrize("content", FOREIGN)
def test_success_that_is_not_odoo_s_is_no_success(protocol, dialect, content):
    """A create may have been carried out before a proxy answered in Odoo's place; a search asks again, or fails."""
    reply = Reply(200, *FOREIGN[content])
    login = dialect.result({"uid": 2} if protocol == "json2" else 2)
    with ScriptedServer(login, *[reply] * 20) as server:
        client = OdooClient(server.url, "shop", user="admin", api_key="key", protocol=protocol, sleep=lambda _: None)
        client.authenticate()
        with pytest.raises(UnknownOutcome):
            client.create("res.partner", [{"name": "x"}])
        assert client.calls["res.partner.create"] == 1
        with pytest.raises((ProtocolError, UnknownOutcome)):
            client.search_count("res.partner")


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None)])
def test_the_time_a_server_asks_to_wait_is_carried_on(connect, header, seconds):
    """Retry-After holds seconds or a date; anything else counts as absent."""
    assert failure(connect, page(503, Retry_After=header)).retry_after_s == seconds


@pytest.mark.parametrize("step", [DROP, SILENCE], ids=["dropped", "silent"])
def test_no_answer_to_a_sent_request_is_an_unknown_outcome(connect, step):
    """Odoo may have carried it out."""
    assert type(failure(connect, step, read_timeout_s=0.2)) is UnknownOutcome


@pytest.mark.parametrize("length", ["announced", "unannounced"])
def test_half_an_answer_is_an_unknown_outcome(connect, dialect, length):
    """Whether the length tells it or only the text."""
    whole = dialect.result([1, 2, 3])
    half = Reply(200, whole.body[:-20], whole.content_type)
    assert (
        type(failure(connect, half if length == "unannounced" else Reply(**{**vars(whole), "cut": True})))
        is UnknownOutcome
    )


def test_a_garbled_gzip_is_an_unknown_outcome(connect, dialect):
    """Compressed answers can break, too."""
    whole = dialect.result([1]).gzipped()
    broken = Reply(200, whole.body[:10] + b"\x00" * 20, whole.content_type, whole.headers)
    assert type(failure(connect, broken)) is UnknownOutcome


def test_a_refused_connection_is_transient(connect):
    """Nothing was sent."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(TransientError, match="cannot connect"):
        connect(url).send(CREATE, 2)


def test_an_unknown_host_is_transient(connect):
    """Name servers fail for moments, too; a start gives up soon (see the client's tests)."""
    with pytest.raises(TransientError, match=r"nowhere\.invalid is not known"):
        connect("http://nowhere.invalid").send(CREATE, 2)


def test_a_kept_connection_that_closes_on_the_next_request_leaves_its_outcome_unknown(connect, dialect):
    """The request may have been read before the connection went."""
    with ScriptedServer(dialect.result([1]), DROP) as server:
        transport = connect(server.url)
        transport.send(CREATE, 2)
        with pytest.raises(UnknownOutcome):
            transport.send(CREATE, 2)
        assert (len(server.requests), server.connections) == (2, 1)


def test_a_connection_that_closed_while_idle_is_replaced(connect, dialect):
    """What is seen to be closed before sending costs nothing."""
    with ScriptedServer(Reply(**{**vars(dialect.result([1])), "keep": False}), dialect.result([2])) as server:
        transport = connect(server.url)
        transport.send(CREATE, 2)
        assert server.closed.wait(5)
        assert transport.send(CREATE, 2) == [2]
        assert server.connections == 2


def test_connections_are_kept(connect, dialect):
    """One connection carries all requests of a worker."""
    with ScriptedServer(dialect.result([1])) as server:
        transport = connect(server.url)
        assert [transport.send(CREATE, 2) for _ in range(3)] == [[1]] * 3
        assert (len(server.requests), server.connections) == (3, 1)


def test_gzip_is_asked_for_and_read(connect, dialect):
    """Large answers come compressed."""
    with ScriptedServer(dialect.result([{"name": "é" * 1000}]).gzipped()) as server:
        assert connect(server.url).send(CREATE, 2) == [{"name": "é" * 1000}]
        assert server.requests[0].headers["Accept-Encoding"] == "gzip"


BRANCHES = {
    "odoo.exceptions.UserError": Refused,
    "odoo.exceptions.AccessError": AccessRefused,
    "odoo.exceptions.AccessDenied": AccessRefused,
    "builtins.ValueError": Refused,
    "psycopg2.errors.NumericValueOutOfRange": Refused,
    "psycopg2.errors.SerializationFailure": TransientError,
    "psycopg2.OperationalError": UnknownOutcome,
    "builtins.KeyError": ProtocolError,
}


@pytest.mark.parametrize("name", BRANCHES)
def test_odoo_s_exceptions_are_the_same_over_each_protocol(connect, dialect, name):
    """Class, name and text do not depend on the wire."""
    error = failure(connect, dialect.error(name, "HTTP 502 was his name"))
    assert (type(error), error.name) == (BRANCHES[name], name)
    assert str(error) == "res.partner.create: HTTP 502 was his name"


def test_no_error_shows_a_secret(connect, dialect):
    """Even where the server echoes the request."""
    error = failure(connect, dialect.error("builtins.ValueError", "bad call (shop, 2, the-api-key)"))
    assert "the-api-key" not in f"{error} {error!r} {error.debug}"


def test_a_redirect_is_named_without_its_query(connect):
    """The address helps, a token in it must not be shown."""
    error = failure(connect, page(301, Location="https://odoo.example.com/web/login?token=s3cret"))
    assert "https://odoo.example.com/web/login;" in str(error)
    assert "s3cret" not in str(error)
