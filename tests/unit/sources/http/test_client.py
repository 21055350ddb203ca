"""Servers as they are: busy, slow, gone, redirecting, talking of something else; and what they are told of us."""

from __future__ import annotations

import gzip
import socket
from contextlib import closing

import pytest

from odoo_etl.errors import Interrupted, SourceError
from odoo_etl.sources.http.client import MOST_PAGE_BYTES, _redirected, _Sent
from odoo_etl.sources.http.records import HttpRecords
from odoo_etl.sources.model import SourceMemory
from tests.web import as_json

GOOD = as_json([{"id": 1}])
TOKEN = "tok-4711-geheim"


def then(*answers):
    """Answers in their order, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize(
    ("bad", "least_s"),
    [
        ((503, {"Retry-After": "7"}, b"busy"), 7),
        ((429, {"Retry-After": "20"}, b""), 20),
        ((403, {"Retry-After": "3"}, b"secondary rate limit"), 3),
        ((500, {}, b"oops"), 0),
        ((502, {}, b"<html>"), 0),
        ((408, {}, b""), 0),
        ((0, {}, b""), 0),
        ((200, {"Content-Length": "40", "Connection": "close"}, b'[{"id": 1}'), 0),
        ((200, {}, b'[{"id": 1}, {"i'), 0),
        ((200, {}, b'{"data": ['), 0),
    ],
    ids=["503", "429", "403 for a while", "500", "502", "408", "dropped", "cut off", "cut JSON", "cut JSON too"],
)
def test_a_fault_that_passes_is_waited_out(api, web, bad, least_s):
    """The same page is asked for again, as late as the server wants."""
    web.page("/orders", then(bad, GOOD))
    assert (api.rows(), len(web.requests), len(api.waits)) == ([{"id": 1}], 2, 1)
    assert api.waits[0] >= least_s


@pytest.mark.parametrize(
    ("bad", "requests", "words"),
    [
        ((500, {}, b"oops"), 3, "the server answers 500: oops; asked 3 times"),
        ((429, {}, b""), 3, "the server answers 429; asked 3 times"),
        ((0, {}, b""), 3, "the connection broke off; asked 3 times"),
        ((200, {}, b'[{"id": 1}, '), 3, "the answer breaks off: .*; asked 3 times"),
        ((503, {"Retry-After": "3600"}, b""), 1, r"it asks to wait 3,600 s \(Retry-After\): run again later, or raise"),
        (
            (400, {}, b'{"error":\n "no such \x1b[31m filter"}'),
            1,
            r'answers 400: \{"error": "no such \\x1b\[31m filter"\}',
        ),
        ((401, {}, b"bad token"), 1, r"answers 401: bad token \(check auth: of the source"),
        ((403, {}, b""), 1, r"answers 403 \(check auth: of the source"),
        ((404, {}, b""), 1, r"answers 404 \(check url: and method:"),
        ((200, {}, b"<!DOCTYPE html><title> Log in </title>"), 1, r"no JSON .*: a page of HTML \(Log in\)"),
        ((200, {"Content-Type": "text/html"}, b"hello"), 1, "no JSON .*: a page of HTML"),
        ((200, {}, b"id;name\n1;A\n"), 1, "the answer is no JSON .*: id;name 1;A .*JSON in lines is format: jsonl"),
        ((200, {}, b'[{"id": 1}] trailing'), 1, "no JSON .*Extra data"),
        ((200, {}, b'[{"id": NaN}]'), 1, "no JSON .*NaN is no number"),
        ((200, {}, b"\xff\xfe"), 1, "no JSON .*byte 1 is no UTF-8"),
        ((200, {}, b"[" * 200_000), 1, "no JSON .*nested too deeply"),
        ((200, {}, b'[{"n": ' + b"9" * 5000 + b"}]"), 1, "no JSON .*digits"),
    ],
)
def test_what_cannot_be_had_is_an_error(api, web, bad, requests, words):
    """With the address, what the server says, and what to do."""
    web.page("/orders", lambda _: bad)
    with pytest.raises(SourceError, match=words) as caught:
        api.rows("/orders?key=k-e-y", retry={"attempts": 3})
    assert (len(web.requests), str(caught.value).startswith(web.url("/orders: "))) == (requests, True)
    assert "k-e-y" not in str(caught.value)


@pytest.mark.parametrize("status", [204, 200])
def test_no_content_is_no_record(api, web, status):
    """An answer without a body is an empty page."""
    web.page("/orders", b"", status)
    assert api.rows(columns=["id"]) == []


def test_nobody_is_there(api):
    """A wrong port is told soon."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    api.web.server_port = port
    with pytest.raises(SourceError, match="its host cannot be connected to; asked 2 times"):
        api.rows(retry={"attempts": 2})


def test_an_unknown_host(api):
    """So is a wrong name."""
    spec = api.spec().model_copy(update={"url": type(api.spec().url)("http://nobody.invalid/x")})
    with pytest.raises(SourceError, match=r"http://nobody\.invalid/x: its host is not found"):
        api.source(spec).columns()


@pytest.mark.parametrize("pieces", [[b"[{", b'"id": 1}]'], [b"[{" * 50_000, b"}]"]])
def test_a_slow_answer_ends_in_time(api, web, pieces):
    """However slowly it drips."""
    web.page("/orders", pieces)
    with pytest.raises(SourceError, match=r"http://127.0.0.1:\d+/orders: (no|not|the) .*; asked once"):
        api.rows(timeout=0.2, retry={"attempts": 1})


def test_waiting_can_be_ended(api, web):
    """What the wait raises comes through."""

    def ended(_):
        raise Interrupted(2)

    web.page("/orders", lambda _: (503, {}, b""))
    with pytest.raises(Interrupted):
        list(HttpRecords(api.spec(), SourceMemory(), ended).blocks())


def test_requests_are_spread(api, web):
    """`rate` bounds them, the first one aside."""
    web.page("/orders", lambda asked: as_json([{"n": asked.params["p"]}] * (asked.params["p"] < "3")))
    api.rows(pages={"type": "page", "param": "p"}, rate="100/h")
    assert [round(wait, -1) for wait in api.waits] == [40, 70]  # no time passes in a test


def test_an_answer_may_be_packed(api, web):
    """It counts unpacked, so that none fills the memory."""
    content = b'[{"t": "%s"}]' % (b"x" * 100_000)
    web.page("/orders", lambda _: (200, {"Content-Encoding": "gzip"}, gzip.compress(content)))
    assert len(api.rows(max_bytes=len(content))[0]["t"]) == 100_000
    with pytest.raises(SourceError, match="more than max_bytes, 100,010"):
        api.rows(max_bytes=len(content) - 1)


def test_a_page_that_is_too_large(api, web):
    """One document of any size is a file."""
    web.page("/orders", lambda _: (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * (MOST_PAGE_BYTES + 1))))
    with pytest.raises(SourceError, match=r"more than 33,554,432 bytes .*one large document is read by type: json"):
        api.rows()


@pytest.mark.parametrize(
    ("auth", "header", "params"),
    [
        ({"bearer": TOKEN}, ("Authorization", f"Bearer {TOKEN}"), {}),
        ({"user": "ada", "password": "pa:ss"}, ("Authorization", "Basic YWRhOnBhOnNz"), {}),
        ({"header": "X-Api-Key", "value": TOKEN}, ("X-Api-Key", TOKEN), {}),
        ({"param": "key", "value": TOKEN}, ("User-Agent", "odoo-etl"), {"key": TOKEN}),
    ],
)
def test_who_asks_is_proved_with_each_request(api, web, auth, header, params):
    """On the way to the next page as well."""
    web.page("/orders", lambda asked: as_json([{"n": len(asked.params)}], Link="</more>; rel=next"))
    web.page("/more", lambda _: as_json([]))
    api.rows(auth=auth, pages={"type": "link"})
    assert [one.headers[header[0]] for one in web.requests] == [header[1]] * 2
    assert [one.params for one in web.requests] == [params] * 2


@pytest.mark.parametrize("auth", [{"bearer": TOKEN}, {"param": "k", "value": TOKEN}, {"header": "X-K", "value": TOKEN}])
@pytest.mark.parametrize("status", [401, 400, 500, 200])
def test_no_error_shows_a_secret(api, web, auth, status):
    """Servers like to repeat what they got."""
    web.page("/orders", lambda asked: (status, {}, f"you said {asked.path} {asked.headers}".encode()))
    with pytest.raises(SourceError) as caught:
        api.rows(auth=auth, params={"who": "p-a-r-a-m"}, headers={"X-Other": "o-t-h-e-r"}, retry={"attempts": 1})
    assert "you said" in str(caught.value)
    assert [one for one in (TOKEN, "p-a-r-a-m", "o-t-h-e-r") if one in str(caught.value)] == []


def test_redirects_of_the_same_host_are_followed(api, web):
    """With all that was sent."""
    web.page("/orders", b"", 302, Location="/v2/orders?a=b")
    web.page("/v2/orders", lambda _: GOOD)
    assert api.rows(auth={"bearer": TOKEN}) == [{"id": 1}]
    assert web.requests[1].headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_search_is_redirected_only_as_it_is(api, web):
    """307 and 308 keep method and body; the others would make a GET of it."""
    web.page("/orders", b"", 308, Location="/v2")
    web.page("/v2", lambda _: GOOD)
    assert api.rows(method="POST", json={"q": 1}) == [{"id": 1}]
    assert (web.requests[1].method, web.requests[1].json) == ("POST", {"q": 1})
    web.page("/orders", b"", 302, Location="/v2")
    with pytest.raises(SourceError, match=r"redirects a POST request to http://127.0.0.1:\d+/v2: write in url:"):
        api.rows(method="POST", json={"q": 1})


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://localhost:1/x", "a redirect is not followed: localhost is .*, which is no public address"),
        ("ftp://a/x", "redirects to what is no web address"),
        ("http://[", "redirects to what is no web address"),
        ("/orders", "redirected more than 5 times"),
    ],
)
def test_redirects_that_are_not_followed(api, web, location, words):
    """Into a private network, to another protocol, round in a circle."""
    web.page("/orders", b"", 301, Location=location)
    with pytest.raises(SourceError, match=words):
        api.rows(auth={"bearer": TOKEN})


def test_another_host_gets_no_proof():
    """A redirect leads to where a file lies, and not who asked for it."""
    sent = _Sent("GET", "https://a.example/x", {"Authorization": TOKEN, "X-Key": TOKEN, "Accept": "a/b"}, None)
    assert _redirected(sent, "https://a.example/y", 302).headers == sent.headers
    assert _redirected(sent, "https://b.example/y", 302).headers == {"Accept": "a/b"}
    assert _redirected(sent, "https://a.example:8443/y", 302).headers == {"Accept": "a/b"}
    for where, words in (("http://a.example/y", "from https to http"), ("//b.example/y", "does not get the body")):
        with pytest.raises(SourceError, match=words):
            _redirected(_Sent("POST", "https://a.example/x", {}, b"{}"), where, 307)


def test_a_file_of_authorities_that_is_not_there(api, tmp_path):
    """The key at fault is named."""
    with pytest.raises(SourceError, match=r"none\.pem: no certificates to be read") as caught:
        api.rows(ca_file=tmp_path / "none.pem")
    assert caught.value.at == ("source", "ca_file")


def token(web, **more):
    """Serve tokens, numbered."""
    count = []

    def give(_):
        count.append(1)
        return as_json({"access_token": f"t-o-k-{len(count)}", "token_type": "bearer", **more})

    web.page("/token", give)


def oauth2(web, **more):
    """The keys of a source whose token comes from there."""
    return {"auth": {"oauth2": {"token_url": web.url("/token"), "client_id": "me", "client_secret": "s%e&c", **more}}}


def test_a_token_is_asked_for_once(api, web):
    """And goes with each page."""
    token(web, expires_in=3600)
    web.page("/orders", lambda asked: as_json([{"n": asked.params["p"]}] * (asked.params["p"] < "3")))
    assert (
        len(api.rows(pages={"type": "page", "param": "p"}, **oauth2(web, scope="read", params={"audience": "a"}))) == 2
    )
    first, *rest = web.requests
    assert first.body == b"grant_type=client_credentials&scope=read&audience=a"
    assert (first.method, first.headers["Authorization"]) == ("POST", "Basic bWU6cyUyNWUlMjZj")
    assert [one.headers["Authorization"] for one in rest] == ["Bearer t-o-k-1"] * 3


def test_the_client_may_stand_in_the_body(api, web):
    """As some servers want it."""
    token(web)
    web.page("/orders", lambda _: GOOD)
    api.rows(**oauth2(web, client="body"))
    assert web.requests[0].body == b"grant_type=client_credentials&client_id=me&client_secret=s%25e%26c"
    assert "Authorization" not in web.requests[0].headers


def test_a_token_that_was_taken_back_is_renewed_once(api, web):
    """A server that refuses the new one as well means it."""
    token(web)
    web.page("/orders", lambda asked: GOOD if asked.headers["Authorization"] == "Bearer t-o-k-2" else (401, {}, b""))
    assert api.rows(**oauth2(web)) == [{"id": 1}]
    web.page("/orders", lambda _: (401, {}, b"no"))
    with pytest.raises(SourceError, match="answers 401: no"):
        api.rows(**oauth2(web))
    assert [one.path for one in web.requests] == ["/token", "/orders", "/token", "/orders"] * 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (as_json({"error": "x"}), "the answer of token_url has no access_token"),
        (as_json(["x"]), "the answer of token_url has no access_token"),
        (as_json({"access_token": "a\nb"}), "the answer of token_url has no access_token"),
        ((200, {}, b"<html>"), "the answer of token_url has no access_token"),
        ((401, {}, b"invalid_client s%e&c"), r"/token: the server answers 401: invalid_client \*\*\* "),
    ],
)
def test_no_token_is_to_be_had(api, web, answer, words):
    """The secret of the client is not repeated."""
    web.page("/token", lambda _: answer)
    with pytest.raises(SourceError, match=words) as caught:
        api.rows(**oauth2(web))
    assert caught.value.at == ("source", "auth")
