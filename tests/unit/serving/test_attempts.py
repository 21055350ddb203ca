"""Which attempt follows: only where another one can help, and ever later."""

from __future__ import annotations

import pytest

from odoo_etl.serving.attempts import KILLED, MOST_BUSY_S, Next, next_attempt
from odoo_etl.state import Attempt


def ended(*codes: int, verb: str = "run", counts: bool = True) -> list[Attempt]:
    """Attempts with these exit codes."""
    return [Attempt(verb, 0.0, f"run-{code}", exit_code=code, counts=counts) for code in codes]


@pytest.mark.parametrize("code", [0, 2, 3, 4, 7, 8, 130])
def test_where_none_can_help_none_follows(code):
    assert next_attempt(ended(code), 5, 0.0, is_known=True) is None


@pytest.mark.parametrize("code", [1, 143, KILLED, 128 + 11])
def test_a_run_that_broke_off_is_gone_on_with(code):
    assert next_attempt(ended(code), 1, 0.0, is_known=True) == Next("resume", 60.0)


@pytest.mark.parametrize("code", [1, 143, KILLED])
def test_one_that_the_ledger_does_not_know_is_begun_anew(code):
    assert next_attempt(ended(code), 1, 0.0, is_known=False) == Next("run", 60.0)


def test_where_nothing_was_written_there_is_nothing_to_go_on_with():
    assert next_attempt(ended(5), 1, 0.0, is_known=True) == Next("run", 60.0)


def test_each_comes_later_than_the_one_before_and_they_come_to_an_end():
    waits = [next_attempt(ended(*[1] * count), 5, 0.0, is_known=True) for count in range(1, 7)]
    assert [one and one.wait_s for one in waits] == [60.0, 240.0, 960.0, 1800.0, 1800.0, None]


def test_who_waits_for_another_run_loses_no_attempt_and_waits_no_longer_than_half_a_day():
    assert next_attempt(ended(6, counts=False), 0, 0.0, is_known=True) == Next("run", 60.0, counts=False)
    assert next_attempt(ended(6, counts=False), 0, 3600.0, is_known=True) == Next("run", 600.0, counts=False)
    assert next_attempt(ended(6, counts=False), 5, MOST_BUSY_S, is_known=True) is None


def test_a_run_that_cannot_be_gone_on_with_is_begun_anew_at_once():
    assert next_attempt(ended(1) + ended(2, verb="resume"), 0, 0.0, is_known=True) == Next("run", 0.0, counts=False)


def test_one_that_its_server_interrupted_costs_no_attempt():
    assert next_attempt(ended(143, counts=False), 0, 0.0, is_known=True) == Next("resume", 60.0)
