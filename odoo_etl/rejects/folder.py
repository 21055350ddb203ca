"""The rejected rows of a run, a file for each job: the sink that a run is given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from odoo_etl.rejects import rejects_file
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.writer import DEFAULT, RejectsFile
from odoo_etl.results import RejectedRow


class RejectsFolder:
    """The rejects files in the folder of a run; any number of threads may use it.

    Args:
        file: of a job, in that folder.
        to_mend: they are to be mended and read again; else nobody asks what they were.
    """

    def __init__(self, run: Path, file: Callable[[Path, str], Path] = rejects_file, *, to_mend: bool = True) -> None:
        self._run, self._file, self._to_mend = run, file, to_mend
        self._forms: Mapping[str, RejectsForm] = {}
        self._lock = threading.Lock()
        self._columns: dict[str, list[str]] = {}
        self._open: dict[str, RejectsFile] = {}

    def take_forms(self, forms: Mapping[str, RejectsForm]) -> None:
        """Job to the form of its file; those of other jobs have the usual one."""
        with self._lock:
            self._forms = {**self._forms, **forms}

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
                form = self._forms.get(job, DEFAULT)
                path = self._file(self._run, job)
                self._open[job] = RejectsFile(path, self._columns[job], form, originals=self._to_mend)
            self._open[job].write(row)

    def end(self, job: str) -> str:
        """Close the file of a job; its path, or "" when the job has none."""
        with self._lock:
            file = self._open.pop(job, None)
        if file is None:
            return ""
        file.close()
        with self._lock:
            as_workbook = self._to_mend and self._forms.get(job, DEFAULT).as_workbook
        return str(file.as_workbook() if as_workbook else file.path)
