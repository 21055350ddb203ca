"""What is sent again, how often, and after how long a wait; nobody really sleeps here."""

from __future__ import annotations

import gc
import weakref
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError, Refused, TransientError, UnknownOutcome
from odoo_etl.odoo.retry import Retrier, RetryEvent, RetryPolicy


class Flaky:
    """Raises the errors in turn, then answers; counts."""

    def __init__(self, *errors: OdooError) -> None:
        self.errors = list(errors)
        self.sent = 0

    def __call__(self) -> str:
        self.sent += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def retrier(waits=None, events=None, **policy) -> Retrier:
    """A retrier that notes its waits and events."""
    waits = [] if waits is None else waits
    return Retrier(RetryPolicy(**policy), events.append if events is not None else None, waits.append)


def test_a_transient_error_is_waited_out():
    """The answer comes through; the waits grow under their bound."""
    waits, flaky = [], Flaky(*[TransientError("busy")] * 4)
    assert retrier(waits, max_wait_s=1.0).send(flaky, "m.create", repeatable=False) == "answer"
    assert flaky.sent == 5
    assert len(waits) == 4
    assert all(0 <= wait <= 1.0 for wait in waits)


@pytest.mark.parametrize(("repeatable", "sent"), [(True, 2), (False, 1)])
def test_no_answer_is_final_unless_the_call_is_repeatable(repeatable, sent):
    """A create that got no answer is never sent again."""
    flaky = Flaky(UnknownOutcome("timeout"))
    try:
        retrier().send(flaky, "m.f", repeatable=repeatable)
    except UnknownOutcome:
        assert not repeatable
    assert flaky.sent == sent


@pytest.mark.parametrize(
    "error", [Refused("x"), AccessRefused("x"), ProtocolError("x")], ids=lambda e: type(e).__name__
)
def test_a_refusal_is_never_sent_again(error):
    """Waiting does not make a bad value good."""
    flaky = Flaky(error)
    with pytest.raises(type(error)):
        retrier().send(flaky, "m.read", repeatable=True)
    assert flaky.sent == 1


def test_attempts_are_bounded_and_the_last_error_comes_out_unchanged():
    """The caller sees the error itself, not a wrapper."""
    last = TransientError("third", name="psycopg2.OperationalError")
    flaky = Flaky(TransientError("first"), TransientError("second"), last)
    with pytest.raises(TransientError) as caught:
        retrier(attempts=3).send(flaky, "m.read", repeatable=True)
    assert caught.value is last
    assert flaky.sent == 3


def test_the_server_is_given_the_time_it_asks_for():
    """Retry-After goes before max_wait_s."""
    waits = []
    retrier(waits, max_wait_s=1.0).send(Flaky(TransientError("x", retry_after_s=42.0)), "m.f", repeatable=True)
    assert waits == [42.0]


def test_no_wait_reaches_over_the_deadline():
    """Asked to wait longer than there is time, we stop at once."""
    flaky, waits = Flaky(TransientError("x", retry_after_s=1000.0)), []
    with pytest.raises(TransientError):
        retrier(waits, deadline_s=900.0).send(flaky, "m.f", repeatable=True)
    assert (flaky.sent, waits) == (1, [])


def test_each_wait_is_told_before_it_begins():
    """The event names the call, the attempt, the wait and the reason."""
    error, events, waits = TransientError("busy", retry_after_s=70.0), [], []
    retrier(waits, events).send(Flaky(error), "res.partner.create", repeatable=False)
    (event,) = events
    assert (event.call, event.attempt, event.wait_s, event.error) == ("res.partner.create", 1, 70.0, error)


def test_an_event_says_how_many_attempts_there_are():
    """Those that no server took are not counted, and only time ends them."""
    away, busy, events = TransientError("away", delivered=False), TransientError("busy"), []
    retrier([], events, attempts=3, deadline_s=900.0).send(Flaky(away, busy, away, busy), "m.f", repeatable=True)
    assert [(event.attempt, event.attempts) for event in events] == [(1, 0), (2, 4), (3, 0), (4, 5)]
    assert all(0 < event.left_s <= 900 for event in events)


def test_a_start_has_less_patience():
    """A wrong host name says so in seconds, whatever the policy for the run."""
    flaky = Flaky(*[TransientError("refused")] * 9)
    with pytest.raises(TransientError):
        retrier(attempts=9).at_start().send(flaky, "common.login", repeatable=True)
    assert flaky.sent == 3


def test_a_call_that_once_got_no_answer_stays_open():
    """Though the last attempts did not reach the server: the first may have been carried out."""
    first = UnknownOutcome("no answer")
    first.sent_s_ago = 7.0
    flaky = Flaky(first, *[TransientError("away", delivered=False)] * 50)
    with pytest.raises(UnknownOutcome, match="away") as caught:
        retrier(deadline_s=3.0).send(flaky, "m.load", repeatable=True)
    assert caught.value.sent_s_ago >= 7.0


def test_an_event_says_what_comes_next():
    """The number of the next attempt, and when."""
    event = RetryEvent("m.read", 2, 1.25, TransientError("busy"))
    assert str(event) == "busy; attempt 3 follows in 1.2 s"


@pytest.mark.parametrize(
    ("attempts", "deadline_s", "short"),
    [(9, 900.0, (3, 20.0)), (3, 20.0, (3, 20.0)), (2, 5.0, (2, 5.0))],
)
def test_the_patience_of_a_start_is_never_longer_than_that_of_a_run(attempts, deadline_s, short):
    """The smaller of each."""
    policy = retrier(attempts=attempts, deadline_s=deadline_s).at_start().policy
    assert (policy.attempts, policy.deadline_s) == short


def test_a_start_counts_attempts_that_reach_nobody():
    """Where a run would wait for the server."""
    flaky = Flaky(*[TransientError("refused", delivered=False)] * 9)
    with pytest.raises(TransientError):
        retrier(attempts=9).at_start().send(flaky, "common.login", repeatable=True)
    assert flaky.sent == 3


@pytest.mark.parametrize(("asked_s", "is_long"), [(None, False), (0.0, False), (900.0, False), (900.5, True)])
def test_a_server_may_ask_for_as_long_as_the_deadline(asked_s, is_long):
    """And for no longer."""
    error = TransientError("busy", retry_after_s=asked_s)
    found = retrier(deadline_s=900.0).too_long(error)
    assert (found is not None) is is_long
    assert not is_long or "asks to wait 900 s" in str(found) or "asks to wait 901 s" in str(found)


@pytest.mark.parametrize("attempts", [1, 2, 6])
def test_a_call_is_delivered_as_often_as_the_policy_says(attempts):
    """The first time included; those that reach nobody do not count."""
    away, busy = TransientError("away", delivered=False), TransientError("busy")
    flaky = Flaky(away, *[busy, away] * 9)
    with pytest.raises(TransientError):
        retrier(attempts=attempts, max_wait_s=0.001).send(flaky, "m.read", repeatable=True)
    assert flaky.sent == 2 * attempts


@pytest.mark.parametrize(("asked", "sent", "waits"), [([10.0, 10.0, 10.0], 3, [10.0, 10.0]), ([20.5], 1, [])])
def test_what_the_server_asks_for_must_fit_before_the_deadline(asked, sent, waits):
    """What was waited already counts; nothing begins at the deadline itself."""
    flaky, slept = Flaky(*[TransientError("busy", retry_after_s=one) for one in asked]), []
    with pytest.raises(TransientError):
        retrier(slept, deadline_s=20.0).send(flaky, "m.read", repeatable=True)
    assert (flaky.sent, slept) == (sent, waits)


def test_a_wait_ends_at_the_deadline():
    """However long the jitter would be, the sum of all waits is no longer than that."""
    for _ in range(20):
        slept, flaky = [], Flaky(*[TransientError("away", delivered=False)] * 1000)
        with pytest.raises(TransientError):
            retrier(slept, deadline_s=0.5, max_wait_s=60.0).send(flaky, "m.read", repeatable=True)
        assert sum(slept) <= 0.5 + 1e-9
        assert flaky.sent == len(slept) + 1


def test_the_first_wait_is_short_and_later_ones_grow():
    """Half a second at most at first; each may be twice as long as the one before."""
    firsts, fourths = [], []
    for _ in range(50):
        slept = []
        retrier(slept).send(Flaky(*[TransientError("busy")] * 4), "m.read", repeatable=True)
        firsts.append(slept[0])
        fourths.append(slept[3])
    assert max(firsts) <= 0.5
    assert 0.5 < max(fourths) <= 4.0


def test_an_answer_that_came_in_the_end_closes_a_call():
    """Though an earlier attempt got none."""
    flaky = Flaky(UnknownOutcome("no answer"), TransientError("away", delivered=False))
    assert retrier().send(flaky, "m.write", repeatable=True) == "answer"


def test_a_refusal_after_no_answer_is_a_refusal():
    """The server has the last word."""
    flaky = Flaky(UnknownOutcome("no answer"), Refused("bad"))
    with pytest.raises(Refused):
        retrier().send(flaky, "m.write", repeatable=True)


def test_who_listens_hears_of_the_waits_of_its_own_calls():
    """And of no others."""
    heard = []
    replace(retrier(), listener=heard.append).send(Flaky(TransientError("busy")), "m.read", repeatable=True)
    retrier().send(Flaky(TransientError("busy")), "m.read", repeatable=True)
    assert [(one.call, one.attempt) for one in heard] == [("m.read", 1)]


def test_as_long_as_any_time_is_left_an_attempt_follows():
    """Half a second is enough; it is waited for no longer than that."""
    slept, errors = [], [TransientError("busy", retry_after_s=10.0), TransientError("busy", retry_after_s=9.5)]
    flaky = Flaky(*errors, TransientError("busy"))
    assert retrier(slept, deadline_s=20.0).send(flaky, "m.read", repeatable=True) == "answer"
    assert (flaky.sent, slept[:2]) == (4, [10.0, 9.5])
    assert slept[2] <= 0.5


class Values:
    """What a call carries."""


def test_an_error_holds_nothing_of_what_was_sent():
    """Python looks seldom for cycles: values of refused calls would fill the memory."""
    values = Values()
    seen = weakref.ref(values)

    def send(carried):
        raise Refused(f"no {type(carried).__name__}")

    once = partial(send, values)
    del values
    gc.collect()
    gc.disable()
    try:
        with suppress(Refused):
            retrier().send(once, "m.create", repeatable=False)
        del once
        assert seen() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("deadline_s", "said"),
    [
        (900.0, "longer than the 20 s that a start waits: run again later"),
        (5.0, "longer than load.retry.deadline (5 s): run again later, or raise the deadline"),
    ],
)
def test_a_start_does_not_blame_a_setting_that_would_not_help(deadline_s, said):
    """Only a deadline that is shorter than the patience of a start bounds it."""
    found = retrier(deadline_s=deadline_s).at_start().too_long(TransientError("busy", retry_after_s=30.0))
    assert str(found).endswith(said)
