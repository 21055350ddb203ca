"""Any sequence of outcomes: channels are told exactly the changes, and each of them once."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.alerting.delivery import LONGEST_WAIT_S
from odoo_etl.state.alerts import LEASE_S
from tests.examples import examples
from tests.unit.alerting.conftest import NOON, OPS, World, failed

OUTCOMES = st.lists(st.tuples(st.booleans(), st.integers(0, 1800), st.booleans()), max_size=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project that all examples share."""
    return tmp_path_factory.mktemp("project")


def anew(shared_ledger, folder, **alerts):
    """A world of which nothing is known yet."""
    made = World(folder, shared_ledger.put(shared_ledger.empty))
    made.loaded = made.write({"channels": OPS, **alerts})
    return made


def tell(world):
    """Tell what is owed; of one project, which is not read again for it."""
    return world.delivery().tell(world.ledger.alerts, world.loaded, world.loaded.project.alerts)


def after(world, outcomes):
    """The events that are sent while these outcomes come; the third of each says whether the channel takes messages."""
    for is_failed, seconds, takes in outcomes:
        world.clock.now += seconds
        world.sent.fails = {} if takes else {"ops": "away"}
        world.ledger.alerts.note("", [failed(is_failed)], world.clock.now)
        tell(world)
    return [event for _, event, _, _ in world.sent.events]


@given(outcomes=OUTCOMES)
@examples(20)
def test_exactly_the_changes(shared_ledger, folder, outcomes):
    """Where nothing is held back and all is taken: what begins well is not told, what stays as it is, neither."""
    world = anew(shared_ledger, folder, hold=0)
    states = [False, *(is_failed for is_failed, _, _ in outcomes)]
    changes = [new for old, new in itertools.pairwise(states) if old != new]
    events = after(world, [(is_failed, seconds, True) for is_failed, seconds, _ in outcomes])
    assert events == ["firing" if change else "recovered" for change in changes]
    ids = [one.id for _, message in world.sent.messages for one in message.alerts]
    assert len(set(ids)) == len(ids)


@given(outcomes=OUTCOMES)
@examples(20)
def test_nothing_is_lost_where_sending_fails(shared_ledger, folder, outcomes):
    """In the end the channel knows how it is; whatever failed meanwhile was told, or is told with the recovery."""
    world = anew(shared_ledger, folder, hold=0)
    after(world, outcomes)
    world.sent.fails = {}
    world.clock.now += LONGEST_WAIT_S + 1
    tell(world)
    events = [event for _, event, _, _ in world.sent.events]
    has_failed = any(is_failed for is_failed, _, _ in outcomes)
    is_failed = bool(outcomes) and outcomes[-1][0]
    assert events[-1:] == ([] if not has_failed else ["firing"] if is_failed else ["recovered"])
    assert ("firing", "firing") not in itertools.pairwise(events)
    tell(world)
    assert [event for _, event, _, _ in world.sent.events] == events


@given(outcomes=OUTCOMES)
@examples(20)
def test_what_flaps_costs_two_messages_in_the_time_of_hold(shared_ledger, folder, outcomes):
    """And nobody believes that all is well while it is not."""
    world, hold = anew(shared_ledger, folder, hold=600), 600.0
    told_at, known = [], False
    for is_failed, seconds, _ in outcomes:
        world.clock.now += seconds
        world.ledger.alerts.note("", [failed(is_failed)], world.clock.now)
        before = len(world.sent.events)
        tell(world)
        new = [event for _, event, _, _ in world.sent.events[before:]]
        known = (new[-1] == "firing") if new else known
        told_at += [world.clock.now] * len(new)
        assert known or not is_failed
    assert all(later - first >= hold for first, _, later in zip(told_at, told_at[1:], told_at[2:], strict=False))


def test_what_stays_wrong_is_told_again_where_that_is_asked_for(world):
    """Each time with an id of its own, and the run that was the last one to show it."""
    world.write({"channels": OPS, "repeat": "1h"})
    world.judge(failed())
    for minutes, run in ((30, "r2"), (61, "r3"), (100, "r4"), (122, "r5")):
        world.clock.now = NOON + 60 * minutes
        world.judge(failed(run=run))
    told = [(one.event, one.run, one.since) for _, message in world.sent.messages for one in message.alerts]
    began = "2026-11-29T12:00:00+00:00"
    assert told == [("firing", "r1", began), ("repeated", "r3", began), ("repeated", "r5", began)]
    assert len({message.id for _, message in world.sent.messages}) == 3


def test_a_recovery_that_nobody_wants_is_not_told(world):
    """What fails again afterwards is."""
    world.write({"channels": OPS, "rules": {"recovered": False}})
    for is_failed in (True, False, True):
        world.judge(failed(is_failed))
    assert [event for _, event, _, _ in world.sent.events] == ["firing", "firing"]


def test_a_channel_that_is_new_hears_what_is_wrong_and_not_what_is_over(world):
    """It was not there then."""
    world.judge(failed(), failed(job="people"))
    world.judge(failed(firing=False))
    world.sent.messages.clear()
    world.write({"channels": {**OPS, "chat": {"webhook": {"url": "https://example.com/chat"}}}}, ("orders", "people"))
    world.tell()
    assert world.sent.events == [("chat", "firing", "failed", "people")]


def test_a_recovery_tells_of_an_alert_that_could_not_be_sent(world):
    """Nobody had heard of it."""
    world.sent.fails = {"ops": "away"}
    world.judge(failed())
    world.clock.now += 3_600
    world.sent.fails = {}
    world.judge(failed(firing=False))
    ((_, message),) = world.sent.messages
    assert [one.summary for one in message.alerts] == [
        "orders: ended well (nobody could be told before: orders: failed)"
    ]


def test_whoever_dies_before_it_could_say_that_it_told_is_followed_by_another(world):
    """After the lease, with the same id, so that the receiver knows it."""
    world.judge()
    world.ledger.alerts.note("", [failed()], world.clock.now)
    project = world.project
    died = world.delivery()
    died._ended = lambda *_: ""  # it has sent, and is killed
    died.tell(world.ledger.alerts, project, project.project.alerts)
    world.clock.now += LEASE_S - 1
    world.tell()
    assert len(world.sent.messages) == 1
    world.clock.now += 1
    world.tell()
    world.tell()
    (_, first), (_, again) = world.sent.messages
    assert (first.id, first.alerts) == (again.id, again.alerts)


YEAR = 365 * 86_400.0


@pytest.mark.parametrize("how", ["told", "away", "died"])
def test_a_clock_that_was_a_year_ahead_is_forgiven(world, how):
    """It was set back after an alert was told, could not be told, or was claimed by somebody who died."""
    world.write({"channels": OPS, "repeat": "24h"})
    world.clock.now += YEAR
    world.sent.fails = {"ops": "away"} if how == "away" else {}
    world.ledger.alerts.note("", [failed()], world.clock.now)
    if how == "died":
        died = world.delivery()
        died._ended = lambda *_: ""
        died.tell(world.ledger.alerts, world.project, world.project.project.alerts)
        world.sent.messages.clear()
    else:
        world.tell()
    world.clock.now, world.sent.fails = NOON, {}
    for _ in range(3):
        world.tell()
    event = "repeated" if how == "told" else "firing"
    assert [event for _, event, _, _ in world.sent.events] == [*["firing"][: how == "told"], event]
    world.clock.now += 600
    world.judge(failed(firing=False))
    assert world.sent.events[-1][1] == "recovered"


def test_a_claim_that_another_took_over_changes_nothing_any_more(world):
    """The one that was believed dead comes back late."""
    alerts = world.ledger.alerts
    alerts.note("", [failed()], world.clock.now)
    (late,) = alerts.claim("", lambda *_: [("ops", "firing")], world.clock.now)
    assert alerts.claim("", lambda *_: [("ops", "firing")], world.clock.now + 1) == []
    (new,) = alerts.claim("", lambda *_: [("ops", "firing")], world.clock.now + LEASE_S)
    alerts.not_told([late], "away", world.clock.now + 999)
    assert alerts.sends("")["orders", "failed"]["ops"].error == ""
    alerts.told([new], world.clock.now + LEASE_S)
    assert alerts.sends("")["orders", "failed"]["ops"].told_at == world.clock.now + LEASE_S
