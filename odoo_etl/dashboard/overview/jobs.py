"""All jobs of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_etl.dashboard.frame import Page, Section

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit


def _jobs(visit: Visit) -> Response:
    project = visit.site.project()
    return visit.render("jobs.html", jobs=list(project.jobs.values()))


JOBS = Section("jobs", (Page("/", "jobs", _jobs),), "Jobs", "jobs")
