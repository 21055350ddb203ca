"""Sources that cannot be read as their job says: files that are not there, columns that they lack, queries in files.

`plan` and `run` fail on them, so they are problems; a file that comes later is a warning (`comes_later`).
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from odoo_etl.errors import Problem, SourceError
from odoo_etl.mapping import key_columns, named_columns, place_of_column
from odoo_etl.sources import Source, check_protocol, open_rows, open_source, read_query
from odoo_etl.spec import FileKeys, Job, JobSpec, Project, SourceSpec, SqlSource
from odoo_etl.sync import lacks, missing_columns


@dataclass(frozen=True, slots=True)
class SourceReport:
    """Why sources cannot be read, and of which files it is expected that they come later."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check_sources(job: Job, project: Project) -> SourceReport:
    """Look for the files of a job, read their headers, and hold the columns that the job uses against them."""
    found = SourceReport()
    for place, source in job.spec.placed_sources:
        if fault := _fault(source.alone):
            problem = job.problem((*place, *(fault.at or ("source", "path"))[1:]), str(fault))
            if not _is_there(source) and comes_later(source, job.spec, project):
                found = replace(found, warnings=(*found.warnings, problem))
            else:
                found = replace(found, problems=(*found.problems, problem))
    if found != SourceReport() or not all(map(is_at_hand, job.spec.every_source)):
        return found
    try:
        rows = open_rows(job.spec, key_columns(job.spec), named_columns(job.spec))
        return SourceReport(tuple(column_problems(job, rows)))
    except SourceError as error:  # of sources that do not go together
        return SourceReport((job.problem(error.at or ("source",), str(error)),))


def is_at_hand(source: SourceSpec) -> bool:
    """Whether a source is read at once: a query may be dear, and what lies elsewhere is asked for by runs alone."""
    return isinstance(source, FileKeys) and source.is_here


def column_problems(job: Job, rows: Source) -> Iterator[Problem]:
    """The columns that a job uses and its source lacks, each where the job names it first.

    Raises:
        SourceError: the source cannot be read.
    """
    for column, users in missing_columns(job.spec, rows.columns()).items():
        yield job.problem(place_of_column(job.spec, users[0], column), lacks(job.spec, rows, {column: users}))


def comes_later(source: SourceSpec, job: JobSpec, project: Project) -> bool:
    """Whether a file that is not there is expected: deliveries, and what steps before the job may fetch."""
    is_delivered = bool(getattr(source, "only_new", False)) or glob.has_magic(getattr(source, "path", ""))
    return is_delivered or bool(project.project.before or job.before)


def _fault(source: SourceSpec) -> SourceError | None:
    """Why a source cannot be opened; a query is not run, and no server is asked."""
    try:
        if isinstance(source, SqlSource):
            read_query(source)
        elif is_at_hand(source):
            open_source(source).columns()
        elif isinstance(source, FileKeys):
            check_protocol(source)
    except SourceError as error:
        return error
    return None


def _is_there(source: SourceSpec) -> bool:
    """Whether any file of a source is there; a query always is."""
    named = getattr(source, "path", "")
    path = Path(named)
    root = Path(path.anchor or ".")
    return not named or path.exists() or next(root.glob(str(path.relative_to(path.anchor))), None) is not None
