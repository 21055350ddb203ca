"""The use case `export`: records of Odoo to a file or a table; Odoo is only read."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from odoo_etl.checks import judge_key
from odoo_etl.connections import destination, open_client, served
from odoo_etl.errors import SpecError, UsageError
from odoo_etl.events import Phase
from odoo_etl.exporting import (
    ID,
    BackJob,
    ExportedModels,
    ExportOptions,
    Format,
    Layout,
    ModelLayout,
    Reading,
    Told,
    Ways,
    Writing,
    carry_out,
    check_key,
    default_fields,
    file_target,
    form_of,
    layout_of,
    target_of,
    too_many,
)
from odoo_etl.exports import ExportResult
from odoo_etl.odoo import OdooClient
from odoo_etl.runs.workspace import Workspace
from odoo_etl.sources import Source, open_source
from odoo_etl.spec import ConnectionSpec, OdooSource, Project, Server
from odoo_etl.watching import CallsOf

PARTS: Final = "exports"  # folder of the part files of tables, in that of the state


@dataclass(frozen=True, slots=True)
class _Opened:
    """The server that is exported from.

    Attributes:
        name: of the connection.
        address: where it is, also for other clients.
        origin: for people.
    """

    project: Project
    workspace: Workspace
    name: str
    address: ConnectionSpec
    client: OdooClient
    origin: str

    @property
    def server(self) -> Server:
        """For a source."""
        return Server(self.address, self.project.state_dir)


def export_records(workspace: Workspace, what: str, options: ExportOptions) -> ExportResult:
    """Export the records of a model.

    Args:
        what: a model, such as `res.partner`.

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
    with _opened(workspace, project, what) as opened:
        result = _of_model(opened, what, options)
    return replace(result, elapsed_s=time.monotonic() - began)


def _of_model(opened: _Opened, model: str, options: ExportOptions) -> ExportResult:
    """Export the records of a model, and write the job that loads them back."""
    models = ExportedModels(opened.client, {})
    ways = Ways(options.relations, opened.client, models.fields, _distinct(opened.client, models))
    paths = list(options.fields) or default_fields(models, model)
    made = layout_of(models, model, paths, ways)
    if options.job is None:
        return _exported(opened, model, model, made.layout, options)
    names = {name for name, spec in made.back.items() if "lookup" not in spec}
    key = list(options.key) or [ways.own_key(model, names, options.domain) or ID]
    if key == [ID] and ID not in made.back:
        made = layout_of(models, model, [ID, *paths], ways)
    job = _back_job(opened, model, made, key, options)
    result = _exported(opened, model, model, made.layout, options)
    job.write()
    return replace(result, job=str(job.path), notes=(*result.notes, *job.notes))


def _back_job(opened: _Opened, model: str, made: ModelLayout, key: list[str], options: ExportOptions) -> BackJob:
    """The job that loads the file back, which can be written.

    Raises:
        UsageError: its file is there, or the project has a job of its name.
    """
    check_key(key, made.back)
    fields = {name: made.back[name] for name in [*key, *(one for one in made.back if one not in key)]}
    lost = dict(made.lost)
    if ID in fields and ID not in key:
        del fields[ID]
        lost[ID] = "records are found by " + ", ".join(key)
    job = BackJob(
        Path(options.job or "").absolute(),
        file_target(Path(options.out or ""), options.format, force=options.force),
        made.layout,
        target_of(model, key, opened.name),
        fields,
        lost,
        options.delimiter,
        options.encoding,
        options.safe,
    )
    job.check(opened.project.jobs, force=options.force)
    return job


def _project(workspace: Workspace, what: str) -> Project:
    """The project; its jobs may be invalid where a model is meant."""
    try:
        return workspace.load()
    except SpecError:
        if "." not in what:
            raise
        return workspace.load(with_jobs=False)


@contextmanager
def _opened(workspace: Workspace, project: Project, what: str) -> Iterator[_Opened]:
    name = workspace.connection or "main"
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
        yield _Opened(project, workspace, name, address, client, str(there))


def _distinct(client: OdooClient, models: ExportedModels) -> Any:
    """Tells whether a field tells all records of a model apart."""
    return lambda model, name: not judge_key(client, model, models.raw(model), [name]).repeated


def _exported(opened: _Opened, what: str, model: str, layout: Layout, options: ExportOptions) -> ExportResult:
    """Write the records; a table of a database is looked at before the first one is read."""
    total = _count(opened, model, options)
    writing, target, form = _writing(opened, model, layout, options)
    if form == "xlsx" and (why := too_many(total)):
        raise UsageError(why)
    observer, stop = opened.workspace.observer, opened.workspace.stop
    observer.phase(what, Phase.EXPORT)
    observer.job_started(what, total)

    def begun(records: int) -> None:
        observer.resumed(what, records)
        told(records)

    def told(records: int) -> None:
        observer.exported(what, records)
        stop.pause(0)

    def source(last_id: int) -> Source:
        return open_source(_source(opened, model, layout, options, last_id))

    done = carry_out(Reading(layout, source, options.limit), writing, Told(begun, told), resume=options.resume)
    return ExportResult(
        what,
        model,
        opened.origin,
        target,
        form,
        done.records,
        done.rows,
        done.resumed,
        layout.names,
        notes=layout.notes,
    )


def _count(opened: _Opened, model: str, options: ExportOptions) -> int:
    context = {"active_test": False} if options.archived else None
    count = opened.client.search_count(model, list(options.domain), context=context)
    return count if options.limit is None else min(count, options.limit)


def _source(opened: _Opened, model: str, layout: Layout, options: ExportOptions, last_id: int) -> OdooSource:
    """The records that come after one."""
    after = [["id", ">", last_id]] if last_id else []
    spec = OdooSource.model_validate(
        {
            "type": "odoo",
            "connection": opened.name,
            "model": model,
            "domain": [*options.domain, *after],
            "archived": options.archived,
            "fields": dict(layout.reads),
            "lines": dict(layout.lines),
        }
    )
    return spec.on(opened.server)


def _writing(opened: _Opened, model: str, layout: Layout, options: ExportOptions) -> tuple[Writing, str, Format]:
    """How and where to, for people as well, and the format."""
    request: dict[str, Any] = {
        "server": opened.origin,
        "model": model,
        "fields": dict(layout.reads),
        "columns": layout.names,
        "domain": list(options.domain),
        "archived": options.archived,
        "limit": options.limit,
        "delimiter": options.delimiter,
        "encoding": options.encoding,
        "safe": options.safe,
    }
    if options.url:
        return _table(opened, layout, options, request)
    file = file_target(Path(options.out or ""), options.format, force=options.force)
    form = form_of(file.format, layout, delimiter=options.delimiter, encoding=options.encoding, safe=options.safe)
    writing = Writing(form, file.part, {**request, "format": file.format}, file.finish(layout.columns))
    return writing, str(file.path), file.format


def _table(
    opened: _Opened, layout: Layout, options: ExportOptions, request: dict[str, Any]
) -> tuple[Writing, str, Format]:
    from odoo_etl.exporting.sql_table import SqlTable

    table = SqlTable(options.url, options.table, layout.columns, options.key)
    table.check()
    name = hashlib.sha256(f"{table.place}".encode()).hexdigest()[:16]
    part = opened.project.state_dir / PARTS / f"{name}.part"
    form = form_of("sql", layout, delimiter="", encoding="", safe=False)
    writing = Writing(form, part, {**request, "table": table.place, "key": list(options.key)}, table.fill)
    return writing, table.place, "sql"
