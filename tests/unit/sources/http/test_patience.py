"""How long a server is asked again."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.failures import TryAgain
from odoo_etl.sources.http.patience import Pace, Patience
from odoo_etl.spec import RetrySpec


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self):
        self.now, self.waits = 0.0, []

    def sleep(self, seconds):
        """Wait."""
        self.waits.append(seconds)
        self.now += seconds


def asked(error, *, was_answered=False, **spec):
    """How often a server that always fails is asked, how long it took, and what is said in the end."""
    clock, count = Clock(), []

    def ask():
        count.append(1)
        raise error

    patience = Patience(RetrySpec(**spec), clock.sleep, was_answered)
    with pytest.raises(SourceError) as caught:
        patience.answer(ask)
    return len(count), clock.now, str(caught.value)


def test_what_was_delivered_is_asked_so_many_times():
    """The first one counts."""
    assert asked(TryAgain("x: 500"), attempts=4)[::2] == (4, "x: 500; asked 4 times")
    assert asked(TryAgain("x: 500"), attempts=1)[::2] == (1, "x: 500; asked once")


def test_who_is_away_is_waited_for_once_there_was_an_answer():
    """Until the deadline; before that, an address may be wrong."""
    away = TryAgain("x: away", delivered=False)
    assert asked(away, attempts=3)[0] == 3
    count, took_s, _ = asked(away, was_answered=True, attempts=3, deadline=600, max_wait=10)
    assert count > 30
    assert 600 <= took_s <= 610


def test_a_wait_that_is_asked_for_is_no_attempt():
    """A server that says when is there."""
    count, took_s, said = asked(TryAgain("x: 429", delivered=False, retry_after_s=60), attempts=2, deadline=200)
    assert (count, said) == (4, "x: 429; it asks to wait 60 s (Retry-After): run again later, or raise retry.deadline")
    assert took_s >= 180


def test_waits_grow_to_their_limit():
    """At random, and not beyond it."""
    clock = Clock()

    def fail():
        raise TryAgain("x")

    with pytest.raises(SourceError):
        Patience(RetrySpec(attempts=40, max_wait=3), clock.sleep).answer(fail)
    assert 1 < max(clock.waits) <= 3


def test_an_answer_makes_patient():
    """The first one does."""
    patience = Patience(RetrySpec(), Clock().sleep)
    assert (patience.answer(lambda: 7), patience.was_answered) == (7, True)


def test_an_error_is_not_asked_again():
    """What no waiting mends."""

    def fail():
        raise SourceError("401")

    clock = Clock()
    with pytest.raises(SourceError, match="401"):
        Patience(RetrySpec(), clock.sleep).answer(fail)
    assert clock.waits == []


def test_a_pace_is_even():
    """A late request may leave at once, and makes up for nothing."""
    clock = Clock()
    pace = Pace(4, clock.sleep, lambda: clock.now)
    for _ in range(3):
        pace.wait()
    assert clock.waits == [0.25, 0.25]
    clock.now = 10
    pace.wait()
    pace.wait()
    assert clock.waits[2:] == [0.25]
    Pace(None, clock.sleep).wait()
    assert len(clock.waits) == 3
