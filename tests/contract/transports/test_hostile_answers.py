"""Answers made to do harm: each ends in an error that says so, soon, and in bounded memory."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import traceback
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import pytest

from odoo_etl.errors import OdooError, UnknownOutcome
from odoo_etl.odoo.call import Call
from tests.contract.transports.scripted import DIALECTS

MIB = 1 << 20
CAP_MIB, MOST_MIB, SOON_S = 4, 40, 20
READ = Call.of("res.partner", "search_read", [[]])
CREATE = Call.of("res.partner", "create", [[{"name": "x"}]])


@contextmanager
def serving(answer: Iterable[bytes]) -> Iterator[str]:
    """The URL of a server that answers one request with these pieces, as long as somebody reads them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answer, args=(listener, answer), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def _answer(listener: socket.socket, answer: Iterable[bytes]) -> None:
    with suppress(OSError), listener.accept()[0] as client:
        with client.makefile("rb") as request:
            length = [
                int(line[15:]) for line in iter(request.readline, b"\r\n") if line.lower().startswith(b"content-l")
            ]
            request.read(*length)
        for piece in answer:
            client.sendall(piece)


def head(protocol: str, *headers: str, status: int = 200) -> bytes:
    """What comes before a body."""
    kind = "text/xml" if protocol == "xmlrpc" else "application/json"
    return "\r\n".join((f"HTTP/1.1 {status} X", f"Content-Type: {kind}", *headers, "", "")).encode()


def whole(protocol: str, body: bytes, *headers: str, status: int = 200) -> list[bytes]:
    """An answer whose length is told."""
    return [head(protocol, f"Content-Length: {len(body)}", *headers, status=status), body]


def zeros(mib: int) -> bytes:
    """So much of nothing, packed a thousand times smaller."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(mib)) + packer.flush()


BOMB = zeros(400)
PIECE = b"10000\r\n" + b"1" * 0x10000 + b"\r\n"
HUGE = {
    "ten gigabytes, announced": lambda p: [head(p, f"Content-Length: {10 << 30}"), b"1" * MIB],
    "ten gigabytes, announced and sent": lambda p: [head(p, f"Content-Length: {10 << 30}"), *[b"1" * MIB] * 64],
    "chunks without end": lambda p: itertools.chain([head(p, "Transfer-Encoding: chunked")], itertools.repeat(PIECE)),
    "no length and no end": lambda p: itertools.chain([head(p, "Connection: close")], itertools.repeat(b"1" * MIB)),
    "a gzip bomb": lambda p: whole(p, BOMB, "Content-Encoding: gzip"),
    "a gzip bomb in a gzip": lambda p: whole(p, gzip.compress(BOMB), "Content-Encoding: gzip, gzip"),
    "a deflate bomb": lambda p: whole(p, zlib.compress(bytes(64 * MIB), 9), "Content-Encoding: deflate"),
    "a gzip bomb in chunks": lambda p: [
        head(p, "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(BOMB), BOMB),
    ],
}
RUBBISH = {
    "lists in lists": (b"[" * MIB, b"<value><array><data>" * 50_000),
    "objects in objects": (b'{"a":' * 100_000, b"<value><struct><member><name>a</name>" * 50_000),
    "a number of a million digits": (b"[" + b"1" * MIB, b"<params><param><value><int>%b</int>" % (b"1" * MIB)),
    "NULs": (bytes(MIB), bytes(MIB)),
}
HEADERS = {
    "a header of a megabyte": ["X: " + "x" * MIB],
    "a hundred thousand headers": ["X: x"] * 100_000,
}


def error_of(connect, answer: Iterable[bytes], call: Call = READ) -> OdooError:
    """What a call ends with, soon and in little memory."""
    tracemalloc.start()
    started = time.monotonic()
    try:
        with serving(answer) as url, pytest.raises(OdooError) as caught:
            connect(url, max_answer_bytes=CAP_MIB * MIB, read_timeout_s=5).send(call, 2)
        assert tracemalloc.get_traced_memory()[1] < MOST_MIB * MIB
        assert time.monotonic() - started < SOON_S
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 500
    return caught.value


@pytest.mark.parametrize("case", HUGE)
def test_an_answer_without_measure_is_not_read_to_its_end(connect, protocol, case):
    """However its length is hidden; a call that changes something may have been carried out."""
    error = error_of(connect, HUGE[case](protocol), CREATE)
    assert isinstance(error, UnknownOutcome)
    assert f"answered more than {CAP_MIB * MIB} bytes" in str(error)


@pytest.mark.parametrize("case", RUBBISH)
def test_rubbish_that_breaks_parsers(connect, protocol, case):
    """Depth and length."""
    body = RUBBISH[case][protocol == "xmlrpc"]
    body = b"<?xml version='1.0'?><methodResponse>" + body if protocol == "xmlrpc" else body
    assert isinstance(error_of(connect, whole(protocol, body), CREATE), UnknownOutcome)


@pytest.mark.parametrize("case", HEADERS)
def test_headers_without_measure(connect, protocol, case):
    """Their number and length are bounded."""
    assert isinstance(error_of(connect, whole(protocol, b"1", *HEADERS[case]), CREATE), UnknownOutcome)


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
BOMBS = {
    "a billion laughs": f"<!DOCTYPE x [<!ENTITY l0 'ha'>{LAUGHS}]>",
    "one long entity, many times": f"<!DOCTYPE x [<!ENTITY l9 '{'a' * 50_000}'>]>",
    "a file of ours": "<!DOCTYPE x [<!ENTITY l9 SYSTEM 'file:///etc/passwd'>]>",
    "somebody's address": "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd' [<!ENTITY l9 'x'>]>",
    "an entity of parameters": "<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p; <!ENTITY l9 'x'>]>",
}


@pytest.mark.parametrize("protocol", ["xmlrpc"], indirect=True)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-7", "cp037"])
@pytest.mark.parametrize("case", BOMBS)
def test_entities_are_not_even_looked_at(connect, case, encoding):
    """A document type is refused unread, however the text is encoded."""
    times = "&l9;" * (20_000 if "many times" in case else 1)
    value = f"<methodResponse><params><param><value><string>{times}</string></value></param></params></methodResponse>"
    body = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>{BOMBS[case]}{value}".encode(encoding)
    error = error_of(connect, whole("xmlrpc", body))
    assert isinstance(error, UnknownOutcome)
    assert "root:" not in str(error)


def fault(protocol: str, text: str) -> list[bytes]:
    """Odoo's own way to say no."""
    reply = DIALECTS[protocol].error("builtins.ValueError", text)
    return whole(protocol, reply.body, status=reply.status)


ECHO = b"Authorization: bearer the-api-key"
ECHOES = {
    "in the status": lambda p: [b"HTTP/1.1 what? " + ECHO + b"\r\n\r\n"],
    "as the length of a chunk": lambda p: [head(p, "Transfer-Encoding: chunked"), ECHO + b"\r\n"],
    "as a header that is none": lambda p: whole(p, b"", "the-api-key"),
    "as the kind of packing": lambda p: whole(p, b"x" * 99, "Content-Encoding: gzip, the-api-key"),
    "in a fault": lambda p: fault(p, ECHO.decode()),
}


@pytest.mark.parametrize("case", ECHOES)
def test_no_traceback_shows_what_an_answer_repeats(connect, protocol, case):
    """Not even the causes of the error, for those who call the client from Python."""
    error = error_of(connect, ECHOES[case](protocol), CREATE)
    assert "the-api-key" not in "".join(traceback.format_exception(error))
