"""Lines of a log: few, and nothing of a short run that goes well."""

from __future__ import annotations

import io
import re
import threading

import pytest

from odoo_etl.events import Wait
from odoo_etl.reporting.live.plain import PlainDisplay
from odoo_etl.reporting.live.quiet import QuietDisplay
from odoo_etl.results import JobResult
from tests.unit.reporting.live.runs import ROW, Clock, begin, done, move

DESTINATION = "main: https://erp.example.com, database erp, user bot, Odoo 19.0"


class Shown:
    """A display, its clock, and what it wrote."""

    def __init__(self, kind=PlainDisplay):
        self.clock, self.written = Clock(), io.StringIO()
        self.display = kind(clock=self.clock, stream=lambda: self.written, ticks=False)

    def run_for(self, seconds, of=50_000):
        """Rows come for so long, and the display ticks as it does."""
        for second in range(1, seconds + 1):
            move(self.display, self.clock, 1, created=of * second // (seconds + 1))
            self.display.tick()

    @property
    def lines(self):
        """What was written, without the time."""
        lines = self.written.getvalue().splitlines()
        assert all(re.match(r"\d\d:\d\d:\d\d \S", line) for line in lines)
        return [line[9:] for line in lines]


@pytest.fixture
def shown():
    """Of a run that begins."""
    made = Shown()
    begin(made.display)
    return made


def test_a_short_run_that_goes_well_says_nothing(shown):
    """A mail of cron would have no other reason to be sent."""
    shown.run_for(9)
    shown.display.job_finished(done("partners", read=50_000, created=50_000))
    shown.display.close()
    assert shown.lines == []


def test_a_long_run_says_how_far_it_is(shown):
    """After ten seconds, first where it writes; each line names its job."""
    shown.run_for(21)
    assert shown.lines[0] == DESTINATION
    assert len(shown.lines) == 3
    assert all(line.startswith("partners: ") and " rows/s, " in line for line in shown.lines[1:])


@pytest.mark.parametrize(("hours", "most"), [(1, 60), (24, 100)])
def test_a_run_of_hours_fills_no_log(shown, hours, most):
    """Ever more seldom, but never no more."""
    shown.run_for(hours * 3600)
    assert most / 2 < len(shown.lines) < most


def test_what_goes_wrong_is_said_at_once(shown):
    """After where it went wrong; of many rejects the first."""
    for _ in range(9):
        shown.display.rejected("partners", ROW)
    shown.display.job_finished(JobResult("partners", "res.partner", "failed", error="no rights"))
    assert shown.lines == [
        DESTINATION,
        *["partners: rejected line 7: name: needs a value"] * 5,
        "partners: more rejected rows go to /runs/r1/rejects/partners.csv",
        "partners: FAILED: no rights",
    ]


def test_a_long_wait_is_in_the_lines(shown):
    """They come though nothing else happens."""
    for _ in range(12):
        shown.display.waiting("partners", Wait("server", "HTTP 503", 2.0))
        shown.clock.now += 1
        shown.display.tick()
    assert shown.lines[1:] == ["partners: 0 %, 0 of 50,000 rows, 0:10; waits: HTTP 503, again in 1 s"]


def test_jobs_of_a_long_run_are_told_as_they_end():
    """Of a short one the result says it."""
    shown = Shown()
    begin(shown.display, "firms", "people")
    shown.display.job_finished(done("firms", read=1, created=1))
    assert shown.lines == []
    shown.clock.now += 60
    shown.display.job_finished(done("people", read=1, created=1))
    assert shown.lines[1:] == ["people: 1 rows: 1 created, 41.2 s"]


def test_an_interrupt_is_answered_once(shown):
    """By the thread that ticks: the handler of the signal only takes note."""
    shown.display.stop()
    assert shown.lines == []
    shown.display.tick()
    shown.display.tick()
    assert shown.lines[1:] == ["interrupted: ending in order; Ctrl-C again leaves at once"]


def test_a_display_ticks_by_itself():
    """In a thread that ends with it."""
    written, before = io.StringIO(), threading.active_count()
    display = PlainDisplay(stream=lambda: written)
    display.stop()
    for _ in range(100):
        if written.getvalue():
            break
        threading.Event().wait(0.05)
    display.close()
    assert "interrupted" in written.getvalue()
    assert threading.active_count() == before


def test_a_message_of_a_server_does_not_steer_the_terminal(shown):
    """It could clear the screen and say that all is well."""
    shown.display.note("partners", "\x1b[2Jall is well")
    assert shown.lines[1:] == ["partners: \\x1b[2Jall is well"]


def test_quiet_says_only_what_went_wrong():
    """No progress, no note, no job that ended well."""
    shown = Shown(QuietDisplay)
    begin(shown.display, "firms", "people")
    shown.run_for(60)
    shown.display.note("firms", "goes on")
    shown.display.job_finished(done("firms", read=1, created=1))
    assert shown.lines == []
    shown.display.rejected("people", ROW)
    shown.display.job_finished(JobResult("people", "res.partner", "failed", error="no rights"))
    assert shown.lines[1:] == ["people: rejected line 7: name: needs a value", "people: FAILED: no rights"]


def test_a_full_disk_ends_no_run(shown):
    """The work goes on."""

    class Full(io.StringIO):
        def write(self, _text):
            raise OSError(28, "No space left on device")

    shown.written = Full()
    shown.display.note("partners", "goes on")
