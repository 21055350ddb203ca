"""Alerts on every kind of store: several servers that look at the same moment tell each channel once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

from odoo_etl.state import Judged, open_ledger
from odoo_etl.state.alerts import LEASE_S

AT = 1_800_000_000.0
JOBS = [f"job{number}" for number in range(20)]
FACTS = {"summary": "failed", "counts": {"read": 3}, "reasons": [{"code": "x"}], "values": ["a cell"]}


def judged(firing, job="orders", **more):
    """A job failed, or did not."""
    return Judged(job, "failed", firing=firing, facts=FACTS, **more)


def every(state, sends):
    """Two channels are owed an alert, as long as they were not told."""
    return [(name, "firing") for name in ("chat", "ops") if name not in sends or not sends[name].firing]


def test_servers_at_the_same_moment(url, run_dir):
    """Each has its own connections; what one of them has claimed, no other claims, and nothing is left over."""
    servers = 4
    barrier = Barrier(servers)

    def look(ledger):
        barrier.wait()
        ledger.alerts.note("", [judged(True, job) for job in JOBS], AT)
        claims = ledger.alerts.claim("", every, AT)
        ledger.alerts.told(claims, AT)
        return [(one.state.subject, one.send.channel) for one in claims]

    with ExitStack() as stack, ThreadPoolExecutor(servers) as pool:
        ledgers = [stack.enter_context(open_ledger(url, run_dir)) for _ in range(servers)]
        found = [place for places in pool.map(look, ledgers) for place in places]
        assert sorted(found) == sorted((job, channel) for job in JOBS for channel in ("chat", "ops"))
        assert ledgers[0].alerts.claim("", every, AT + LEASE_S) == []
        assert {state.change for state in ledgers[0].alerts.states("")} == {1}


def test_states_change_once_and_know_since_when(ledger):
    """Of each environment its own; a state is as it was until it is another one."""
    alerts = ledger.alerts
    for seconds, firing in ((0, False), (1, True), (2, True), (3, False), (4, False), (5, True)):
        alerts.note("production", [judged(firing, well_at=None if firing else AT + seconds)], AT + seconds)
    (state,) = alerts.states("production")
    assert (state.firing, state.change, state.since, state.well_at) == (True, 3, AT + 5, AT + 4)
    assert (state.fired, state.well) == ({**FACTS, "at": AT + 5}, {})
    assert alerts.states("") == []


def test_a_memory_is_kept_until_there_is_another_one(ledger):
    """Of each subject and kind its own."""
    alerts = ledger.alerts
    assert alerts.memory("", "orders", "volume") is None
    for memory in ([1, 2], None):
        alerts.note("", [Judged("orders", "volume", firing=False, memory=memory)], AT)
    assert alerts.memory("", "orders", "volume") == [1, 2]
    assert alerts.memory("", "people", "volume") is None


def test_values_of_rows_are_forgotten(ledger):
    """Those of a run, or all; what else is said stays."""
    alerts = ledger.alerts
    for job in ("orders", "people"):
        alerts.note("", [Judged(job, "rejects", firing=True, facts={**FACTS, "run": job})], AT)
    alerts.forget_values("orders")
    assert ["values" in state.fired for state in alerts.states("")] == [False, True]
    alerts.forget_values()
    assert [state.fired["summary"] for state in alerts.states("") if "values" not in state.fired] == [
        "failed",
        "failed",
    ]


def test_what_cannot_be_told_waits(ledger):
    """It is claimed again only when its time has come; how often it was tried is known."""
    alerts = ledger.alerts
    alerts.note("", [judged(True)], AT)
    for tries in range(3):
        claims = alerts.claim("", every, AT + 100 * tries)
        assert {one.send.tries for one in claims} == {tries}
        alerts.not_told(claims, "away", AT + 100 * tries + 100)
        assert alerts.claim("", every, AT + 100 * tries + 99) == []
    sends = alerts.sends("")["orders", "failed"]
    assert {(one.tries, one.error, one.told_at) for one in sends.values()} == {(3, "away", 0.0)}
