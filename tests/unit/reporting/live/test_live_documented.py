"""docs/watching.md shows what is shown: its lines are played, its tables are complete."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from odoo_etl.events import Phase, Wait
from odoo_etl.reporting.live.board import Board
from odoo_etl.reporting.live.objects import ObjectsDisplay
from odoo_etl.reporting.live.picture import picture
from odoo_etl.reporting.live.words import DOING, progress_line, stopping_line, waits_shortly_for
from odoo_etl.reporting.text import counts_line
from odoo_etl.results import Counts, JobResult, RunResult
from tests.unit.reporting.live.runs import CALL, ROW, Clock, begin, done, move, start

PAGE = (Path(__file__).parents[4] / "docs/watching.md").read_text("utf-8")
COUNTS = {"created": 28_000, "updated": 2_500, "rejected": 12}


@pytest.fixture
def clock():
    """Stands still."""
    return Clock()


@pytest.fixture
def board(clock):
    """The run that the page shows."""
    made = Board(clock)
    begin(made, "firms", "partners", "orders", rows=12_000)
    clock.now += 17
    made.job_finished(done("firms", read=12_000, created=12_000))
    start(made, "partners", 50_000)
    clock.now += 24
    made.calling("partners", (CALL,) * 4)
    move(made, clock, 0, **COUNTS)
    return made


def test_the_picture(board):
    """As a terminal of 80 columns has it."""
    written = io.StringIO()
    Console(file=written, width=80, force_terminal=True, color_system=None).print(picture(board, 80, planned=False))
    shown = [line.rstrip() for line in written.getvalue().splitlines()]
    (block,) = [one for one in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) if one.startswith("partners  ━")]
    bar = re.compile("[━╺╸]+ *")  # without colours, what is left is blank
    assert bar.sub("━ ", "\n".join(shown)) == bar.sub("━ ", block.strip())


def test_the_line_of_a_log(board, clock):
    """Behind its time."""
    line = progress_line(board.jobs["partners"], clock.now, planned=False)
    assert f"06:12:40 {line}\n" in PAGE


def test_other_lines(board):
    """A wait, an interrupt, rows that were not attempted."""
    text = "res.partner.create: https://erp.example.com answered HTTP 503: busy or down for the moment"
    assert f"  {waits_shortly_for(Wait('server', text, 8.0), 78)}\n" in PAGE
    assert stopping_line(board) in PAGE
    counts = Counts(50_000, created=31_000, failed=19_000, not_attempted=19_000)
    assert f"partners → res.partner: {counts_line(counts)}\n" in PAGE


def test_each_event_stands_in_the_table(clock):
    """With its level."""
    written = io.StringIO()
    display = ObjectsDisplay(clock=clock, stream=lambda: written, ticks=False)
    begin(display)
    display.phase("partners", Phase.STEPS)
    display.waiting("partners", Wait("server", "HTTP 503", 8.0))
    for _ in range(6):
        display.rejected("partners", ROW)
    display.note("partners", "goes on")
    clock.now += 60
    display.stop()
    display.tick()
    display.job_finished(JobResult("partners", "res.partner"))
    display.run_finished(RunResult("r1", "run", "now"))
    told = {(one["event"], one["level"]) for one in map(json.loads, written.getvalue().splitlines())}
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    table = {(name, row[2]) for row in rows for name in re.findall("`([a-z_]+)`", row[1])}
    known = {name for name, _ in table}
    assert {event for event, _ in told} | {"log", "error"} == known
    assert all(any(event == name and level in levels for name, levels in table) for event, level in told)


@pytest.mark.parametrize("phase", [Phase.SOURCE, Phase.STEPS, Phase.VANISHED])
def test_what_a_job_is_at_is_quoted(phase):
    """In the words of the screen."""
    assert f"`{DOING[phase]}`" in PAGE
