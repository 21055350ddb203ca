"""Between an intent and its call, and between its attempts, time may pass: then the locks are looked at again."""

from __future__ import annotations

import pytest

from odoo_etl.errors import StateError
from odoo_etl.sync.ports import NoJournal, Target
from odoo_etl.sync.writing.recorder import LATE_S, Recorder
from odoo_etl.sync.writing.rights import Rights
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
