"""Numbers of rows that are unlike those of the last runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.alerting.volume import unlike
from odoo_etl.spec import VolumeRule

RULE = VolumeRule()


@pytest.mark.parametrize(
    ("before", "rows", "word"),
    [
        ([1000] * 5, 1500, None),  # half more is allowed,
        ([1000] * 5, 1501, "more"),  # and not one row beyond
        ([1000] * 5, 500, None),
        ([1000] * 5, 499, "fewer"),
        ([1000] * 5, 0, "fewer"),
        ([1000] * 4, 0, None),  # nobody knows yet
        ([0] * 5, 10, None),  # a few rows are nothing
        ([0] * 5, 11, "more"),
        ([1000, 1, 1000, 9_000_000, 1000], 1000, None),  # odd runs do not move what is usual
        ([1000, 1, 1000, 9_000_000, 1000], 1501, "more"),
        ([0, 5000, 100, 9000, 2000, 7000, 50, 4000, 8000, 300], 9500, None),  # one that is never the same
        ([*[9000] * 5, *[100] * 10], 100, None),  # the last ten count
        ([*[9000] * 5, *[100] * 10], 9000, "more"),
    ],
)
def test_limits(before, rows, word):
    """By the share, by rows, and by how the last runs differ among each other."""
    found = unlike(rows, before, RULE)
    assert (word in str(found)) if word else found is None


def test_it_says_what_is_usual():
    """With the range that would have been."""
    told = str(unlike(3, [1000] * 5, RULE))
    assert told == "3 rows, fewer than usual: mostly 1,000, from 500 to 1,500 expected"


@given(st.lists(st.integers(0, 10**6), max_size=30))
def test_the_median_itself_is_never_odd(before):
    """Nor is anything between the numbers in the middle."""
    last = sorted(before[-RULE.runs :])
    if last:
        assert unlike(last[len(last) // 2], before, RULE) is None or len(last) % 2 == 0


@given(st.lists(st.integers(960, 1040), min_size=5, max_size=10), st.integers(0, 10**6), st.data())
def test_one_odd_run_of_several_changes_no_verdict_far_from_it(before, odd, data):
    """Whatever it was, and wherever it stands: 1,000 is as usual, and 10 is not."""
    before[data.draw(st.integers(0, len(before) - 1))] = odd
    assert unlike(1000, before, RULE) is None
    assert unlike(10, before, RULE) is not None
