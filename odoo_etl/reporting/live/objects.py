"""The display of `--log-format json`: each line one JSON object, with its time, level and event."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from odoo_etl.events import Phase, Wait
from odoo_etl.rejects import rejects_file
from odoo_etl.reporting.live.board import Board, JobState
from odoo_etl.reporting.live.plain import PlainDisplay
from odoo_etl.reporting.live.told import SHOWN_REJECTS
from odoo_etl.results import Destination, JobResult, RejectedRow, RunResult
from odoo_etl.text import redacted, secrets_in_use

REPEATED_S = 10.0  # a wait of the same kind is told again after so long
ENDINGS = {0: "info", 3: "warning", 8: "info"}  # exit code to level: done, with rejected rows, a plan with changes


def as_object(level: str, event: str, **known: Any) -> str:
    """An event as a JSON object in one line; no secret is in it."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    told = _redacted(known, secrets_in_use())
    text = json.dumps({"time": at, "level": level, "event": event, **told}, ensure_ascii=False, default=str)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a character
        return text.encode("ascii", "backslashreplace").decode("ascii")
    return text


def _redacted(value: Any, secrets: Iterable[str]) -> Any:
    """The value with secrets taken out of its texts, which leaves its form as it is."""
    if isinstance(value, str):
        return redacted(value, secrets)
    if isinstance(value, dict):
        return {name: _redacted(one, secrets) for name, one in value.items()}
    return [_redacted(one, secrets) for one in value] if isinstance(value, list | tuple) else value


class ObjectsDisplay(PlainDisplay):
    """Writes what happens as JSON objects; progress as seldom as in lines, phases and jobs each.

    Args:
        quiet: only warnings and errors, and no waits.
    """

    def __init__(
        self,
        *,
        quiet: bool = False,
        clock: Callable[[], float] = time.monotonic,
        stream: Callable[[], IO[str]] = lambda: sys.stderr,
        ticks: bool = True,
    ) -> None:
        self._run, self._quiet, self._command = "", quiet, ""
        self._waits: dict[tuple[str, str], float] = {}
        super().__init__(clock=clock, stream=stream, ticks=ticks)

    def tell(self, level: str, event: str, **known: Any) -> None:
        """Write one object."""
        if self._quiet and level == "info":
            return
        with suppress(OSError):
            stream = self._stream()
            stream.write(f"{as_object(level, event, run=self._run, **known)}\n")
            stream.flush()

    def run_started(self, run_id: str, folder: Path) -> None:
        """Write it."""
        super().run_started(run_id, folder)
        self._run = run_id
        self.tell("info", "run_started", folder=str(folder))

    def jobs_chosen(self, jobs: Sequence[str]) -> None:
        """Write them."""
        super().jobs_chosen(jobs)
        self.tell("info", "jobs_chosen", jobs=list(jobs))

    def connected(self, destination: Destination) -> None:
        """Write where to."""
        self.tell("info", "connected", **asdict(destination))

    def phase(self, job: str, phase: Phase) -> None:
        """Write it."""
        super().phase(job, phase)
        self.tell("info", "phase", job=job, phase=str(phase))

    def job_started(self, job: str, rows: int) -> None:
        """Write it."""
        super().job_started(job, rows)
        self.tell("info", "job_started", job=job, rows=rows)

    def waiting(self, job: str, wait: Wait) -> None:
        """Write it, but not each time that it is told again."""
        super().waiting(job, wait)
        now = self.now()
        if not self._quiet and now - self._waits.get((job, wait.reason), -REPEATED_S) >= REPEATED_S:
            self._waits[job, wait.reason] = now
            self.tell("warning", "wait", job=job, **asdict(wait))

    def rejected(self, job: str, row: RejectedRow) -> None:
        """Write the first of a job, then where the others are."""
        with self._lock:
            shown = self._shown[job]
            self._shown[job] += 1
        if shown < SHOWN_REJECTS:
            known = {name: getattr(row, name) for name in ("file", "line", "field", "stage", "code", "reason")}
            self.tell("warning", "rejected", job=job, **known)
        elif shown == SHOWN_REJECTS:
            self.tell("warning", "more_rejected", job=job, rejects_file=str(rejects_file(self._folder, job)))

    def note(self, job: str, text: str) -> None:
        """Write it."""
        self.tell("info", "note", job=job, text=text)

    def job_finished(self, result: JobResult) -> None:
        """Write how it ended, with its counts."""
        Board.job_finished(self, result)
        known = {name: getattr(result, name) for name in ("job", "model", "part", "status", "elapsed_s", "error")}
        level = "info" if result.status == "done" else "error"
        self.tell(level, "job_finished", **known, counts=asdict(result.counts), exit_code=result.exit_code)

    def run_finished(self, result: RunResult) -> None:
        """Write how it ended."""
        known = {name: getattr(result, name) for name in ("command", "exit_code", "elapsed_s", "error", "notes")}
        self.tell(ENDINGS.get(result.exit_code, "error"), "run_finished", **known, folder=str(result.folder))

    def tick(self) -> None:
        """Write how far the jobs are, and that a signal has come."""
        if self.stopping and not self._stops:
            self._stops = True
            calls = sum(len(state.calls) for state in self.running())
            self.tell("warning", "interrupted", calls=calls)
        self.tell_progress(self.now())

    def tell_progress(self, now: float) -> None:
        """Write how far those jobs are whose turn it is."""
        for state in self.due(now):
            self.tell("info", "progress", job=state.job, **_figures(state, now))


def _figures(state: JobState, now: float) -> dict[str, Any]:
    left = state.left_s(now)
    wait = state.waits(now)
    return {
        "phase": None if state.phase is None else str(state.phase),
        "rows": state.rows,
        "done": state.done,
        "resumed": state.resumed,
        "rows_per_s": round(state.per_s(now), 2),
        "elapsed_s": round(now - state.began, 1),
        "left_s": None if left is None else round(left, 1),
        "counts": asdict(state.counts),
        "calls": list(state.calls),
        "wait": None if wait is None else asdict(wait),
    }
