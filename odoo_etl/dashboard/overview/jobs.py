"""All jobs of the project with their last and next run; one of them with its course; and the button that runs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_etl.dashboard.frame import Action, NotThere, Page, Refusal, Section, start
from odoo_etl.dashboard.overview.charts import course_of
from odoo_etl.dashboard.overview.standing import KINDS, Standing, of_job, of_one_job, of_run
from odoo_etl.errors import SpecError
from odoo_etl.runs import JobState, WantedRuns, job_states, runs_page, schedules_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.schedule_states import ScheduleState

COURSE = 30  # runs of a job, in its charts


@dataclass(frozen=True, slots=True)
class JobShown:
    """A job as the list shows it.

    Attributes:
        next: when it runs by itself; None where it does not.
    """

    state: JobState
    standings: tuple[Standing, ...]
    next: datetime | None
    schedule: ScheduleState | None


def _jobs(visit: Visit) -> Response:
    found = job_states(visit.site.workspace, state=visit.site.state)
    times = {} if found.problems else _schedules(visit)
    jobs = [_shown(one, times.get(one.job)) for one in found.jobs]
    return visit.render("jobs.html", jobs=jobs, problems=found.problems, kinds=KINDS, of_run=of_run)


def _schedules(visit: Visit) -> Mapping[str, ScheduleState]:
    """Job to its schedule."""
    return {job: one for one in schedules_in(visit.site.workspace, visit.site.state, slots=1) for job in one.jobs}


def _shown(state: JobState, schedule: ScheduleState | None) -> JobShown:
    following = schedule.next[0] if schedule and schedule.next else None
    return JobShown(state, of_job(state, schedule), following, schedule)


def _job(visit: Visit) -> Response:
    name = visit.path["job"]
    found = job_states(visit.site.workspace, state=visit.site.state)
    state = next((one for one in found.jobs if one.job == name), None)
    if state is None:
        raise NotThere(f"there is no job {name}")
    times = {} if found.problems else _schedules(visit)
    page = runs_page(visit.site.workspace, WantedRuns(job=name), COURSE, 0, state=visit.site.state)
    return visit.render(
        "job.html",
        job=_shown(state, times.get(name)),
        problems=found.problems,
        runs=[replace(of_run(one), standing=of_one_job(one)) for one in page.runs],
        total=page.total,
        links=visit.links_of_job(name),
        course=course_of(name, page.runs),
        kinds=KINDS,
    )


def _run(visit: Visit) -> Response:
    only = visit.text("only")  # the button of one job, whatever else is chosen
    chosen = [only] if only else [one for one in visit.form.getlist("job") if isinstance(one, str)]
    if not chosen:
        raise Refusal("Choose at least one job")
    try:
        known = visit.site.project().jobs
    except SpecError as error:
        raise Refusal(f"Nothing can be run before the files of the project are valid:\n{error}") from error
    if unknown := [one for one in chosen if one not in known]:
        raise Refusal(f"There is no job {', '.join(unknown)} any more; load the page again")
    return start(visit, "run", "--", *chosen, what=f"of {', '.join(chosen)}")


JOBS = Section(
    "jobs",
    (
        Page("/", "jobs", _jobs),
        Page("/jobs/{job}", "job", _job),
        Action("/run", "run_jobs", _run),
    ),
    "Jobs",
    "jobs",
)
