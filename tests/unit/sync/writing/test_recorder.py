"""Between an intent and its call, and between its attempts, time may pass: then the locks are looked at again."""

from __future__ import annotations

import pytest

from odoo_etl.errors import StateError
from odoo_etl.sync.ports import NoJournal, Target
from odoo_etl.sync.writing.recorder import LATE_S, Recorder, Rights
from tests.memory_odoo import MemoryOdoo

RIGHTS = Rights(Target(MemoryOdoo(), "res.partner", {}))


class Lost(NoJournal):
    """A journal whose locks another run has taken."""

    def again(self, call):
        """See `Journal`."""
        raise StateError("lost")


class Odoo:
    """Takes a call after so many attempts, each of which takes its time."""

    def __init__(self, attempts, passes=lambda: None):
        self.left, self.passes, self.reached = attempts, passes, 0

    def send(self, *, fence):
        """A call as a client sends it."""
        while self.left:
            self.passes()
            fence()
            self.reached += 1
            self.left -= 1
        return "made"


class Clock:
    """A clock that tests set."""

    def __init__(self):
        self.time = 1000.0

    def __call__(self):
        return self.time

    def move(self, seconds):
        """Set it."""
        self.time += seconds


def sending(odoo, *clocks):
    """What becomes of a call when the locks are lost."""
    recorder = Recorder(Lost(), lambda _: None, RIGHTS, clocks or (Clock(),))
    return recorder.send(recorder.begin(0, "create"), odoo.send)


def test_the_first_attempt_follows_its_intent():
    """That was stored only since the locks were ours: nobody is asked again."""
    assert sending(Odoo(1)) == "made"


def test_no_attempt_is_repeated_without_the_locks():
    """However little time has passed: who was suspended cannot tell."""
    odoo = Odoo(2)
    with pytest.raises(StateError):
        sending(odoo)
    assert odoo.reached == 1


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("seconds", [LATE_S + 1, -LATE_S - 1])
def test_a_late_first_attempt_is_looked_at(which, seconds):
    """By whichever clock: one stands still while the machine sleeps, the other may be set."""
    clocks = (Clock(), Clock())
    odoo = Odoo(1, lambda: clocks[which].move(seconds))
    with pytest.raises(StateError):
        sending(odoo, *clocks)
    assert odoo.reached == 0


@pytest.mark.parametrize("seconds", [0, LATE_S, -LATE_S])
def test_an_attempt_in_time_is_not_looked_at(seconds):
    """Up to the limit itself."""
    clock = Clock()
    assert sending(Odoo(1, lambda: clock.move(seconds)), clock) == "made"


class Notes(NoJournal):
    """A journal that keeps the stamps."""

    def __init__(self):
        super().__init__()
        self.stamps = {}

    def stamp(self, stamps):
        """See `Journal`."""
        self.stamps.update(stamps)


@pytest.mark.parametrize(
    ("dates", "stamp"),
    [
        ({1: "10:00", 3: "10:00", 5: "10:00"}, "10:00"),
        ({1: "10:02", 3: "10:01", 5: "10:03"}, "10:01"),
        ({1: "10:02", 3: False, 5: "10:01"}, "10:01"),
        ({5: "10:01"}, "10:01"),
        ({}, None),
    ],
)
def test_the_stamp_of_a_call_is_the_earliest_of_some_of_its_records(dates, stamp):
    """Of the first, the middle and the last, as far as they are there: somebody may have written one since."""
    odoo, notes = MemoryOdoo(), Notes()
    odoo.records["res.partner"] = {number: {"write_date": date} for number, date in dates.items()}
    odoo.records["res.partner"][2] = {"write_date": "09:00"}
    recorder = Recorder(notes, lambda _: None, RIGHTS)
    recorder.done(7, [1, 2, 3, 4, 5])
    recorder.done(8, [])
    recorder.stamp(Target(odoo, "res.partner", {}))
    assert notes.stamps == ({7: stamp} if stamp else {})
    assert odoo.calls == {"res.partner.search_read": 1}


def test_a_call_that_made_nothing_has_landed_nothing():
    """And asks nothing."""
    recorder, odoo = Recorder(NoJournal(), lambda _: None, RIGHTS), MemoryOdoo()
    recorder.settled(7, [])
    recorder.stamp(Target(odoo, "res.partner", {}))
    assert (recorder.landed, sum(odoo.calls.values())) == (False, 0)
    recorder.settled(8, [3])
    assert recorder.landed
