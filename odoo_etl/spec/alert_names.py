"""The names that `alerts` of project.yaml has of other things: channels, jobs and tags exist; some channel does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odoo_etl.errors import Problem
from odoo_etl.spec.alerts import TAG
from odoo_etl.spec.problems import nearest, problem_at
from odoo_etl.spec.project import Job
from odoo_etl.spec.project_file import ProjectFile
from odoo_etl.spec.strict_yaml import Document


def alert_problems(project: ProjectFile, document: Document, jobs: Mapping[str, Job] | None) -> Iterator[Problem]:
    """The names that mean nothing.

    Args:
        jobs: those that can be read; None where nobody knows them all.
    """
    alerts = project.spec.alerts
    if alerts is None:
        return
    if alerts.on and not (alerts.channels or project.unusable_channels):
        hint = "give `channels: {ops: {webhook: {url: ...}}}`"
        yield problem_at(document, ("alerts",), "there is no channel that anybody could be told by", hint, key=True)
    channels = sorted({*alerts.channels, *project.unusable_channels})
    for place, name in alerts.named_channels:
        if name not in channels:
            yield problem_at(document, ("alerts", *place), f"there is no channel `{name}`", nearest(name, channels))
    if jobs is None:
        return
    known = sorted({*jobs, *(f"{TAG}{tag}" for job in jobs.values() for tag in job.spec.tags)})
    for name in alerts.jobs:
        if name not in known:
            message = f"there is no {'tag' if name.startswith(TAG) else 'job'} `{name.removeprefix(TAG)}`"
            yield problem_at(document, ("alerts", "jobs", name), message, nearest(name, known), key=True)
