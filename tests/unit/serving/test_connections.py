"""Connections of the page are bounded: an address that opens hundreds, or says half a word, starves no run of files."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from odoo_etl.serving.connections import BoundedHTTP
from tests.loops import finished

HEAD = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


class Wire(asyncio.Transport):
    """A connection that goes nowhere."""

    def __init__(self):
        super().__init__()
        self.is_cut, self.sent = False, b""

    def abort(self):
        self.is_cut = True

    close = abort

    def write(self, data):
        self.sent += bytes(data)

    def is_closing(self):
        return self.is_cut

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


class Hasty(BoundedHTTP):
    """One that knows three connections, and waits for a moment only."""

    most, head_s = 3, 0.01


async def answer(scope, receive, send):
    await asyncio.sleep(3 * Hasty.head_s)  # a page may take its time
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


def connected(state):
    protocol, wire = Hasty(uvicorn.Config(answer, lifespan="off", log_config=None), state, {}), Wire()
    protocol.connection_made(wire)
    return protocol, wire


@pytest.mark.parametrize(
    ("said", "is_cut"),
    [([], True), ([HEAD[:20]], True), ([HEAD[:20], HEAD[20:-1]], True), ([HEAD], False), ([HEAD[:9], HEAD[9:]], False)],
)
def test_whoever_does_not_ask_is_not_waited_for(said, is_cut):
    """Also where it says a little now and then; an answer may take longer than a question."""

    async def talk():
        protocol, wire = connected(ServerState())
        for data in said:
            protocol.data_received(data)
        await asyncio.sleep(5 * Hasty.head_s)
        return wire.is_cut, b"204" in wire.sent

    assert finished(talk()) == (is_cut, not is_cut)


def test_half_a_second_question_is_not_waited_for():
    """After an answer, on the same connection."""

    async def talk():
        protocol, wire = connected(ServerState())
        protocol.data_received(HEAD)
        await asyncio.sleep(4 * Hasty.head_s)
        protocol.data_received(HEAD[:20])
        await asyncio.sleep(2 * Hasty.head_s)
        return b"204" in wire.sent, wire.is_cut

    assert finished(talk()) == (True, True)


def test_so_many_at_once():
    """One more is cut off; where one has gone, there is room."""

    async def talk():
        state = ServerState()
        known = [connected(state) for _ in range(Hasty.most + 1)]
        cut = [wire.is_cut for _, wire in known]
        for protocol, _ in known[-2:]:
            protocol.connection_lost(None)
        return cut, connected(state)[1].is_cut

    assert finished(talk()) == ([False] * Hasty.most + [True], False)
