"""The files of a run: `.odoo_etl/runs/<run id>/run_results.json` and `rejects/<job>.csv`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from odoo_etl.private_files import own_folder, replace_file
from odoo_etl.rejects import skipped_file
from odoo_etl.rejects.folder import RejectsFolder
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.writer import DEFAULT, CannotReport
from odoo_etl.reporting.changes_file import write_changes
from odoo_etl.reporting.success_file import write_success
from odoo_etl.results import CARRIED_OUT, Change, JobResult, RunResult, SuccessRow, VanishedRecords

SCHEMA_VERSION = 1
RUNS = "runs"
KEPT_PLANS = "plans"  # beside the folder of runs
RESULTS_FILE = "run_results.json"
PAGE_FILE = "report.html"


def new_run_id(now: datetime) -> str:
    """Sortable by time, also within a second, and unique also where two begin at once."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S}-{now.microsecond:05x}{secrets.token_hex(2)}"


def as_json(result: RunResult) -> dict[str, Any]:
    """The run as `run_results.json` has it."""
    known = asdict(result)
    del known["folder"]  # it is where the reader found it
    known["jobs"] = [_job(job) for job in result.jobs]
    return {"schema_version": SCHEMA_VERSION, **known}


def _job(result: JobResult) -> dict[str, Any]:
    """The job as `run_results.json` has it: what is known of Odoo's own values stands among the rest."""
    known: dict[str, Any] = {}
    for name, value in asdict(result).items():
        known |= value if name == "discrepancies" else {name: value}
    known["vanished"] = _vanished(result.vanished) if result.vanished else {}
    known["undone"] = known["undone"] or {}
    return known


def _vanished(records: VanishedRecords) -> dict[str, Any]:
    """The known facts about vanished records; those that the run did not come to are left out."""
    known = asdict(records)
    removed = known.pop("removed")
    if records.policy:
        known[CARRIED_OUT[records.policy]] = removed
    else:
        known = {name: known[name] for name in ("refused", "returned")}
    return {name: value for name, value in known.items() if value is not None}


class RunFolder:
    """The folder of one run.

    Attributes:
        rejects: the sink of its rejected rows.
        skipped: the sink of its skipped rows.
    """

    def __init__(self, state_dir: Path, run_id: str) -> None:
        self._state_dir, self.path = state_dir, state_dir / RUNS / run_id
        self._forms: Mapping[str, RejectsForm] = {}
        self.rejects, self.skipped = RejectsFolder(self.path), RejectsFolder(self.path, skipped_file, to_mend=False)

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

    def take_forms(self, forms: Mapping[str, RejectsForm]) -> None:
        """Job to the form of the files with its rows."""
        self._forms = forms
        self.rejects.take_forms(forms)
        self.skipped.take_forms(forms)

    def keep_success(self, job: str, names: Sequence[str], rows: Iterable[SuccessRow]) -> str:
        """Write the rows of a job that landed; where they are.

        Args:
            names: of the values that make a key.

        Raises:
            CannotReport: they cannot be written.
        """
        delimiter = self._forms.get(job, DEFAULT).delimiter
        try:
            return str(write_success(self.path, job, delimiter, names, rows).resolve())
        except OSError as error:
            why = error.strerror or error
            raise CannotReport(
                f"the rows that landed cannot be listed: {why}; they are in Odoo all the same"
            ) from error

    def keep_changes(self, job: str, changes: Iterable[Change]) -> str:
        """Write every planned change of a job; where they are.

        Raises:
            CannotReport: they cannot be written.
        """
        try:
            return str(write_changes(self.path, job, changes).resolve())
        except OSError as error:
            raise CannotReport(f"the planned changes cannot be written: {error.strerror or error}") from error

    def write_results(self, result: RunResult) -> Path:
        """Write `run_results.json`; a reader never sees half of it.

        Raises:
            CannotReport: it cannot be written.
        """
        path = self.path / RESULTS_FILE
        try:
            # half a character (a lone surrogate) becomes JSON's own escape
            told = json.dumps(as_json(result), indent=2, ensure_ascii=False, default=str) + "\n"
            replace_file(path, told.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise CannotReport(f"{path}: the report cannot be written: {error.strerror or error}") from error
        return path
