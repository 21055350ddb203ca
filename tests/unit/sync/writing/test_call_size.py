"""How many records a write carries: fewer when it takes long, more again when it is quick."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pytest

from odoo_etl.errors import TransientError, UnknownOutcome
from odoo_etl.odoo.retry import Retrier, RetryPolicy
from odoo_etl.sync.writing.bisection import RefusalRate, isolate
from odoo_etl.sync.writing.call_size import CallSize, TooSlow


@dataclass
class SlowServer:
    """Takes so long for each record; gives no answer to calls that would take longer than it may."""

    record_s: float = 0.0
    limit_s: float = float("inf")
    now: float = 0.0
    calls: list[int] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def send(self, calls: CallSize, items: range) -> None:
        """Through a client that would send six times."""

        def once() -> None:
            self.calls.append(len(items))
            seconds = min(self.record_s * len(items), self.limit_s)
            self.now += seconds
            if seconds == self.limit_s:
                error = UnknownOutcome("no answer")
                error.sent_s_ago = seconds
                raise error

        listener = calls.impatience(len(items))
        Retrier(RetryPolicy(), sleep=lambda _: None, listener=listener).send(once, "m.write", repeatable=True)


def send_all(server: SlowServer, calls: CallSize, count: int) -> list[int]:
    """Send records in chunks of 1,000; what the server got."""
    landed: list[int] = []
    rate = RefusalRate(calls)
    for first in range(0, count, 1000):
        items = range(first, min(first + 1000, count))
        isolate(
            items, lambda group: server.send(calls, group), rate, lambda group, _: landed.extend(group), pytest.fail
        )
    assert landed == list(range(count))
    return server.calls


def test_calls_that_are_quick_enough_carry_whole_chunks():
    """A second for a chunk is well."""
    server = SlowServer(record_s=0.001)
    assert send_all(server, CallSize(1000, 4.0, server.clock), 5000) == [1000] * 5


def test_slow_calls_become_smaller():
    """Ten seconds for a chunk; the next ones take about two each."""
    server = SlowServer(record_s=0.01)
    assert send_all(server, CallSize(1000, 4.0, server.clock), 2000) == [1000] + [250] * 4


def test_they_grow_back_when_the_server_is_quick_again():
    """Doubled after each quick one, up to the whole chunk."""
    server = SlowServer(record_s=0.01)
    calls = CallSize(1000, 4.0, server.clock)
    send_all(server, calls, 2000)
    server.record_s, server.calls = 0.001, []
    assert send_all(server, calls, 3000) == [250, 375, 375, 1000, 1000]


def test_a_write_that_the_server_has_no_time_for_is_sent_in_smaller_ones():
    """A limit that 1,000 records exceed is met once, and not once for each attempt."""
    server = SlowServer(record_s=0.5, limit_s=120.0)
    sent = send_all(server, CallSize(1000, 4.0, server.clock), 1000)
    assert sent[:3] == [1000, 250, 59]
    assert max(sent[3:]) <= 59


def test_one_record_that_takes_too_long_ends_it():
    """There is no smaller call: the client tries as often as it is told to."""
    server = SlowServer(record_s=200, limit_s=120.0)
    with pytest.raises(UnknownOutcome) as caught:
        send_all(server, CallSize(10, 4.0, server.clock), 10)
    assert not isinstance(caught.value, TooSlow)
    assert server.calls.count(1) == RetryPolicy().attempts


def test_a_lost_answer_is_no_reason_for_smaller_calls():
    """The connection broke at once: the same call is repeated."""
    server, calls = SlowServer(), CallSize(1000)
    errors = [UnknownOutcome("reset")]

    def once() -> None:
        server.calls.append(1000)
        if errors:
            raise errors.pop()

    Retrier(RetryPolicy(), sleep=lambda _: None, listener=calls.impatience(1000)).send(once, "m.write", repeatable=True)
    assert (server.calls, calls.of_next(1000)) == ([1000, 1000], 1000)


@pytest.mark.parametrize(("delivered", "size"), [(True, 500), (False, 1000)])
def test_conflicts_with_others_make_calls_smaller(delivered, size):
    """A serialization failure does; a server that takes no calls at all is the limiter's matter."""
    calls, errors = CallSize(1000), [TransientError("busy", delivered=delivered)]

    def once() -> None:
        if errors:
            raise errors.pop()

    Retrier(RetryPolicy(), sleep=lambda _: None, listener=calls.impatience(1000)).send(once, "m.write", repeatable=True)
    assert calls.of_next(1000) == size


def test_parts_are_even():
    """No call carries the crumbs."""
    server = SlowServer()
    calls = CallSize(300, 4.0, server.clock)
    assert [len(part) for part in calls.parts(range(1000))] == [250] * 4
    assert list(calls.parts([])) == []
    assert CallSize().of_next(5000) == 5000


def took(calls: CallSize, clock: SlowServer, records: int, seconds: float) -> int:
    """The size of the next call after one that took so long."""
    with calls.timed(records):
        clock.now += seconds
    return calls.of_next(10**6)


@pytest.mark.parametrize(
    ("seconds", "size"),
    [
        (4.0, 1000),  # as long as a call may take
        (4.5, 444),  # half of four seconds at that speed
        (8.0, 250),
        (80.0, 250),  # to a quarter at most
    ],
)
def test_a_call_may_take_as_long_as_it_may_and_no_longer(seconds, size):
    """What takes longer makes the next one so small that it takes half of that, and not much smaller at once."""
    clock = SlowServer()
    calls = CallSize(1000, 4.0, clock.clock)
    found = took(calls, clock, 1000, seconds)
    assert math.ceil(10**6 / math.ceil(10**6 / size)) == found


@pytest.mark.parametrize(
    ("records", "seconds", "size"), [(250, 1.0, 250), (250, 0.9, 500), (126, 0.9, 500), (125, 0.9, 250), (1, 0.0, 250)]
)
def test_a_call_grows_after_one_that_was_full_and_quick(records, seconds, size):
    """Quick is less than a quarter of what it may take, full is more than half of what it may carry."""
    clock = SlowServer()
    calls = CallSize(1000, 4.0, clock.clock)
    took(calls, clock, 1000, 16.0)
    assert took(calls, clock, records, seconds) == size


def test_a_call_never_grows_beyond_the_most():
    """Nor shrinks below one record."""
    clock = SlowServer()
    calls = CallSize(600, 4.0, clock.clock)
    took(calls, clock, 600, 16.0)
    assert [took(calls, clock, 600, 0.0) for _ in range(3)] == [
        math.ceil(10**6 / math.ceil(10**6 / size)) for size in (300, 600, 600)
    ]
    for _ in range(9):
        took(calls, clock, 3, 1000.0)
    assert calls.of_next(5) == 1


def test_a_slow_call_never_makes_the_next_one_larger():
    """One of many records that was slow, after the size had become small."""
    clock = SlowServer()
    calls = CallSize(1000, 4.0, clock.clock)
    took(calls, clock, 8, 16.0)
    assert calls.of_next(4) == 2
    took(calls, clock, 1000, 5.0)
    assert calls.of_next(4) == 2


@pytest.mark.parametrize(
    ("sent_s_ago", "records", "is_sent_again"), [(4.0, 2, True), (4.5, 2, False), (4.5, 1, True), (0.0, 1000, True)]
)
def test_a_write_is_not_repeated_that_took_too_long(sent_s_ago, records, is_sent_again):
    """Unless it is of one record, or took no longer than a call may."""
    error = UnknownOutcome("no answer")
    error.sent_s_ago = sent_s_ago
    errors, calls = [error], CallSize(1000, 4.0)

    def once() -> str:
        if errors:
            raise errors.pop()
        return "answer"

    try:
        listener = calls.impatience(records)
        Retrier(RetryPolicy(), sleep=lambda _: None, listener=listener).send(once, "m.write", repeatable=True)
    except TooSlow:
        assert not is_sent_again
    else:
        assert is_sent_again


@pytest.mark.parametrize(("count", "parts"), [(299, [299]), (300, [300]), (301, [151, 150]), (601, [201, 200, 200])])
def test_parts_at_their_limit(count, parts):
    """One more than a call carries needs a second one."""
    assert [len(part) for part in CallSize(300).parts(range(count))] == parts
