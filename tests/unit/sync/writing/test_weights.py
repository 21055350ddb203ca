"""As how many records changes count: calls with lines take as long as their lines are many."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Lines, Record
from odoo_etl.planning import Create, LineChanges, Update
from odoo_etl.sync.writing.bisection import RefusalRate, isolate
from odoo_etl.sync.writing.call_size import CallSize
from odoo_etl.sync.writing.weights import creating, updating, weight_of
from tests.unit.sync.writing.test_call_size import SlowServer


def record(*children: Record) -> Record:
    """A record with these lines."""
    return Record((), {}, [], children=(Lines("line_ids", children),) if children else ())


def test_a_new_record_counts_with_its_lines():
    """At any depth; where none has lines, nobody counts."""
    some = [Create(record(record(record()), record())), Create(record())]
    weigh = creating(some)
    assert weigh is not None
    assert list(map(weigh, some)) == [4, 1]
    assert creating(some[1:]) is None


def test_an_update_counts_with_the_lines_that_differ():
    """New ones, changed ones, and those that go."""
    line = Update(record(), 7, {})
    lines = LineChanges("line_ids", {"a": Create(record(record()))}, {"b": line}, {"c": {"id": 8}})
    some = [Update(record(), 1, {}, children=(lines,)), line]
    weigh = updating(some)
    assert weigh is not None
    assert list(map(weigh, some)) == [5, 1]
    assert weight_of(some) == 6
    assert updating(some[1:]) is None


def test_calls_hold_as_many_lines_as_they_would_records():
    """One that holds more goes alone."""
    calls = CallSize(100)
    assert calls.of_weights([30] * 10) == 3
    assert calls.of_weights([400, 1, 1]) == 1
    assert calls.of_weights([1, 400]) == 1
    assert calls.of_weights([10] * 4) == 4


@pytest.mark.parametrize(("lines", "most"), [(1, 1000), (50, 20), (400, 2)])
def test_batches_of_records_with_lines(lines, most):
    """A call carries at most a chunk of lines, however many records there are; and slow ones become smaller."""
    sent: list[int] = []
    rate = RefusalRate(CallSize(1000))
    isolate(
        range(1000), lambda group: sent.append(len(group)), rate, lambda *_: None, pytest.fail, weigh=lambda _: lines
    )
    assert (sum(sent), max(sent)) == (1000, most)


def test_the_time_of_a_call_is_that_of_its_lines():
    """A slow one makes the next ones smaller, in lines."""
    server = SlowServer()
    calls = CallSize(1000, 4.0, server.clock)

    def send(group):
        server.calls.append(len(group))
        server.now += len(group) * 50 * 0.01

    isolate(range(100), send, RefusalRate(calls), lambda *_: None, pytest.fail, weigh=lambda _: 50)
    assert server.calls[:2] == [20, 5]
    assert sum(server.calls) == 100
