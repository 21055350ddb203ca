"""A run while it goes on, whoever started it: what its events say, pushed to the page about once a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from odoo_etl.dashboard.frame import NotThere, checked_run
from odoo_etl.reporting.events import is_alive
from odoo_etl.reporting.live import Replay, doing, how_far, outcomes, waits_for
from odoo_etl.reporting.run_folder import RESULTS_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.reporting.live import JobState

EVERY_S: Final = 1.0
LONGEST_S: Final = 600.0  # then the browser asks again, and who it is is looked at again
REPORT_ROUNDS: Final = 5  # for the report, which a run writes after its last event, and one that was killed does not
STEP: Final = 10  # percent: so often a screen reader is told


@dataclass(frozen=True, slots=True)
class JobSeen:
    """A job as it is now, in words."""

    state: JobState
    far: str
    rows: str
    doing: str
    waits: str
    rejected: int


@dataclass
class Course:
    """The pace of a stream; tests have another one."""

    every_s: float = EVERY_S
    longest_s: float = LONGEST_S
    sleep: Callable[[float], Any] = field(default=asyncio.sleep)
    clock: Callable[[], float] = time.monotonic


def folder_of(visit: Visit) -> Path:
    """The folder of the run in the address. Raises NotThere: there is none."""
    run = checked_run(visit.path["run"])
    folder = visit.site.project(with_jobs=False).state_dir / "runs" / run
    if not folder.is_dir():
        raise NotThere(f"there is no run {run} on this machine")
    return folder


def live(visit: Visit) -> Response:
    """The stream of a run: `progress` with the part of the page, `said` with a line for who hears it, `ended`."""
    folder = folder_of(visit)
    stream = streamed(visit, folder, Course())
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def streamed(visit: Visit, folder: Path, course: Course) -> AsyncIterator[bytes]:
    """The events of the stream, until the run ends or the time is over."""
    replay, told, said, began, waited = Replay(folder), "", "", course.clock(), 0
    while course.clock() - began < course.longest_s:
        is_over = await run_in_threadpool(_read, replay, folder)
        part = await run_in_threadpool(part_of, visit, replay)
        if part != told:
            told = part
            yield _event("progress", part)
        if (line := summary(replay)) != said:
            said = line
            yield _event("said", line)
        if is_over and (waited >= REPORT_ROUNDS or (folder / RESULTS_FILE).exists()):
            yield _event("ended", "")
            return
        waited += is_over
        await course.sleep(course.every_s)


def _read(replay: Replay, folder: Path) -> bool:
    """Take what is new; whether nothing more will come."""
    is_dead = is_alive(folder) is False  # before the last lines are read
    replay.read()
    return replay.is_ended or is_dead


def part_of(visit: Visit, replay: Replay) -> str:
    """The part of the page that shows how far a run is."""
    replay.wait_until(visit.site.clock())
    jobs = [_seen(one, replay) for one in replay.board.jobs.values() if one.job]
    left = [name for name in replay.board.chosen if name not in replay.board.jobs]
    text = visit.render(
        "live_part.html", jobs=jobs, replay=replay, board=replay.board, left=left, run=visit.path["run"]
    )
    return bytes(text.body).decode()


def _seen(state: JobState, replay: Replay) -> JobSeen:
    now, planned = replay.board.now(), replay.command in {"plan", "reconcile"}
    wait = state.waits(now)
    rejected = sum(rows for (job, _), rows in replay.rejected.items() if job == state.job)
    return JobSeen(
        state,
        how_far(state, now),
        outcomes(state.counts, planned=planned),
        doing(state),
        waits_for(wait) if wait else "",
        rejected,
    )


def summary(replay: Replay) -> str:
    """A line for who hears the page: which job, and how far in tens of percents."""
    board = replay.board
    if replay.is_ended:
        return "The run has ended."
    running = [one for one in board.running() if one.job]
    if not running:
        return "The run begins." if not board.jobs else ""
    last = running[-1]
    far = f"{100 * last.done // last.rows // STEP * STEP} percent" if last.rows else doing(last) or "begins"
    return f"{last.job}: {far}. {board.finished()} of {len(board.chosen) or len(board.jobs)} jobs have ended."


def _event(name: str, data: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()
