"""The files of a run: `.odoo_etl/runs/<run id>/run_results.json` and `rejects/<job>.csv`."""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from odoo_etl.private_files import own_folder
from odoo_etl.rejects.writer import CannotReport, RejectsFile, write_whole
from odoo_etl.results import RejectedRow, RunResult

SCHEMA_VERSION = 1
RUNS = "runs"
RESULTS_FILE = "run_results.json"


def new_run_id(now: datetime) -> str:
    """Sortable by time, also within a second, and unique also where two begin at once."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{now.microsecond:05x}{secrets.token_hex(2)}"


def as_json(result: RunResult) -> dict[str, Any]:
    """The run as `run_results.json` has it."""
    return {"schema_version": SCHEMA_VERSION, **asdict(result)}


class RunFolder:
    """The folder of one run."""

    def __init__(self, state_dir: Path, run_id: str) -> None:
        self._state_dir, self.path = state_dir, state_dir / RUNS / run_id
        self._lock = threading.Lock()
        self._columns: dict[str, list[str]] = {}
        self._open: dict[str, RejectsFile] = {}

    def make(self) -> None:
        """Make the folder, before anything else is done.

        Raises:
            CannotReport: it cannot be made.
        """
        try:
            own_folder(self._state_dir)
            own_folder(self.path)
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
        """Append a rejected row; it has left this process when this returns. Raises CannotReport."""
        with self._lock:
            if job not in self._open:
                self._open[job] = RejectsFile(self.rejects_file(job), self._columns[job])
            self._open[job].write(row)

    def close(self, job: str) -> Path | None:
        """Close a job's rejects and return their file, or None when it has none."""
        with self._lock:
            file = self._open.pop(job, None)
        if file is None:
            return None
        file.close()
        return file.path

    def write_results(self, result: RunResult) -> Path:
        """Write `run_results.json`; a reader never sees half of it.

        Raises:
            CannotReport: it cannot be written.
        """
        path = self.path / RESULTS_FILE
        try:
            # half a character (a lone surrogate) becomes JSON's own escape
            write_whole(path, json.dumps(as_json(result), indent=2, ensure_ascii=False, default=str) + "\n")
        except OSError as error:
            raise CannotReport(f"{path}: the report cannot be written: {error.strerror or error}") from error
        return path
