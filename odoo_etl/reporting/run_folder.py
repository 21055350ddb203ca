"""The files of a run: `.odoo_etl/runs/<run id>/run_results.json` and `rejects/<job>.csv`."""

from __future__ import annotations

import csv
import json
import secrets
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.results import RejectedRow, RunResult

SCHEMA_VERSION = 1
REJECT_COLUMNS = ("_line", "_field", "_stage", "_code", "_reason", "_attempts")


def new_run_id(now: datetime) -> str:
    """Sortable by time, unique also within a second."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def as_json(result: RunResult) -> dict[str, Any]:
    """The run as `run_results.json` has it."""
    return {"schema_version": SCHEMA_VERSION, **asdict(result)}


class CannotReport(OdooEtlError):
    """There is no place for the run's files; the run does not begin."""


class RunFolder:
    """The folder of one run."""

    def __init__(self, state_dir: Path, run_id: str) -> None:
        self.path = state_dir / "runs" / run_id
        self._lock = threading.Lock()
        self._columns: dict[str, list[str]] = {}
        self._open: dict[str, IO[str]] = {}

    def make(self) -> None:
        """Make the folder, before anything else is done.

        Raises:
            CannotReport: it cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotReport(
                f"the folder for this run's report cannot be made: {error}; nothing was read or written"
            ) from error

    def expect(self, job: str, columns: list[str]) -> None:
        """Learn the columns of a job's source, which its rejects will have too."""
        with self._lock:
            self._columns[job] = columns

    def rejects_file(self, job: str) -> Path:
        """Where the rejected rows of a job are."""
        return self.path / "rejects" / f"{job}.csv"

    def reject(self, job: str, row: RejectedRow) -> None:
        """Append a rejected row; it has left this process when this returns."""
        with self._lock:
            columns = self._columns[job]
            file = self._open.get(job) or self._start(job, columns)
            cells = [*row.cells, *[None] * len(columns)][: len(columns)]
            place = f"{Path(row.file).name}:{row.line}" if row.file else row.line
            csv.writer(file).writerow([*cells, place, row.field, row.stage, row.code, row.reason, 1])
            file.flush()

    def close(self, job: str) -> Path | None:
        """Close a job's rejects and return their file, or None when it has none."""
        with self._lock:
            file = self._open.pop(job, None)
        if file is None:
            return None
        file.close()
        return self.rejects_file(job)

    def _start(self, job: str, columns: list[str]) -> IO[str]:
        path = self.rejects_file(job)
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        csv.writer(file).writerow([*columns, *REJECT_COLUMNS])
        self._open[job] = file
        return file

    def write_results(self, result: RunResult) -> Path:
        """Write `run_results.json` aside, then put it in place: a reader never sees half of it."""
        path = self.path / "run_results.json"
        aside = path.with_suffix(".partial")
        aside.write_text(
            json.dumps(as_json(result), indent=2, ensure_ascii=False, default=str) + "\n",
            encoding="utf-8",
            errors="backslashreplace",  # half a character (a lone surrogate) becomes JSON's own escape
        )
        aside.replace(path)
        return path
