"""The questions of an assistant that change nothing: each is a use case, asked with bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from odoo_etl import explaining, manual
from odoo_etl.errors import SpecError, UsageError
from odoo_etl.mcp_server.bounds import plain
from odoo_etl.previews import Pick
from odoo_etl.rejects.mending import RejectsFilter
from odoo_etl.reporting.run_folder import as_json
from odoo_etl.runs import Workspace, history, inspect, mend, preview, schedules, show, validate
from odoo_etl.spec import Project

MOST_LINES: Final = 1_000  # of a page of the documentation
PATHS: Final = ("rejects_file", "skipped_file", "success_file", "changes_file")

JobName = Annotated[str, Field(description="The name of a job, as list_jobs has it.")]
Jobs = Annotated[Sequence[str], Field(description="Names, globs, tag:x, job+, +job; none for all jobs.")]
Offline = Annotated[bool, Field(description="Ask no server, only what `schema pull` has kept.")]
RunId = Annotated[str, Field(description="The id of a run, its beginning, or last.")]


@dataclass(frozen=True, slots=True)
class Looking:
    """The tools that only look. What each says of itself is what an assistant reads."""

    workspace: Workspace

    def list_jobs(self) -> dict[str, Any]:
        """List the jobs of the project: model, source, tags, order; the problems, where files are invalid."""
        try:
            project = self.workspace.load()
        except SpecError as error:
            return {"valid": False, "problems": plain(error.problems)}
        jobs = [
            {
                "job": one.name,
                "model": one.spec.target.model,
                "mode": one.spec.target.mode,
                "source": one.spec.source.type,
                "connection": one.spec.target.connection,
                "tags": list(one.spec.tags),
                "depends_on": sorted(project.depends_on.get(one.name, ())),
            }
            for one in project.jobs.values()
        ]
        return {"valid": True, "environment": project.environment, "production": project.is_production, "jobs": jobs}

    def job(self, name: JobName) -> dict[str, Any]:
        """Show the YAML file of a job as it is written, and what is wrong with it."""
        text, found = job_text(self.workspace.load(), name), validate(self.workspace, name)
        return {"job": name, "file": text, "problems": plain(found.problems), "warnings": plain(found.warnings)}

    def validate(self, jobs: Jobs = (), online: bool = False) -> dict[str, Any]:
        """Check the files of the project; online also models, fields, types and rights on the server."""
        found = validate(self.workspace, jobs, online=online)
        return {"valid": not found.problems, **plain(found)}

    def inspect_model(
        self,
        model: Annotated[str, Field(description="Such as res.partner.")],
        fields: Annotated[str, Field(description="Names of fields, with * and ?, commas between them.")] = "",
        word: Annotated[str, Field(description="A word in name, label or values of the fields.")] = "",
        offline: Offline = False,
    ) -> dict[str, Any]:
        """Describe the fields of a model of Odoo, and the rights of the user; no record is read."""
        report = inspect(self.workspace, model, offline=offline).only(fields, word)
        told: dict[str, Any] = plain(report)
        del told["key"]
        told["fields"] = [{key: each for key, each in one.items() if each} for one in told["fields"]]
        return told

    def preview(
        self,
        job: JobName,
        rows: Annotated[int, Field(ge=1, le=50)] = 10,
        line: Annotated[int, Field(ge=0, description="The row that begins in this line of the source.")] = 0,
        key: Annotated[str, Field(description="Rows with this text in the key of the job.")] = "",
        offline: Offline = False,
    ) -> dict[str, Any]:
        """Show what a run would make of the first rows of a job: cells beside values, flaws at their fields."""
        return dict(plain(preview(self.workspace, job, rows=rows, pick=Pick(line=line, key=key), offline=offline)))

    def history(
        self,
        jobs: Annotated[Sequence[str], Field(description="Names or globs of jobs; none for all.")] = (),
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> dict[str, Any]:
        """List the last runs, newest first: command, status, exit code, counts of rows by job."""
        return {"runs": plain(history(self.workspace, jobs, limit=limit))}

    def show_run(self, run: RunId = "last") -> dict[str, Any]:
        """Show the result of a run: counts, reasons of rejects, values that Odoo did not keep, errors, notes."""
        found = show(self.workspace, run)
        told = as_json(found.result)
        for one in told["jobs"]:
            for name in PATHS:
                one.pop(name, None)
        state = {"running": found.is_running, "killed": found.is_killed, "missing": found.missing}
        return {**state, "result": plain(told), "files": [one.path for one in found.files]}

    def rejects(
        self,
        job: JobName,
        run: RunId = "last",
        code: Annotated[str, Field(description="Only rows with this reason, such as bad_email.")] = "",
        offset: Annotated[int, Field(ge=0)] = 0,
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> dict[str, Any]:
        """Show rejected rows of a job, some at a time, with their cells and reasons, and how many have which reason."""
        table, wanted = mend(self.workspace, run, job), RejectsFilter(code=code)
        page = table.page(wanted, offset, limit)
        rows = [
            {
                "line": one.line,
                "code": one.code,
                "reason": one.reason,
                "fields": plain(one.fields),
                "cells": {cell.column: cell.text for cell in one.cells},
            }
            for one in page.rows
        ]
        reasons = [{"code": one.code, "field": one.field, "rows": one.rows} for one in table.groups()]
        return {"total": page.total, "found": page.found, "offset": page.offset, "reasons": reasons, "rows": rows}

    def explain(
        self, code: Annotated[str, Field(description="Of a reject, an error or an exit code; none lists all.")] = ""
    ) -> dict[str, Any]:
        """Say what a code means, its usual causes, and its cure."""
        if not code:
            return {"codes": [page.code for one in explaining.all_chapters() for page in one.pages]}
        return {"pages": plain(explaining.explain(code))}

    def docs(
        self,
        page: Annotated[str, Field(description="The name of a page, such as rejects.")] = "",
        search: Annotated[str, Field(description="Words that a page has.")] = "",
    ) -> dict[str, Any]:
        """Read a page of the documentation, find those with some words, or list all."""
        if page:
            found = manual.manual_page(page)
            return {"page": found.name, "title": found.title, "lines": found.text.splitlines()[:MOST_LINES]}
        if search:
            pages = manual.search_manual(search)[:10]
            return {
                "found": [{"page": one.page.name, "about": one.page.about, "lines": plain(one.lines)} for one in pages]
            }
        return {"pages": [{"page": one.name, "about": one.about} for one in manual.manual_pages()]}

    def schedules(self) -> dict[str, Any]:
        """List the schedules: next times, how the last ones went, what is paused."""
        return {"schedules": plain(schedules(self.workspace, slots=3))}


def job_text(project: Project, name: str) -> str:
    """The text of the file of a job. Raises UsageError: there is no such job."""
    if name not in project.jobs:
        raise UsageError(f"there is no job {name!r}; jobs: {', '.join(project.jobs) or 'none'}")
    return project.jobs[name].path.read_text("utf-8")
