"""How many records a write carries: fewer when it takes long, more again when it is quick."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from odoo_etl.errors import TransientError, UnknownOutcome
from odoo_etl.odoo.retry import Retrier, RetryPolicy
from odoo_etl.sync.writing.batch_size import CallSize, TooSlow
from odoo_etl.sync.writing.bisection import RefusalRate, isolate


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

        with calls.impatient(len(items)):
            Retrier(RetryPolicy(), sleep=lambda _: None).send(once, "m.write", repeatable=True)


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

    with calls.impatient(1000):
        Retrier(RetryPolicy(), sleep=lambda _: None).send(once, "m.write", repeatable=True)
    assert (server.calls, calls.of_next(1000)) == ([1000, 1000], 1000)


@pytest.mark.parametrize(("delivered", "size"), [(True, 500), (False, 1000)])
def test_conflicts_with_others_make_calls_smaller(delivered, size):
    """A serialization failure does; a server that takes no calls at all is the limiter's matter."""
    calls, errors = CallSize(1000), [TransientError("busy", delivered=delivered)]

    def once() -> None:
        if errors:
            raise errors.pop()

    with calls.impatient(1000):
        Retrier(RetryPolicy(), sleep=lambda _: None).send(once, "m.write", repeatable=True)
    assert calls.of_next(1000) == size


def test_parts_are_even():
    """No call carries the crumbs."""
    server = SlowServer()
    calls = CallSize(300, 4.0, server.clock)
    assert [len(part) for part in calls.parts(range(1000))] == [250] * 4
    assert list(calls.parts([])) == []
    assert CallSize().of_next(5000) == 5000
