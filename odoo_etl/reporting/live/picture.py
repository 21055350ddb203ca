"""The lines of a screen: two or three for each job that is at work, and one over all; they fit its width."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from odoo_etl.reporting.live.board import Board, JobState
from odoo_etl.reporting.live.figures import duration, fitting, in_the_middle, per_second, percent
from odoo_etl.reporting.live.words import doing, on_their_way, outcomes, overall, stopping_line, waits_shortly_for
from odoo_etl.text import printable

LONGEST_NAME = 22
NARROW_NAME = 12
NARROW = 72
SHORTEST_BAR, LONGEST_BAR = 8, 40
MOST_JOBS = 4  # at work at once: one, those that are looked at once more, those that create for lookups


def picture(board: Board, width: int, *, planned: bool) -> RenderableType:
    """The jobs as they are now, in so many columns."""
    return Group(*_rows(board, width, planned=planned))


def _rows(board: Board, width: int, *, planned: bool) -> Iterator[RenderableType]:
    now = board.now()
    for state in board.running()[-MOST_JOBS:]:
        yield _first_line(state, now, width)
        yield from _more_lines(state, now, width, planned=planned)
    if text := fitting(overall(board), width):
        yield Text(text, "bold", no_wrap=True, overflow="ellipsis")
    if board.stopping:
        yield Text(stopping_line(board), "bold yellow", no_wrap=True, overflow="ellipsis")


def _first_line(state: JobState, now: float, width: int) -> RenderableType:
    """`partners  ━━━━━━━━╺━━━━━  61 %  30,512/50,000  1,234/s  0:24  0:16 to go`."""
    name = in_the_middle(printable(state.job), LONGEST_NAME if width >= NARROW else NARROW_NAME)
    figures = fitting(list(_figures(state, now)), width - len(name) - 2)
    room = width - len(name) - len(figures) - 4
    line = Table.grid(padding=(0, 2, 0, 0))
    cells: list[RenderableType] = [Text(name, "bold", no_wrap=True)]
    if state.rows and room >= SHORTEST_BAR:
        cells.append(ProgressBar(state.rows, state.done, width=min(room, LONGEST_BAR)))
    line.add_row(*cells, Text(figures, no_wrap=True))
    return line


def _figures(state: JobState, now: float) -> Iterator[tuple[int, str]]:
    if state.rows is None:
        yield 0, doing(state) or "begins"
        yield 1, duration(now - state.began)
        return
    speed, left = state.per_s(now), state.left_s(now)
    yield 0, f"{percent(state.done, state.rows):>3} %"
    yield 1, f"{state.done:,}/{state.rows:,}"
    yield 3, f"{per_second(speed)}/s" if speed else ""
    yield 4, duration(now - state.began)
    yield 2, f"{duration(left)} to go" if left is not None and state.done < state.rows else ""


def _more_lines(state: JobState, now: float, width: int, *, planned: bool) -> Iterator[RenderableType]:
    wait = state.waits(now)
    parts = [
        (0, outcomes(state.counts, planned=planned, width=width - 2)),
        (1, doing(state) if state.rows is not None else ""),
        (2, "" if wait else on_their_way(state, now)),
    ]
    if text := fitting(parts, width - 2, " · "):
        yield Text(f"  {text}", "dim", no_wrap=True, overflow="ellipsis")
    elif state.rows is not None:
        yield Text("")  # so that what is below does not jump
    if wait:
        yield Text(f"  {waits_shortly_for(wait, width - 2)}", "yellow", no_wrap=True)
