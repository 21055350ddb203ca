"""`odoo-etl show`: everything of a run."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from odoo_etl.cli._completion import jobs as known_jobs
from odoo_etl.cli._completion import runs as known_runs
from odoo_etl.cli._project import JsonOption, ProjectOption, workspace
from odoo_etl.cli._streams import say
from odoo_etl.errors import UsageError

if TYPE_CHECKING:
    from odoo_etl.runs import ShownRun


def show(
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]",
            show_default=False,
            autocompletion=known_runs,
            help="The run's id, or the beginning of it; default: the last run.",
        ),
    ] = "last",
    jobs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[JOB...]", show_default=False, autocompletion=known_jobs, help="Only these; default: all."
        ),
    ] = None,
    *,
    project: ProjectOption = None,
    json_: JsonOption = False,
) -> None:
    """Tell everything of a run, also of one that was killed.

    Counts, rejects, times, files, and what to do next.
    """
    from odoo_etl.reporting.past import Story, shown_lines
    from odoo_etl.runs import show

    found = show(workspace(project), run)
    _check(found, jobs or [])
    if json_:
        typer.echo(json.dumps(_document(found, jobs or []), ensure_ascii=False, default=_told))
        return
    story = Story(
        found.missing,
        found.is_running,
        found.is_killed,
        found.purged_at,
        found.events,
        found.folder,
        [(one.path, one.size) for one in found.files],
        found.past.followed_by if found.past else {},
        found.past.plan if found.past else "",
    )
    for line in shown_lines(found.result, story, jobs or []):
        say(line)


def _check(found: ShownRun, jobs: list[str]) -> None:
    """Raises UsageError: the run has no such job."""
    known = [job.job for job in found.result.jobs]
    for name in jobs:
        if name not in known:
            raise UsageError(f"run {found.result.run_id} has no job {name!r}; jobs: {', '.join(known) or 'none'}")


def _document(found: ShownRun, jobs: list[str]) -> dict[str, Any]:
    """The run for programs: its result as `run_results.json` has it, and what else is known."""
    from odoo_etl.reporting.run_folder import as_json
    from odoo_etl.reporting.verdicts import next_steps, verdict

    result = as_json(found.result)
    result["jobs"] = [job for job in result["jobs"] if not jobs or job["job"] in jobs]
    return {
        "result": result,
        "verdict": asdict(verdict(found.result, killed=found.is_killed)),
        "next": [asdict(one) for one in next_steps(found.result, killed=found.is_killed)],
        "followed_by": dict(found.past.followed_by) if found.past else {},
        "plan": found.past.plan if found.past else "",
        "missing": found.missing,
        "is_running": found.is_running,
        "is_killed": found.is_killed,
        "purged_at": found.purged_at,
        "last_heard_at": found.events.last_at if found.events else None,
        "folder": str(found.folder),
        "files": [asdict(one) for one in found.files],
    }


def _told(value: object) -> str:
    """A time as ISO 8601 has it."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
