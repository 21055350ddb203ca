"""The use case `export`: records of Odoo to a file or a table; Odoo is only read."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from odoo_etl.connections import destination, open_client, served
from odoo_etl.errors import SpecError, UsageError
from odoo_etl.events import Phase
from odoo_etl.exporting import (
    ExportOptions,
    Lists,
    Told,
    Writing,
    carry_out,
    too_many,
)
from odoo_etl.exports import ExportResult
from odoo_etl.runs.export_source import Opened, Wanted
from odoo_etl.runs.export_wanted import of_job, of_model
from odoo_etl.runs.workspace import Workspace
from odoo_etl.spec import Job, Project
from odoo_etl.watching import CallsOf

PARTS: Final = "exports"  # folder of part files of tables, in that of the state


def export_records(workspace: Workspace, what: str, options: ExportOptions) -> ExportResult:
    """Export the records of a job or a model.

    Args:
        what: a job, or a model such as `res.partner`.

    Raises:
        UsageError: an option cannot be meant, or there is no such model or field.
        Busy: another export writes the same file.
        CannotWrite: the file or table cannot be written.
        SourceError, OdooError, CannotStart: Odoo cannot be read.
        Interrupted: `workspace.stop` was asked for. In all cases but the first, what was read is kept.
    """
    began = time.monotonic()
    options.check()
    project = _project(workspace, what)
    job = project.jobs.get(what)
    if job is None and "." not in what:
        known = ", ".join(sorted(project.jobs)) or "none"
        raise UsageError(f"there is no job {what} (there are: {known}); a model has a dot in its name: res.partner")
    with _opened(workspace, project, what, job) as opened:
        wanted = of_model(opened, what, options) if job is None else of_job(opened, job, options)
        result = _exported(opened, wanted, options)
    return replace(result, elapsed_s=time.monotonic() - began)


def _project(workspace: Workspace, what: str) -> Project:
    """The project; its jobs may be invalid where a model is meant."""
    try:
        return workspace.load()
    except SpecError:
        if "." not in what:
            raise
        return workspace.load(with_jobs=False)


@contextmanager
def _opened(workspace: Workspace, project: Project, what: str, job: Job | None) -> Iterator[Opened]:
    name = job.spec.target.connection if job is not None else workspace.connection or "main"
    calls = CallsOf(workspace.observer, what)
    workspace.observer.jobs_chosen([what])
    workspace.observer.phase(what, Phase.SERVER)
    with (
        served(project.connection(name), project.state_dir) as address,
        open_client(
            address, project.state_dir, on_retry=calls.retried, sleep=workspace.stop.pause, watch=calls
        ) as client,
    ):
        client.authenticate()
        there = destination(name, project, client)
        workspace.observer.connected(there)
        yield Opened(project, workspace, name, address, client, str(there))


def _exported(opened: Opened, wanted: Wanted, options: ExportOptions) -> ExportResult:
    """Write the records; a table of a database is looked at before the first one is read."""
    total = _count(opened, wanted, options)
    writing, target = _writing(opened, wanted, options)
    form = wanted.file.format if wanted.file is not None else "sql"
    if form == "xlsx" and (why := too_many(total)):
        raise UsageError(why)
    told = _told(opened.workspace, wanted.what, total)
    with wanted.reading(opened, options) as reading:
        done = carry_out(reading, writing, told, resume=options.resume)
    if wanted.back is not None:
        wanted.back.write()
    return ExportResult(
        what=wanted.what,
        model=wanted.model,
        origin=opened.origin,
        target=target,
        format=form,
        records=done.records,
        rows=done.rows,
        resumed=done.resumed,
        columns=wanted.layout.names,
        job=str(wanted.back.path) if wanted.back is not None else "",
        notes=(*wanted.layout.notes, *wanted.layout.counted()),
    )


def _told(workspace: Workspace, what: str, total: int) -> Told:
    """Tells the observer how far it is; ends the export when it is to stop."""
    observer, stop = workspace.observer, workspace.stop
    observer.phase(what, Phase.EXPORT)
    observer.job_started(what, total)

    def begun(records: int) -> None:
        observer.resumed(what, records)
        by_now(records)

    def by_now(records: int) -> None:
        observer.exported(what, records)
        stop.pause(0)

    return Told(begun, by_now)


def _count(opened: Opened, wanted: Wanted, options: ExportOptions) -> int:
    context = {**wanted.context, **({"active_test": False} if wanted.archived else {})}
    count = opened.client.search_count(wanted.model, list(wanted.domain), context=context or None)
    return count if options.limit is None else min(count, options.limit)


def _writing(opened: Opened, wanted: Wanted, options: ExportOptions) -> tuple[Writing, str]:
    """How and where to, for people as well."""
    request = {"server": opened.origin, "limit": options.limit, **wanted.request}
    columns = wanted.layout.columns
    if wanted.file is not None:
        file = wanted.file
        writing = Writing(file.form(columns), file.part, {**request, **file.request}, file.finish(columns))
        return writing, str(file.path)
    from odoo_etl.exporting.sql_table import SqlTable

    table = SqlTable(options.url, options.table, columns, options.key)
    table.check()
    name = hashlib.sha256(table.place.encode()).hexdigest()[:16]
    part = opened.project.state_dir / PARTS / f"{name}.part"
    return Writing(
        Lists(columns), part, {**request, "table": table.place, "key": list(options.key)}, table.fill
    ), table.place
