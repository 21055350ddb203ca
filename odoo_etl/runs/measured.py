"""The measures of a project: asked for, and written into the text file of project.yaml at the end of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from odoo_etl.errors import OdooEtlError, SpecError
from odoo_etl.measuring import Gathering, Measures, exposition, write_text_file
from odoo_etl.results import JobResult
from odoo_etl.runs.exit_codes import exit_code
from odoo_etl.runs.records import versions
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Project
from odoo_etl.state import Ledger

Opened = Callable[[Project], AbstractContextManager[Ledger]]


class Measuring:
    """Gathers the measures of a project again and again, as a server does.

    Args:
        opened: opens the ledger of a project.
    """

    def __init__(self, workspace: Workspace, opened: Opened) -> None:
        self._workspace, self._opened = workspace, opened
        self._gathering: Gathering | None = None

    def measures(self) -> Measures:
        """The measures by now; of the jobs that the ledger knows where a job's file is invalid.

        Raises:
            StateError: the ledger cannot be read.
            SpecError, UsageError: project.yaml is invalid, or there is none.
        """
        project, jobs = _project(self._workspace)
        self._gathering = self._gathering or _gathering(project)
        with self._opened(project) as ledger:
            return self._gathering.measures(ledger, ledger.job_names() if jobs is None else jobs)


def _project(workspace: Workspace) -> tuple[Project, Collection[str] | None]:
    """The project and the names of its jobs, None where one of them is invalid."""
    try:
        project = workspace.load()
    except SpecError:
        return workspace.load(with_jobs=False), None
    return project, project.jobs.keys()


def write_measures(project: Project, opened: Opened) -> str:
    """Write the text file that project.yaml names; why that was not possible, or "": a run is none the worse for it."""
    if project.project.metrics.file is None:
        return ""
    path = project.root / project.project.metrics.file
    try:
        with opened(project) as ledger:
            measures = _gathering(project).measures(ledger, project.jobs.keys())
        write_text_file(path, exposition(measures)[0])
    except (OdooEtlError, OSError) as error:
        return f"the measures could not be written to {path}: {error}"
    return ""


def _gathering(project: Project) -> Gathering:
    return Gathering(project.state_dir, versions(), _judged)


def _judged(result: JobResult) -> int:
    return exit_code([result], writes=True)
