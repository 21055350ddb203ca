"""The rejected rows of a run, a file for each job: the sink that a run is given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from odoo_etl.rejects import rejects_file
from odoo_etl.rejects.writer import RejectsFile
from odoo_etl.results import RejectedRow


class RejectsFolder:
    """The rejects files in the folder of a run; any number of threads may use it.

    Args:
        file: of a job, in that folder.
    """

    def __init__(self, run: Path, file: Callable[[Path, str], Path] = rejects_file) -> None:
        self._run, self._file = run, file
        self._lock = threading.Lock()
        self._columns: dict[str, list[str]] = {}
        self._open: dict[str, RejectsFile] = {}

    def begin(self, job: str, columns: list[str]) -> None:
        """The columns of a job's source, which its rejects have, too."""
        with self._lock:
            self._columns[job] = columns

    def columns(self, job: str) -> list[str]:
        """The columns that the rows of a job have; none where it did not come to its source."""
        return self._columns.get(job, [])

    def keep(self, job: str, row: RejectedRow) -> None:
        """Append a rejected row; it has left this process when this returns. Raises CannotReport."""
        with self._lock:
            if job not in self._open:
                self._open[job] = RejectsFile(self._file(self._run, job), self._columns[job])
            self._open[job].write(row)

    def end(self, job: str) -> str:
        """Close the file of a job; its path, or "" when the job has none."""
        with self._lock:
            file = self._open.pop(job, None)
        if file is None:
            return ""
        file.close()
        return str(file.path)
