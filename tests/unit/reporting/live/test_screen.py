"""The picture on a terminal: what it shows, and that it fits."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from odoo_etl.events import Phase, Wait
from odoo_etl.reporting.live.picture import picture
from odoo_etl.reporting.live.screen import ScreenDisplay
from tests.unit.reporting.live.runs import CALL, ROW, Clock, begin, done, move, start

LONG = "migration_of_all_partners_and_their_addresses_belgium"


class Screen:
    """A display on a terminal of so many columns."""

    def __init__(self, width=80):
        self.clock, self.written = Clock(), io.StringIO()
        self.console = Console(file=self.written, width=width, height=24, force_terminal=True, color_system=None)
        self.display = ScreenDisplay(clock=self.clock, console=self.console, ticks=False)

    def lines(self):
        """The lines of the jobs as they are now."""
        width = self.console.width
        shown = self.console.render_lines(picture(self.display, width, planned=False), pad=False)
        return [Text.assemble(*[segment.text for segment in line]).plain.rstrip() for line in shown]


@pytest.fixture
def screen():
    """Of a run of one job with its rows."""
    made = Screen()
    begin(made.display)
    return made


def test_a_job_has_two_lines(screen):
    """How far it is; what became of its rows, and what is on its way."""
    screen.display.calling("partners", (CALL,) * 4)
    move(screen.display, screen.clock, 24, created=28_000, updated=2_500, rejected=12)
    screen.display.calling("partners", ())
    screen.display.calling("partners", (CALL,) * 4)
    first, second = screen.lines()
    assert first.startswith("partners  ━")
    assert first.endswith(" 61 %  30,512/50,000  1,271/s  0:24  0:15 to go")
    assert second == "  28,000 created, 2,500 updated, 12 rejected · 4 calls: res.partner.create"


@pytest.mark.parametrize("width", [40, 50, 60, 72, 80, 120, 200])
@pytest.mark.parametrize("job", ["p", LONG])
def test_no_line_is_longer_than_the_terminal_and_no_number_is_cut(width, job):
    """Whatever the names and numbers are."""
    screen = Screen(width)
    begin(screen.display, job, "people", rows=12_345_678)
    counts = {"created": 3_456_789, "updated": 1_234_567, "unchanged": 2_345_678, "skipped": 3, "rejected": 12_345}
    move(screen.display, screen.clock, 4_000, job, **counts)
    screen.display.calling(job, ("very.long.model.name.of.a.module.web_save_multi",) * 4)
    screen.display.waiting(job, Wait("server", "https://erp.example.com: " + "busy " * 30, 8.0, 3, 6))
    screen.display.stop()
    lines = screen.lines()
    assert max(map(len, lines)) <= width
    assert lines[1].endswith("12,345 rejected") or "rejected · " in lines[1]
    assert "57 %" in lines[0]
    assert all(number in " ".join(lines) or width < 60 for number in ("7,049,382/12,345,678",))
    assert "3 of 6" in " ".join(lines)
    assert any(line.startswith("0 of 2 jobs") for line in lines)


def test_a_name_is_cut_in_its_middle():
    """Those of a migration begin alike."""
    screen = Screen()
    begin(screen.display, LONG)
    assert screen.lines()[0].startswith("migration_…_belgium  ") or "…" in screen.lines()[0][:22]
    assert screen.lines()[0][:22].startswith("migration_o")


def test_before_its_rows_are_known_a_job_says_what_it_is_at():
    """A server that does not answer, a source that takes minutes."""
    screen = Screen()
    screen.display.phase("partners", Phase.SOURCE)
    screen.clock.now += 75
    assert screen.lines() == ["partners  reads the source  1:15"]


def test_a_wait_counts_down(screen):
    """With the number of the attempt."""
    screen.display.waiting("partners", Wait("server", "HTTP 503: busy or down for the moment", 8.0, 3, 6))
    assert screen.lines()[-1] == "  waits: HTTP 503: busy or down for the moment, again in 8 s, 3 of 6"
    screen.clock.now += 5
    assert "again in 3 s" in screen.lines()[-1]


def test_fifty_jobs_leave_the_screen_to_those_at_work():
    """The others are one line each, above, and a number in the line over all."""
    screen = Screen()
    names = [f"job{number:02}" for number in range(50)]
    begin(screen.display, *names)
    for name in names[:30]:
        start(screen.display, name, 10)
        screen.display.job_finished(done(name, read=10, created=10))
    start(screen.display, "job30", 10)
    lines = screen.lines()
    assert len(lines) <= 3
    assert lines[-1].startswith("30 of 50 jobs  300 rows")


def test_what_is_said_goes_above_and_the_picture_goes_in_the_end(screen):
    """The cursor is shown again, also before a second signal ends the program."""
    screen.display.rejected("partners", ROW)
    screen.display.draw()
    drawn = screen.written.getvalue()
    assert "partners: rejected line 7: name: needs a value" in drawn
    assert "\x1b[?25l" in drawn
    screen.display.stop()
    screen.display.draw()
    assert "interrupted: ending in order" in screen.written.getvalue()
    assert screen.written.getvalue().rindex("\x1b[?25h") > drawn.rindex("\x1b[?25l")
    screen.display.note("partners", "the last word")
    screen.display.close()
    assert "the last word" in screen.written.getvalue()
    assert screen.written.getvalue().count("\x1b[?25h") >= 2


def test_another_width_begins_a_new_picture(screen):
    """What was drawn has been broken elsewhere, and cannot be drawn over."""
    move(screen.display, screen.clock, 1, created=1)
    screen.display.draw()
    screen.console.width = 60
    before = len(screen.written.getvalue())
    screen.display.draw()
    anew = screen.written.getvalue()[before:]
    assert "partners" in anew
    assert max(len(line) for line in screen.lines()) <= 60
    screen.display.close()


def test_a_message_of_a_server_does_not_steer_the_terminal(screen):
    """Nor is it markup."""
    screen.display.note("partners", "\x1b[2Jall is [red]well")
    screen.display.draw()
    screen.display.close()
    assert "\x1b[2J" not in screen.written.getvalue()
    assert "\\x1b[2Jall is [red]well" in screen.written.getvalue()
