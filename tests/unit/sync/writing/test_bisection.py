"""Isolating what Odoo refuses: one verdict for every row, the right one, in few calls."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_etl.errors import Refused, TransientError
from odoo_etl.sync.writing.bisection import RefusalRate, RowsRefused, isolate, isolate_named
from tests.examples import examples

ITEMS_AND_BAD = st.lists(st.booleans(), max_size=70).map(lambda bad: (len(bad), {n for n, b in enumerate(bad) if b}))


@dataclass
class Server:
    """Takes or refuses calls, and writes down which, and what the isolation made of them."""

    is_bad: Callable[[Sequence[int]], bool]
    calls: list[tuple[int, ...]] = field(default_factory=list)
    landed: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def send(self, items: Sequence[int]) -> int:
        self.calls.append(tuple(items))
        if self.is_bad(items):
            raise Refused("bad")
        return len(items)

    def run(self, items: Sequence[int], rate: RefusalRate) -> None:
        isolate(items, self.send, rate, self.land, self.refuse)

    def land(self, items: Sequence[int], answer: int) -> None:
        assert answer == len(items), "what send returned belongs to the items"
        self.landed += items

    def refuse(self, item: int, _: Refused) -> None:
        self.refused.append(item)


def refusing(bad: set[int]) -> Server:
    """A server that refuses these items, each for itself."""
    return Server(lambda items: not bad.isdisjoint(items))


def run_chunks(bad: set[int], rows: int, rate: RefusalRate) -> int:
    """Isolate in chunks of 1,000; how many calls that took."""
    server = refusing(bad)
    for start in range(0, rows, 1000):
        server.run(range(start, min(rows, start + 1000)), rate)
    assert set(server.refused) == bad
    return len(server.calls)


@given(case=ITEMS_AND_BAD, seen=st.tuples(st.integers(0, 9000), st.integers(0, 90)))
def test_every_item_gets_its_verdict(case, seen):
    """Whatever was seen before: the bad ones are refused, alone in their call; the others land once, in order."""
    (count, bad), rate = case, RefusalRate()
    rate.note(*seen)
    server = refusing(bad)
    server.run(range(count), rate)
    assert server.refused == sorted(bad)
    assert server.landed == sorted(set(range(count)) - bad)
    assert all((item,) in server.calls for item in bad)


@given(st.integers(0, 40), st.frozensets(st.frozensets(st.integers(0, 39), min_size=1, max_size=3)), st.integers(0, 40))
def test_items_that_are_refused_only_together(count, together, refused_before):
    """Each has one verdict; what is refused was refused alone, and the calls end."""
    rate = RefusalRate()
    rate.note(40, refused_before)
    here: set[int] = set()
    server = Server(lambda items: any(group <= here.union(items) for group in together))

    def land(items, answer):
        here.update(items)
        server.land(items, answer)

    isolate(range(count), server.send, rate, land, server.refuse)
    assert sorted(server.landed + server.refused) == list(range(count))
    assert all((item,) in server.calls for item in server.refused)


def test_nothing_refused_costs_nothing():
    """A chunk of good rows is one call."""
    assert run_chunks(set(), 10_000, RefusalRate()) == 10


def test_one_bad_row_in_a_thousand():
    """Wherever it is, it costs at most 2 * log2(1000) + 2 calls more."""
    extra = [run_chunks({position}, 1000, RefusalRate()) - 1 for position in range(1000)]
    assert max(extra) <= 2 * math.log2(1000) + 2


@pytest.mark.parametrize(
    ("share", "calls"), [(0.001, 140), (0.01, 900), (0.1, 5_300), (0.5, 10_800), (1.0, 10_050)], ids=str
)
def test_calls_for_a_share_of_bad_rows(share, calls):
    """In 10,000 rows, bad ones anywhere: 1 % cost about 9 % of the calls that single rows would, 100 % no more."""
    for seed in range(settings().max_examples // 10 if share < 1 else 1):  # of all rows there is one choice only
        bad = set(random.Random(seed).sample(range(10_000), int(share * 10_000)))
        assert run_chunks(bad, 10_000, RefusalRate()) <= calls


@examples(8)
@given(st.sets(st.integers(0, 9_999), min_size=100, max_size=100))
def test_one_percent_of_bad_rows(bad):
    """In clusters or evenly spread: at most 12 % of the calls that single rows would take."""
    assert run_chunks(bad, 10_000, RefusalRate()) <= 1200


def test_the_rate_follows_the_rows():
    """After 2,000 bad rows, 8,000 good ones go out in ever larger groups; after 8,000 good ones bad ones in small."""
    assert run_chunks(set(range(2000)), 10_000, RefusalRate()) < 2000 + 400
    assert run_chunks(set(range(8000, 10_000)), 10_000, RefusalRate()) < 2000 + 700


@pytest.mark.parametrize("bad", [{1, 2}, set(range(4))])
def test_an_error_of_another_kind_ends_it(bad):
    """What was not sent is not sent; what had its verdict keeps it."""
    server = refusing(bad)

    def send(items):
        if len(server.calls) == 5:
            raise TransientError("away")
        return server.send(items)

    with pytest.raises(TransientError):
        isolate(range(8), send, RefusalRate(), server.land, server.refuse)
    assert len(server.calls) == 5
    assert sorted(server.landed + server.refused) == list(range(len(server.landed + server.refused)))


def test_an_error_of_a_callback_ends_it():
    """The limit of rejects stops the writes after the row that passes it."""
    server = refusing({3, 4})

    def refuse(item, _):
        raise StopIteration(item)

    with pytest.raises(StopIteration, match="3"):
        isolate(range(1000), server.send, RefusalRate(), server.land, refuse)
    assert server.landed == [0, 1, 2]
    assert server.calls[-1] == (3,)


@dataclass
class Naming(Server):
    """Names bad rows as `load` does: the first too whenever it can, ten at most, and now and then a good one."""

    bad: set[int] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)  # good rows that are refused the first time

    def send(self, items: Sequence[int]) -> int:
        self.calls.append(tuple(items))
        found = [position for position, item in enumerate(items) if item in self.bad | self.busy]
        self.busy -= set(items)
        if found:
            named = [0, *found][:10] if items[0] in self.bad or len(items) > 1 else found
            raise RowsRefused({position: Refused(f"bad {items[position]}") for position in named})
        return len(items)

    def refuse(self, item: int, error: Refused) -> None:
        assert str(error) == f"bad {item}", "a row is refused with its own error"
        super().refuse(item, error)

    def run(self, items: Sequence[int], rate: RefusalRate) -> None:
        isolate_named(items, self.send, rate, self.land, self.refuse)


@given(ITEMS_AND_BAD, st.sets(st.integers(0, 69)))
def test_named_rows_get_their_verdict(case, busy):
    """The bad ones are refused, the others land, also those that were named because they stood first or were busy."""
    count, bad = case
    server = Naming(bool, bad=bad, busy=busy - bad)
    server.run(range(count), RefusalRate())
    assert sorted(server.refused) == sorted(bad)
    assert sorted(server.landed) == sorted(set(range(count)) - bad)


def test_calls_for_named_rows():
    """One bad row in a thousand costs at most five calls more, ten of them seven."""
    for bad, calls in (({500}, 6), (set(range(0, 1000, 100)), 8)):
        server = Naming(bool, bad=bad)
        server.run(range(1000), RefusalRate())
        assert len(server.calls) <= calls
        assert set(server.refused) == bad


@pytest.mark.parametrize("good", [range(5), range(60, 65), range(125, 130)])
def test_named_rows_get_their_verdict_once_the_others_have_landed(good):
    """However many they are: nothing that stops the job at a refusal keeps good rows from Odoo."""
    server = Naming(bool, bad=set(range(130)) - set(good))

    def refuse(item, _):
        raise StopIteration(item)

    with pytest.raises(StopIteration):
        isolate_named(range(130), server.send, RefusalRate(), server.land, refuse)
    assert server.landed == list(good)


@given(ITEMS_AND_BAD)
def test_a_refusal_that_names_nobody(case):
    """Is isolated by splitting."""
    count, bad = case
    server = refusing(bad)
    isolate_named(range(count), server.send, RefusalRate(), server.land, server.refuse)
    assert server.refused == sorted(bad)
    assert server.landed == sorted(set(range(count)) - bad)
