"""A plan that is kept in a file: what it was made of and for, besides its writes."""

from __future__ import annotations

import shlex
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from odoo_etl.planfile import Keeper, Origins, PlanFileMaker
from odoo_etl.results import JobResult
from odoo_etl.runs.exit_codes import REJECTED
from odoo_etl.runs.followed import recorded
from odoo_etl.runs.person import person
from odoo_etl.runs.selected import run as run_jobs
from odoo_etl.runs.work import Arguments, Open, Work
from odoo_etl.spec import select_jobs


def keeping(opened: Open, arguments: Arguments, out: Path) -> Work:
    """Plan the jobs that the selectors pick, and keep the plan."""
    return Work(lambda: _keep(opened, arguments, out), arguments)


def _keep(opened: Open, arguments: Arguments, out: Path) -> int:
    jobs = select_jobs(opened.project, arguments.selectors)
    origins = Origins.of(opened.project, [job.name for job in jobs])  # before anything is read: what follows is newer
    maker = PlanFileMaker(out)
    try:
        code = run_jobs(replace(opened, witness=Keeper(maker)), jobs, arguments)
        if code in {0, REJECTED}:
            maker.finish({**_facts(opened, arguments), **origins.facts()})
            opened.notes.append(
                f"the plan is kept in {out}: `odoo-etl apply {shlex.quote(str(out))}` carries out exactly that"
            )
        else:
            opened.notes.append(f"the plan did not come to its end, so it is not kept in {out}")
    finally:
        maker.give_up()
    return code


def _facts(opened: Open, arguments: Arguments) -> dict[str, Any]:
    results = opened.jobs.results()
    return {
        "tool": version("odoo-etl"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_by": person(opened.request.workspace.environ),
        "run_id": opened.run_id,
        "world": recorded(opened.project),
        "selectors": list(arguments.selectors),
        "limit": arguments.limit,
        "full_refresh": arguments.full_refresh,
        "destinations": destinations(results),
        "targets": [{"connection": _connection(one), "model": one.model} for one in results],
        "counts": {one.job: asdict(one.counts) for one in results},
    }


def destinations(results: tuple[JobResult, ...]) -> dict[str, dict[str, str]]:
    """Where jobs write, by connection, as their servers said; their versions are no part of it."""
    found = [one.destination for one in results if one.destination is not None]
    return {one.connection: {"url": one.url, "database": one.database, "user": one.user} for one in found}


def _connection(result: JobResult) -> str:
    return result.destination.connection if result.destination is not None else ""
