"""Values that Odoo keeps otherwise than they were sent: of a run, and of the last runs of a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from odoo_etl.reporting.stored import Unreadable, read_results
from odoo_etl.results import Discrepancies, RunResult
from odoo_etl.runs.changes_page import folder_of
from odoo_etl.runs.past import past_runs
from odoo_etl.runs.workspace import Workspace

LAST_RUNS: Final = 20


@dataclass(frozen=True, slots=True)
class KeptOtherwise:
    """The discrepancies of one job in one run.

    Attributes:
        started_at: of the run, in UTC, as ISO 8601 has it.
    """

    run_id: str
    started_at: str
    job: str
    found: Discrepancies


def kept_otherwise(
    project: Workspace | Path | str | None = None, run_id: str = "", *, job: str = "", runs: int = LAST_RUNS
) -> list[KeptOtherwise]:
    """The values that Odoo keeps otherwise than they were sent, by run and job, the newest run first.

    Args:
        project: its folder; by default the nearest one, from the current folder upwards.
        run_id: of that run alone; by default of the last ones whose folders are on this machine.
        job: of that job alone; by default of all.
        runs: of so many runs at most.

    Raises:
        UsageError: there is no such run, or no run had such a job.
    """
    workspace = Workspace.of(project)
    folders = [folder_of(workspace, run_id)] if run_id else _last(workspace, job, runs)
    return [one for folder in folders for one in _of(folder, job)]


def _last(workspace: Workspace, job: str, runs: int) -> list[Path]:
    return [workspace.runs / one.id for one in past_runs(workspace, runs, [job] if job else [])]


def _of(folder: Path, job: str) -> Iterator[KeptOtherwise]:
    with suppress(Unreadable):  # purged, or of another machine
        result: RunResult = read_results(folder)
        for one in result.jobs:
            found = one.discrepancies
            if job in {"", one.job} and (found.rewritten or found.not_kept_values):
                yield KeptOtherwise(result.run_id, result.started_at, one.job, found)
