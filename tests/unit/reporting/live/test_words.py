"""The sentences of what a run tells while it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.events import Phase, Wait
from odoo_etl.reporting.live.board import Board
from odoo_etl.reporting.live.words import (
    DOING,
    finished_line,
    more_rejected_line,
    overall,
    progress_line,
    rejected_line,
    stopping_line,
    waits_for,
    waits_shortly_for,
)
from odoo_etl.results import JobResult
from tests.unit.reporting.live.runs import CALL, ROW, Clock, begin, done, move, start


@pytest.fixture
def clock():
    """Stands still."""
    return Clock()


def test_a_line_says_all_that_is_known(clock):
    """How far, how fast, how long, what became of the rows, and what is on its way."""
    board = Board(clock)
    begin(board)
    board.calling("partners", (CALL, CALL))
    move(board, clock, 25, created=28_000, updated=2_500, rejected=12)
    assert progress_line(board.jobs["partners"], clock.now, planned=False) == (
        "partners: 61 %, 30,512 of 50,000 rows, 1,220 rows/s, 0:15 to go, 0:25;"
        " 28,000 created, 2,500 updated, 12 rejected; 2 calls: res.partner.create, no answer for 0:25"
    )


def test_a_line_says_what_is_waited_for(clock):
    """In place of calls: none is on its way."""
    board = Board(clock)
    begin(board)
    move(board, clock, 1, created=1)
    board.waiting("partners", Wait("server", "HTTP 503: busy", 8.0, 3, 6))
    line = progress_line(board.jobs["partners"], clock.now, planned=False)
    assert line.endswith("; 1 created; waits: HTTP 503: busy, again in 8 s, 3 of 6")


@pytest.mark.parametrize(
    ("wait", "shown"),
    [
        (Wait("server", "HTTP 503", 8.4, 3, 6), "waits: HTTP 503, again in 8 s, 3 of 6"),
        (Wait("server", "HTTP 503", 0.44), "waits: HTTP 503, again in 0.4 s"),
        (Wait("lock", "waiting for job:partners", 0.01), "waits: waiting for job:partners, again in 0.1 s"),
    ],
)
def test_waits_say_when_and_which(wait, shown):
    """The number of the attempt only where attempts end it."""
    assert waits_for(wait) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("res.partner.create: http://127.0.0.1:8069 answered HTTP 503: busy", "waits: Odoo answered HTTP 503: busy"),
        ("m.read: cannot connect to https://erp.example.com/x: refused", "waits: cannot connect to Odoo: refused"),
        ("waiting for job:partners: run 1 works on it", "waits: waiting for job:partners: run 1 works on it"),
    ],
)
def test_on_a_screen_a_wait_is_short(text, shown):
    """Without what the screen says already; when it is over is never cut."""
    wait = Wait("server", text, 8.0, 3, 6)
    assert waits_shortly_for(wait, 200) == f"{shown}, again in 8 s, 3 of 6"
    assert waits_shortly_for(wait, 40).endswith("…, again in 8 s, 3 of 6")
    assert len(waits_shortly_for(wait, 40)) == 40


def test_a_job_without_rows_yet_says_what_it_is_at(clock):
    """A source that takes minutes is no hung program."""
    board = Board(clock)
    board.phase("partners", Phase.SOURCE)
    clock.now += 70
    assert progress_line(board.jobs["partners"], clock.now, planned=False) == "partners: 1:10; reads the source"


def test_every_phase_has_words():
    """But for those whose rows say it."""
    assert set(Phase) - set(DOING) == {Phase.ROWS, Phase.EXPORT, Phase.UNDO}


def test_a_plan_says_what_would_be(clock):
    """It creates nothing."""
    board = Board(clock)
    begin(board)
    move(board, clock, 1, created=5)
    assert "5 to create" in progress_line(board.jobs["partners"], clock.now, planned=True)


def test_rejects_are_named_by_their_place():
    """A file where the source has several."""
    assert rejected_line("j", ROW) == "j: rejected line 7: name: needs a value"
    assert more_rejected_line("j", Path("/runs/r1")) == "j: more rejected rows go to /runs/r1/rejects/j.csv"


def test_the_end_of_a_job_in_one_line():
    """How it went, or why not."""
    assert (
        finished_line(done("partners", read=12, created=12), planned=False) == "partners: 12 rows: 12 created, 41.2 s"
    )
    failed = JobResult("partners", "res.partner", "failed", error="no rights")
    assert finished_line(failed, planned=False) == "partners: FAILED: no rights"


def test_who_stops_is_told_what_is_finished(clock):
    """And how to leave at once."""
    board = Board(clock)
    begin(board)
    assert stopping_line(board) == "interrupted: ending in order; Ctrl-C again leaves at once"
    board.calling("partners", (CALL,) * 4)
    assert stopping_line(board) == "interrupted: finishing 4 calls; Ctrl-C again leaves at once"


def test_the_line_over_all_jobs(clock):
    """Jobs that nobody has read yet make the time a lower bound; a single job needs no such line."""
    board = Board(clock)
    begin(board, "firms", "people", rows=100)
    move(board, clock, 10, "firms", created=50)
    assert [text for _, text in overall(board)] == ["0 of 2 jobs", "50 rows", "0:10", "at least 0:10 to go"]
    board.job_finished(done("firms", read=100, created=100))
    start(board, "people", 300)
    move(board, clock, 10, "people", created=100)
    assert [text for _, text in overall(board)] == ["1 of 2 jobs", "200 rows", "0:20", "0:20 to go"]
    board.jobs_chosen(["firms"])
    assert overall(board) == []
