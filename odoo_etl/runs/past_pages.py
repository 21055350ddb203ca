"""Past runs a page at a time, with what is wanted of them; how they ended over time; how each job stands."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from odoo_etl.errors import Problem, SpecError
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.runs.opening import OpenState, open_state
from odoo_etl.runs.past import PastRun, not_begun, told
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Project
from odoo_etl.state import Ledger, Outcome, WantedRuns

FOLDERS_OF_A_PAGE = 200  # that no ledger knows
_WITHOUT_JOBS = (None, "failed", "interrupted")  # outcomes that runs have which did not begin


@dataclass(frozen=True, slots=True)
class RunsPage:
    """Some of the past runs, newest first.

    Attributes:
        runs: those of this page; runs that did not begin come beside `limit`.
        total: how many there are on all pages, as far as the ledger knows them.
        offset: how many come before them.
        limit: how many a page has.
        jobs: the names of all jobs that any run is known of.
    """

    runs: tuple[PastRun, ...]
    total: int
    offset: int
    limit: int
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobState:
    """A job, and how it stands.

    Attributes:
        job: its name.
        model: that it writes to, as far as it is known.
        file: where it stands, from the root of the project on; "" of a job that only the ledger knows.
        tags: its own.
        last: the last run that it was in, with this job alone; None where it never ran.
    """

    job: str
    model: str
    file: str = ""
    tags: tuple[str, ...] = ()
    last: PastRun | None = None


@dataclass(frozen=True, slots=True)
class JobStates:
    """All jobs of a project.

    Attributes:
        problems: why the jobs are only those that the ledger knows: files of the project that are not valid.
    """

    jobs: tuple[JobState, ...]
    problems: tuple[Problem, ...] = ()


def runs_page(
    workspace: Workspace, wanted: WantedRuns, limit: int, offset: int, *, state: OpenState = open_state
) -> RunsPage:
    """Some of the past runs.

    Args:
        state: opens the ledger.
    """
    project = workspace.load(with_jobs=False)
    with state(project) as ledger:
        total = ledger.past.count(wanted)
        first = max(0, offset - 1)
        found = ledger.past.page(wanted, limit + offset - first, first)
        before, entries = (found[0], found[1:]) if offset and found else (None, found)
        runs = list(told(ledger, project.state_dir, entries, [wanted.job] if wanted.job else ()))
        since = "" if offset + limit >= total or not entries else entries[-1].id
        runs += _beside(ledger, project.state_dir / RUNS, wanted, since, before.id if before else "")
        names = tuple(sorted(ledger.job_names()))
    return RunsPage(tuple(sorted(runs, key=lambda one: one.id, reverse=True)), total, offset, limit, names)


def _beside(ledger: Ledger, runs: Path, wanted: WantedRuns, since: str, until: str) -> list[PastRun]:
    """The runs that ended before the ledger heard of them, between those of a page."""
    if wanted.job or wanted.outcome not in _WITHOUT_JOBS:
        return []
    found = not_begun(ledger, runs, since, until, FOLDERS_OF_A_PAGE)
    return [run for run in found if _fits(run, wanted)]


def _fits(run: PastRun, wanted: WantedRuns) -> bool:
    is_in_time = (not wanted.since or run.started_at >= wanted.since) and (
        not wanted.until or run.started_at < wanted.until
    )
    return is_in_time and wanted.outcome in {None, run.status}


def endings(
    workspace: Workspace, wanted: WantedRuns, *, state: OpenState = open_state
) -> list[tuple[datetime, Outcome]]:
    """When each run began, and how it ended; oldest first."""
    project = workspace.load(with_jobs=False)
    with state(project) as ledger:
        return [(at, outcome_of(code)) for at, code in ledger.past.endings(wanted)]


def outcome_of(exit_code: int | None) -> Outcome:
    """The outcome of a run, as `WantedRuns` has it."""
    if exit_code is None:
        return "open"
    known: dict[int, Outcome] = {0: "done", 3: "rejects", 130: "interrupted", 143: "interrupted"}
    return known.get(exit_code, "failed")


def job_states(workspace: Workspace, *, state: OpenState = open_state) -> JobStates:
    """Every job with its last run; where files are not valid, what is wrong, and the jobs that ran.

    Args:
        state: opens the ledger.

    Raises:
        SpecError: project.yaml is not valid.
    """
    try:
        project, problems = workspace.load(), tuple[Problem, ...]()
    except SpecError as error:
        project, problems = workspace.load(with_jobs=False), tuple(error.problems)
    with state(project) as ledger:
        last = ledger.past.last_of_jobs()
        entries = ledger.past.entries(set(last.values()))
        runs = {run.id: run for run in told(ledger, project.state_dir, entries)}
    names = sorted(last) if problems else list(project.jobs)
    return JobStates(tuple([_state(project, name, runs.get(last.get(name, ""))) for name in names]), problems)


def _state(project: Project, name: str, run: PastRun | None) -> JobState:
    job = project.jobs.get(name)
    own = None if run is None else replace(run, jobs=tuple([one for one in run.jobs if one.job == name]))
    model = job.spec.target.model if job else own.jobs[0].model if own and own.jobs else ""
    file = os.path.relpath(job.path, project.root) if job else ""
    return JobState(name, model, file, tuple(job.spec.tags) if job else (), own)
