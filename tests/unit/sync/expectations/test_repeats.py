"""Hashes that repeat, among more than are compared at a time."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.sync.expectations.repeats import LOOKED_AT, Repeats


@given(st.lists(st.lists(st.integers(-4, 4), max_size=6), max_size=6), st.integers(1, 7))
def test_repeats_are_counted_however_rows_are_parted(chunks, part_rows):
    """0 is no hash."""
    repeats = Repeats(part_rows)
    for chunk in chunks:
        repeats.add(chunk, len(chunk))
    counted = Counter(each for chunk in chunks for each in chunk if each)
    wanted = {each for each, count in counted.items() if count > 1}
    assert repeats.found() == (wanted, sum(counted[each] - 1 for each in wanted))


def test_those_that_repeat_first_are_followed_up():
    """However many do."""
    repeats = Repeats(100)
    many = list(range(1, 2 * LOOKED_AT + 1))
    repeats.add([*many, *many], 2 * len(many))
    hashes, count = repeats.found()
    assert (hashes, count) == (set(many[:LOOKED_AT]), len(many))
