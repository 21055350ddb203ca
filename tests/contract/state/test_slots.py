"""Schedules and slots in every kind of store: each time is there once, and belongs to whoever claimed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.state import Attempt, Slot


@pytest.fixture
def slots(ledger):
    """The slots of one environment."""
    return ledger.slots("live")


def running(due=100.0, claim="me", **more):
    """A slot at work."""
    return Slot("nightly", due, "time", "running", due, claim=claim, **more)


def test_a_slot_comes_back_as_it_was(slots):
    attempt = Attempt("run", 101.0, "run-1", "box", 7, "/logs/ü.log", 103.5, 3, counts=False)
    slot = running(attempts=(attempt,), started_at=101.0, note="é")
    assert slots.add(slot)
    assert slots.last("nightly", 5) == slots.open() == [slot]
    assert slots.last("nightly", 5)[0].run_ids == ("run-1",)
    assert slots.of_run("run-1") == slot
    assert slots.of_run("run-2") is None


def test_a_time_is_there_once(slots):
    missed = Slot("nightly", 90.0, "time", "missed", 50.0, 4)
    assert slots.add(missed, running())
    assert not slots.add(Slot("nightly", 99.0, "time", "missed", 99.0), running(claim="other"))
    assert slots.last("nightly", 5) == [running(), missed]


def test_only_who_claimed_a_slot_changes_it(slots):
    slots.add(running())
    assert not slots.put(replace(running(), note="x"), "other")
    assert slots.put(replace(running(), claim="other"), "me")
    assert not slots.put(running(), "me")


def test_no_slot_begins_once_it_is_paused(slots):
    """Also of a server that looked a moment before; who asks for a run gets one all the same."""
    slots.pause("nightly", "ann", 99.0)
    assert not slots.add(running())
    assert slots.ask("nightly", "ann", 101.0).state == "asked"
    slots.unpause("nightly", 102.0)
    assert slots.add(running(103.0))


def test_environments_know_nothing_of_each_other(slots, ledger):
    slots.add(running())
    slots.meet("nightly", "0 2 * * * UTC", 10.0)
    dev = ledger.slots("dev")
    assert (dev.met(), dev.open(), dev.last("nightly", 1)) == ({}, [], [])
    assert dev.add(running())


def test_times_are_accounted_for_up_to_the_last_slot(slots):
    assert slots.accounted("nightly", 1000.0) is None
    slots.add(running(100.0), Slot("nightly", 300.0, "time", "missed", 200.0, 2))
    slots.add(Slot("nightly", 900.0, "files", "ended", 900.0))
    assert slots.accounted("nightly", 1000.0) == 300.0
    assert slots.accounted("nightly", 300.0) == 300.0
    assert slots.accounted("nightly", 250.0) == 250.0, "these are missed already"
    assert slots.accounted("nightly", 200.0) == 200.0, "the first of them"
    assert slots.accounted("nightly", 150.0) == 100.0, "a clock was set back"
    assert slots.accounted("nightly", 50.0) is None


def test_a_schedule_counts_from_when_it_was_met_with_these_times(slots):
    slots.meet("nightly", "0 2 * * * UTC", 10.0)
    slots.meet("nightly", "0 2 * * * UTC", 20.0)
    assert slots.met()["nightly"].since == 10.0
    slots.meet("nightly", "0 3 * * * UTC", 30.0)
    assert slots.met()["nightly"].since == 30.0
    slots.restart("nightly", 25.0)
    assert slots.met()["nightly"].since == 25.0
    slots.forget("nightly")
    assert slots.met() == {}


def test_a_schedule_rests_until_somebody_wants_it_again(slots):
    assert slots.pause("nightly", "ann", 10.0), "also one that no server has met"
    assert not slots.pause("nightly", "bob", 11.0)
    slots.meet("nightly", "0 2 * * * UTC", 12.0)
    known = slots.met()["nightly"]
    assert (known.paused_at, known.paused_by, known.since) == (10.0, "ann", 12.0)
    assert slots.unpause("nightly", 20.0)
    assert not slots.unpause("nightly", 21.0)
    known = slots.met()["nightly"]
    assert (known.paused_at, known.paused_by, known.since) == (None, "", 20.0)


def test_who_asks_twice_gets_one_run(slots):
    first = slots.ask("nightly", "ann", 50.0)
    assert slots.ask("nightly", "bob", 60.0) == first
    slots.put(replace(first, state="ended", claim="me"), "")
    assert slots.ask("nightly", "bob", 50.0).due > 50.0, "another one at the same moment"


def test_what_was_seen_of_files(slots):
    slots.meet("inbox", "", 10.0)
    assert slots.seen("inbox") == set()
    slots.add(Slot("inbox", 20.0, "files", "running", 20.0), seen=["b", "a"])
    assert slots.seen("inbox") == {"a", "b"}
    slots.unsee("inbox", {"b", "of another time"})
    assert slots.seen("inbox") == {"a"}
    slots.unsee("other", {"b"})
    assert slots.seen("other") == set()


def test_old_slots_go_but_for_the_last_one(slots):
    for due in (10.0, 20.0, 30.0):
        slots.add(Slot("nightly", due, "time", "ended", due))
    slots.add(Slot("other", 10.0, "time", "running", 10.0), Slot("other", 20.0, "time", "ended", 20.0))
    assert slots.prune(20.0) == 1
    assert [one.due for one in slots.last("nightly", 5)] == [30.0, 20.0]
    assert slots.prune(1000.0) == 1
    assert [one.due for one in slots.last("nightly", 5)] == [30.0]
    assert [one.state for one in slots.last("other", 5)] == ["ended", "running"], "one at work stays"
