"""The worth of reading all records at once, beside asking for those that are needed."""

from __future__ import annotations

import pytest

from odoo_etl.sync.existing.preloading import WORTH_COUNTING, Ahead, is_worth_counting, pays, questions_ahead


@pytest.mark.parametrize(
    ("keys", "later", "ahead"),
    [
        ([5], 9, Ahead(10, 50)),
        ([5, 5, 5], 9, Ahead(10, 50)),
        ([1, 5], 9, Ahead(10, 50)),
        ([8, 4], 99, Ahead(8, 8)),
        ([16, 9, 4], 99, Ahead(8, 8)),
        ([800, 400], 1, Ahead(2, 600)),
    ],
)
def test_keys_become_fewer_at_the_pace_of_the_questions_so_far(keys, later, ahead):
    """With each question at least one; more than at first, they stay as many."""
    assert questions_ahead(keys, later) == pytest.approx(ahead)


@pytest.mark.parametrize(
    ("ahead", "records", "worth"),
    [
        (Ahead(4, 0), 0, True),  # counting costs two calls, and the page one
        (Ahead(3, 0), 0, False),
        (Ahead(10, 2000), 17_900, False),
        (Ahead(10, 2001), 17_999, False),
        (Ahead(10, 4000), 19_990, True),
        (Ahead(3, 100_000), 19_999, False),  # a count and two pages are no fewer calls
        (Ahead(4, 100_000), 19_999, True),
        (Ahead(4, 100_000), 20_000, False),
        (Ahead(197, 50_000), 50_000, True),
        (Ahead(20, 20_000), 1_000_000, False),
    ],
)
def test_reading_everything_pays_where_it_takes_fewer_calls_and_less_time(ahead, records, worth):
    """The figures are those of a real Odoo."""
    assert pays(ahead, records, 10_000, any_case=False) is worth


@pytest.mark.parametrize(
    ("ahead", "records", "worth"),
    [
        (Ahead(4, 4), 0, True),
        (Ahead(10, 500), 1000, True),
        (Ahead(10, 50), 49_999, True),
        (Ahead(10, 10), 49_999, False),
        (Ahead(18, 1800), 50_000, True),
        (Ahead(7, 700), 50_000, False),  # no fewer calls
    ],
)
def test_texts_in_any_case_cost_the_more_the_more_records_there_are(ahead, records, worth):
    """Each text is compared with each record."""
    assert pays(ahead, records, 10_000, any_case=True) is worth


def test_ten_questions_are_worth_counting():
    """Then counting and a page are a fifth of them."""
    assert is_worth_counting(Ahead(WORTH_COUNTING, 0))
    assert not is_worth_counting(Ahead(WORTH_COUNTING - 0.1, 0))
