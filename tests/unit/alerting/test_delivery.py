"""Channels are told beside each other: none holds up the others, and none for long."""

from __future__ import annotations

import threading

import pytest

from odoo_etl.alerting import Delivery, NotSent
from odoo_etl.alerting.composing import Sender, trial_message
from odoo_etl.alerting.delivery import FIRST_WAIT_S, LONGEST_WAIT_S, MOST_AT_ONCE
from tests.unit.alerting.conftest import NOON, OPS, failed

THREE = {name: {"webhook": {"url": f"https://hush.example.com/{name}"}, "timeout": "50ms"} for name in "abc"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nothing is waited for besides the timeouts of channels."""
    monkeypatch.setattr("odoo_etl.alerting.delivery.GRACE_S", 0.0)


def test_one_that_hangs_holds_up_nobody_and_is_not_begun_twice(world):
    """Two others are told; the hanging one is named, and left alone as long as it hangs."""
    world.write({"channels": THREE})
    gate, began = threading.Event(), []

    def send(channel, message):
        name = channel.webhook.url.get_secret_value()[-1]
        began.append(name)
        if name == "b":
            gate.wait(30)
        world.sent(channel, message)

    delivery, project = Delivery(world.clock, send), world.project
    world.ledger.alerts.note("", [failed()], NOON)
    (note,) = delivery.tell(world.ledger.alerts, project, project.project.alerts)
    assert note.startswith(
        "channel b of `alerts` could not be told of 1 alert: no answer within 0.05 s, so it may have"
    )
    assert sorted(name for name, *_ in world.sent.events) == ["a", "c"]
    world.clock.now += FIRST_WAIT_S
    (note,) = delivery.tell(world.ledger.alerts, project, project.project.alerts)
    assert "an earlier message is still on its way there" in note
    assert sorted(began) == ["a", "b", "c"]
    gate.set()
    delivery._hanging["b"].join()
    world.clock.now += 2 * FIRST_WAIT_S
    assert delivery.tell(world.ledger.alerts, project, project.project.alerts) == []
    assert sorted(began) == ["a", "b", "b", "c"]
    first, again = (message for name, message in world.sent.messages if name == "b")
    assert first.alerts == again.alerts  # it had come through late: the receiver knows by the id


def test_all_that_hang_are_waited_for_together(world, monkeypatch):
    """Beside each other: however many they are, a run waits for one timeout."""
    world.write({"channels": THREE})
    passed, gate = [0.0], threading.Event()

    def join(self, timeout):
        passed[0] += timeout

    monkeypatch.setattr("odoo_etl.alerting.delivery.monotonic", lambda: passed[0])
    delivery, project = Delivery(world.clock, lambda *_: gate.wait(30)), world.project
    world.ledger.alerts.note("", [failed()], NOON)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "join", join)
        assert len(delivery.tell(world.ledger.alerts, project, project.project.alerts)) == 3
    gate.set()
    assert passed == [pytest.approx(0.05)]


@pytest.mark.parametrize("error", [NotSent("away at hush"), ZeroDivisionError("hush")])
def test_whatever_goes_wrong_is_told_without_secrets_and_waits_longer_each_time(world, error):
    """Twice as long as before, and an hour at most."""
    world.write({"channels": {"ops": {"webhook": {"url": "https://example.com/hush/ops"}}}})
    secret = {"ops": {"webhook": {"url": "https://example.com/ops", "headers": {"X-Key": "hush"}}}}
    world.write({"channels": secret})
    world.sent.fails = {"ops": error}
    waits = []
    world.ledger.alerts.note("", [failed()], NOON)
    for _ in range(9):
        (note,) = world.tell()
        assert "hush" not in note
        send = world.ledger.alerts.sends("")["orders", "failed"]["ops"]
        assert "hush" not in send.error
        assert world.tell() == []  # not before its time
        waits.append(send.next_at - world.clock.now)
        world.clock.now = send.next_at
    assert waits == [min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**tries) for tries in range(9)]


@pytest.mark.parametrize(("asked", "waited"), [(30.0, 60.0), (600.0, 600.0), (99_999.0, 3_600.0)])
def test_a_receiver_may_ask_to_be_left_alone(world, asked, waited):
    """For an hour at most: nobody would hear of anything."""
    world.sent.fails = {"ops": NotSent("busy", asked)}
    world.judge(failed())
    assert world.ledger.alerts.sends("")["orders", "failed"]["ops"].next_at == NOON + waited


def test_many_alerts_are_few_messages(world):
    """Of one look, each channel gets one, unless they are very many."""
    jobs = [f"job{number:03}" for number in range(MOST_AT_ONCE + 1)]
    world.write({"channels": OPS}, jobs)
    world.judge(*(failed(job=job) for job in jobs))
    assert [len(message.alerts) for _, message in world.sent.messages] == [MOST_AT_ONCE, 1]
    assert world.sent.messages[0][1].title.endswith(f"{MOST_AT_ONCE} alerts: job000, job001, job002, …")
    assert world.tell() == []


def test_rules_say_which_channels_are_told(world):
    """Of a job, its own rules; nobody where a rule is off."""
    world.write(
        {
            "channels": THREE,
            "rules": {"failed": {"channels": ["a"]}, "rejects": False},
            "jobs": {"people": {"failed": {"channels": ["b", "c"]}}},
        },
        ("orders", "people"),
    )
    rejects = failed()
    world.judge(failed(), failed(job="people"), type(rejects)("orders", "rejects", firing=True))
    assert sorted(world.sent.events) == [
        ("a", "firing", "failed", "orders"),
        ("b", "firing", "failed", "people"),
        ("c", "firing", "failed", "people"),
    ]


def test_a_channel_is_tried_out(world):
    """Nothing is kept of that; what goes wrong is raised."""
    channel = world.project.project.alerts.channels["ops"]
    world.delivery().try_out("ops", channel, trial_message(Sender("shop"), NOON))
    assert [event for _, event, *_ in world.sent.events] == ["test"]
    world.sent.fails = {"ops": "away"}
    with pytest.raises(NotSent, match="channel ops: away"):
        world.delivery().try_out("ops", channel, trial_message(Sender("shop"), NOON))
    assert world.ledger.alerts.sends("") == {}


def test_without_the_ledger_the_ids_stay_for_an_hour(world):
    """Nobody remembers what was told."""
    project = world.project
    for minutes in (0, 30, 60):
        world.clock.now = NOON + 60 * minutes
        judged = [failed(), failed(firing=False, job="people")]
        assert world.delivery().tell_unkept(judged, project, project.project.alerts) == []
    first, second, third = (one.id for _, message in world.sent.messages for one in message.alerts)
    assert first == second != third
    world.sent.fails = {"ops": "away"}
    assert world.delivery().tell_unkept([failed()], project, project.project.alerts) == ["channel ops: away"]
