"""The state of a run as a watcher knows it."""

from __future__ import annotations

import pytest

from odoo_etl.events import Answered, Phase, Wait
from odoo_etl.reporting.live.board import Board
from tests.unit.reporting.live.runs import CALL, Clock, begin, done, move


@pytest.fixture
def clock():
    """Stands still."""
    return Clock()


@pytest.fixture
def board(clock):
    """Of a run whose one job has its rows."""
    made = Board(clock)
    begin(made)
    return made


def test_what_an_earlier_run_had_done_is_no_speed(board, clock):
    """And is not among the rows that are left."""
    board.resumed("partners", 30_000)
    move(board, clock, 0.1, created=30_000)
    move(board, clock, 9.9, created=31_000)
    state = board.jobs["partners"]
    assert state.per_s(clock.now) == pytest.approx(100)
    assert state.left_s(clock.now) == pytest.approx(190)


def test_nobody_knows_how_long_a_job_takes_whose_rows_are_not_known(clock):
    """Nor one of which no row is done."""
    board = Board(clock)
    board.phase("partners", Phase.SOURCE)
    assert board.jobs["partners"].left_s(clock.now) is None
    board.job_started("partners", 10)
    board.phase("partners", Phase.ROWS)
    assert board.jobs["partners"].left_s(clock.now) is None


def test_a_wait_ends_after_its_time_or_with_an_answer(board, clock):
    """An answer that is an error is none."""
    state = board.jobs["partners"]
    board.waiting("partners", Wait("server", "HTTP 503", 8.0, 3, 6))
    clock.now += 3
    assert state.waits(clock.now).seconds == pytest.approx(5)
    board.answered("partners", Answered(CALL, 1, 0.1, "TransientError"))
    assert state.waits(clock.now) is not None
    board.answered("partners", Answered(CALL, 1, 0.1))
    assert state.waits(clock.now) is None
    board.waiting("partners", Wait("lock", "waiting for job:partners", 0.5))
    clock.now += 1
    assert state.waits(clock.now) is None


def test_a_job_that_is_looked_at_again_is_at_work_again(board):
    """Other jobs may have changed its records."""
    assert [state.job for state in board.running()] == ["partners"]
    board.job_finished(done("partners", read=3, created=3))
    assert (board.running(), board.finished(), board.rows()) == ([], 1, 3)
    board.phase("partners", Phase.LOOK)
    assert [state.job for state in board.running()] == ["partners"]


def test_jobs_for_lookups_are_none_of_the_run_s(board):
    """They are at work, and not counted."""
    board.phase("partners/country_id", Phase.ROWS)
    board.job_finished(done("partners/country_id", read=2, created=2))
    assert board.finished() == 0


def test_records_of_an_export(clock):
    """They are done when they are kept; those of an export that was broken off are no speed."""
    board = Board(clock)
    board.phase("res.partner", Phase.EXPORT)
    board.job_started("res.partner", 5_000)
    board.resumed("res.partner", 1_000)
    board.exported("res.partner", 1_000)
    clock.now += 10
    board.exported("res.partner", 3_000)
    state = board.jobs["res.partner"]
    assert (state.done, state.per_s(clock.now)) == (3_000, pytest.approx(200))
    assert state.left_s(clock.now) == pytest.approx(10)
