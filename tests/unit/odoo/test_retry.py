"""What is sent again, how often, and after how long a wait; nobody really sleeps here."""

from __future__ import annotations

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
    assert events == [RetryEvent("res.partner.create", 1, 70.0, error)]


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
