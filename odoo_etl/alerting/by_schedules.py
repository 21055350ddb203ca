"""The times at which jobs are to run, by the schedules of the project."""

from __future__ import annotations

from collections.abc import Mapping

from odoo_etl.scheduling import timetable_of
from odoo_etl.spec import Job, Project, scheduled
from odoo_etl.state import MetSchedule


class BySchedules:
    """A `Timetable` of a project.

    Args:
        met: schedules as servers have met them; of others, all times count.
    """

    def __init__(self, project: Project, met: Mapping[str, MetSchedule]) -> None:
        self._met = met
        self._of_job = {job: one for one in scheduled(project).values() for job in one.jobs}

    def last_due(self, job: Job, since: float, until: float) -> float | None:
        """As `Timetable` has it; times before a schedule was met, or while it was paused, do not count."""
        one = self._of_job.get(job.name)
        if one is None:
            return None
        met = self._met.get(one.name)
        found = timetable_of(one).past(max(since, met.since) if met else since, until, 1)
        return found[-1] if found else None

    def is_paused(self, job: Job) -> bool:
        """As `Timetable` has it."""
        one = self._of_job.get(job.name)
        met = self._met.get(one.name) if one else None
        return met is not None and met.paused_at is not None
