"""A run as somebody sees it who was not there: the board that its events make, read while they are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from odoo_etl.events import Phase, Wait
from odoo_etl.reporting.events import EVENTS_FILE
from odoo_etl.reporting.live.board import Board
from odoo_etl.results import Counts, JobResult

MOST_BYTES: Final = 4 * 1024 * 1024  # that are read at once
MOST_NOTES: Final = 20  # the last ones
_COUNTED: Final = frozenset(one.name for one in fields(Counts))


class Replay:
    """The board of a run whose folder this is; `read` brings it up to the last line.

    Attributes:
        board: its clock is that of the run: seconds since it began.
        notes: the last ones: of which job, and what.
        rejected: rows by job and code.
        command: of the run.
        is_ended: the last line says so.
        exit_code: that it ended with.
        error: what ended it before its jobs did, or "".
    """

    def __init__(self, folder: Path) -> None:
        self._path, self._at, self._left, self.at_s = folder / EVENTS_FILE, 0, b"", 0.0
        self.board = Board(lambda: self.at_s)
        self.notes: list[tuple[str, str]] = []
        self.rejected: dict[tuple[str, str], int] = {}
        self.command, self.started_at, self.error = "", "", ""
        self.is_ended, self.exit_code = False, 0

    def read(self) -> bool:
        """Take what was written since; whether there was anything."""
        moved = False
        while chunk := self._more():
            *lines, self._left = (self._left + chunk).split(b"\n")
            for line in lines:
                moved |= self._take(line)
        return moved

    def wait_until(self, now: datetime) -> None:
        """Let the time of the run go on, also where it says nothing.

        Args:
            now: with its timezone.
        """
        try:
            passed_s = (now - datetime.fromisoformat(self.started_at)).total_seconds()
        except ValueError:  # it has not begun
            return
        if not self.is_ended:
            self.at_s = max(self.at_s, passed_s)

    def _more(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(self._at)
                chunk = file.read(MOST_BYTES)
        except OSError:
            return b""
        self._at += len(chunk)
        return chunk

    def _take(self, line: bytes) -> bool:
        try:
            known = json.loads(line)
        except ValueError:
            return False
        if not isinstance(known, dict):
            return False
        self.at_s = max(self.at_s, float(known.get("at_s", 0.0)))
        if take := _TAKES.get(str(known.get("event"))):
            take(self, known)
        return True

    def begun(self, line: Mapping[str, Any]) -> None:
        """The run began."""
        self.command, self.started_at = str(line.get("command", "")), str(line.get("time", ""))

    def chosen(self, line: Mapping[str, Any]) -> None:
        """Its jobs are known."""
        self.board.jobs_chosen([str(one) for one in line.get("jobs", ())])

    def phase(self, line: Mapping[str, Any]) -> None:
        """A job is at something; phases of a later version are left out."""
        if line.get("phase") in {one.value for one in Phase}:
            self.board.phase(_job(line), Phase(line["phase"]))

    def job_started(self, line: Mapping[str, Any]) -> None:
        """The rows of a job are counted."""
        self.board.job_started(_job(line), int(line.get("rows", 0)))

    def resumed(self, line: Mapping[str, Any]) -> None:
        """An earlier run had done some."""
        self.board.resumed(_job(line), int(line.get("rows", 0)))

    def progress(self, line: Mapping[str, Any]) -> None:
        """A job is further."""
        self.board.progressed(_job(line), _counts(line))

    def waited(self, line: Mapping[str, Any]) -> None:
        """A job waits, or did."""
        text, seconds = str(line.get("text", "")), float(line.get("seconds", 0.0))
        self.board.waiting(_job(line), Wait(line.get("reason", "server"), text, seconds))

    def rows_rejected(self, line: Mapping[str, Any]) -> None:
        """Rows of a job were rejected."""
        known = _job(line), str(line.get("code", ""))
        self.rejected[known] = self.rejected.get(known, 0) + int(line.get("rows", 0))

    def noted(self, line: Mapping[str, Any]) -> None:
        """A person wants to know it."""
        self.notes = [*self.notes[-MOST_NOTES + 1 :], (_job(line), str(line.get("text", "")))]

    def job_finished(self, line: Mapping[str, Any]) -> None:
        """A job ended; parts of it are in it."""
        if line.get("part"):
            return
        took, error = float(line.get("elapsed_s", 0.0)), str(line.get("error", ""))
        model, status = str(line.get("model", "")), line.get("status", "done")
        result = JobResult(_job(line), model, status, counts=_counts(line), elapsed_s=took, error=error)
        self.board.job_finished(result)

    def run_finished(self, line: Mapping[str, Any]) -> None:
        """The run ended."""
        self.is_ended, self.exit_code = True, int(line.get("exit_code", 0))
        self.error = str(line.get("error", ""))


def _job(line: Mapping[str, Any]) -> str:
    return str(line.get("job", ""))


def _counts(line: Mapping[str, Any]) -> Counts:
    return Counts(**{name: int(count) for name, count in line.get("counts", {}).items() if name in _COUNTED})


_TAKES: Final[Mapping[str, Callable[[Replay, Mapping[str, Any]], None]]] = {
    "run_started": Replay.begun,
    "jobs": Replay.chosen,
    "phase": Replay.phase,
    "job_started": Replay.job_started,
    "resumed": Replay.resumed,
    "progress": Replay.progress,
    "wait": Replay.waited,
    "rejected": Replay.rows_rejected,
    "note": Replay.noted,
    "job_finished": Replay.job_finished,
    "run_finished": Replay.run_finished,
}
