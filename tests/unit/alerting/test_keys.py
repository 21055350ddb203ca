"""API keys that expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from odoo_etl.alerting import Watch
from odoo_etl.alerting.keys import ask_server
from odoo_etl.alerting.watch import KEYS_EACH_S
from odoo_etl.odoo import KeyExpiry
from tests.unit.alerting.conftest import NOON, OPS

SERVER = {"main": {"url": "https://odoo.example.com", "api_key": "k"}, "test": {"url": "sandbox"}}


@pytest.mark.parametrize(("days", "left", "firing"), [(14, 14, False), (14, 13, True), (14, -1, True), (3, 3, False)])
def test_days(world, days, left, firing):
    """In fewer days than that; the sandbox has no key that expires."""
    world.write({"channels": OPS, "rules": {"key_expires": {"days": days}}}, connections=SERVER)
    at = datetime.fromtimestamp(NOON, UTC) + timedelta(days=left, hours=1)
    asked = []

    def ask(_, name, now):
        asked.append(name)
        return KeyExpiry("etl", at)

    Watch(world.clock, world.sent, ask).look(world.project, world.ledger)
    assert asked == ["main"]
    assert world.sent.events == ([("ops", "firing", "key_expires", "main")] if firing else [])


def test_until_there_is_a_new_one(world):
    """It is asked for every six hours; where the server does not say, what was known stays."""
    world.write({"channels": OPS, "hold": 0}, connections=SERVER)
    soon, answers = datetime.fromtimestamp(NOON, UTC) + timedelta(days=3), []
    watch = Watch(world.clock, world.sent, lambda *_: answers.pop(0))
    for answer, event in ((KeyExpiry("etl", soon), ["firing"]), (None, []), (KeyExpiry("etl", None), ["recovered"])):
        answers.append(answer)
        before = len(world.sent.events)
        watch.look(world.project, world.ledger)
        assert [one[1] for one in world.sent.events[before:]] == event
        world.clock.now += KEYS_EACH_S - 1
        watch.look(world.project, world.ledger)
        world.clock.now += 1
    assert answers == []
    (_, message), _ = world.sent.messages
    (alert,) = message.alerts
    assert alert.summary == "connection main: the API key 'etl' expires: 2026-12-02, in 3 days"
    assert (alert.connection, alert.job, alert.run) == ("main", "", "")


def test_a_server_that_cannot_be_asked(world):
    """Nothing is known then."""
    server = {"main": {"url": "http://127.0.0.1:9", "api_key": "k", "connect_timeout": "50ms"}}
    world.write({"channels": OPS}, connections=server)
    assert ask_server(world.project, "main", datetime.fromtimestamp(NOON, UTC)) is None
