"""The alerts that nobody would give who runs nothing: jobs that have not ended well for too long. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from odoo_etl.alerting.commands import command
from odoo_etl.spec import AlertsSpec, Job, Project, SilentRule
from odoo_etl.state import SET_BACK_S, AlertState, Judged


class Timetable(Protocol):
    """The times at which jobs are to run by their schedules. All are epoch seconds."""

    def last_due(self, job: Job, since: float, until: float) -> float | None:
        """The last time after `since` at which the job was to have started by `until`; None without any."""

    def is_paused(self, job: Job) -> bool:
        """Whether somebody wants it not to run now."""
        ...


def judge_silence(
    project: Project,
    spec: AlertsSpec,
    known: Mapping[tuple[str, str], AlertState],
    timetable: Timetable,
    now: float,
) -> Iterator[Judged]:
    """The jobs that are silent, and those that are so no more.

    A job that has never ended well counts from when it was looked at first; one that was paused, from then on. A job
    of which somebody was told that it failed is not silent as well, as long as it has not ended well since.

    Args:
        known: by subject and kind.
        now: epoch seconds.
    """
    for job in project.jobs.values():
        rule = spec.rules_of(job.name, job.spec.tags).silent
        if not rule.on:
            continue
        state, failed = known.get((job.name, "silent")), known.get((job.name, "failed"))
        paused = timetable.is_paused(job)
        if state is None or paused:
            facts = {"job": job.name, "summary": f"{job.name} is paused"}
            yield Judged(job.name, "silent", firing=False, well_at=now, facts=facts)
        elif state.well_at > now + SET_BACK_S:  # of a clock that has been set back since: it counts from now on
            yield Judged(job.name, "silent", firing=state.firing, well_at=now, facts=state.fired)
        elif failed is not None and failed.firing and not state.firing:
            continue
        elif why := _why(job, rule, state.well_at, timetable, now):
            facts = {"job": job.name, "summary": why, "next": command(project, "history", job.name)}
            yield Judged(job.name, "silent", firing=True, facts=facts)
        elif state.firing:
            facts = {"job": job.name, "summary": f"{job.name} is not waited for any more"}
            yield Judged(job.name, "silent", firing=False, facts=facts)


def _why(job: Job, rule: SilentRule, well_at: float, timetable: Timetable, now: float) -> str:
    """Why a job counts as silent, or ""."""
    since = f"{job.name} has not ended well since {_moment(well_at)}"
    if rule.after is not None:
        return f"{since}, which is longer than {_span(rule.after)}" if now - well_at > rule.after else ""
    due = timetable.last_due(job, well_at, now - rule.grace)
    return "" if due is None else f"{since}; it was due at {_moment(due)}"


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def _span(seconds: float) -> str:
    """`26 h`, `90 min`, `3 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
