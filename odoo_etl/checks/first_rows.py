"""Doubts about a job that the first rows of its local file raise, before anything is planned or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from odoo_etl.errors import Problem, SourceError
from odoo_etl.fieldtypes import holds_html, type_of
from odoo_etl.mapping import mistaken, mistaken_text
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.spec import Job
from odoo_etl.sync import check_columns

ROWS: Final = 200
_FILES: Final = frozenset({"csv", "excel", "parquet"})  # a query may be dear


def check_first_rows(
    job: Job, fields: Mapping[str, Mapping[str, Any]], columns: Mapping[str, Sequence[Any]]
) -> list[Problem]:
    """Cells for HTML fields that look like the other of text and HTML.

    Args:
        fields: the fields of the job's model.
        columns: the cells of the first rows, by column.
    """
    read = {
        name: spec.column
        for name, spec in job.spec.fields.items()
        if spec.column and spec.map is None and type_of(fields.get(name, {}).get("type", "")).is_markup
    }
    problems = []
    for name, column in read.items():
        html = holds_html(job.spec.fields[name])
        if found := mistaken(columns.get(column, ()), html=html):
            problems.append(
                job.problem(("fields", name), f"of the first rows, {mistaken_text(len(found), found[0], html=html)}")
            )
    return problems


def check_header(job: Job) -> list[Problem]:
    """Columns that the job uses and its file, which is there already, lacks."""
    if job.spec.source.type not in _FILES:
        return []
    try:
        source = open_source(job.spec.source, SourceMemory())
        source.columns()
    except SourceError:
        return []
    try:
        check_columns(job.spec, source)
    except SourceError as error:
        return [job.problem(("source",), str(error))]
    return []


def first_cells(job: Job) -> Mapping[str, list[Any]]:
    """The first rows of the job's file, by column; none where there is no file yet."""
    if job.spec.source.type not in _FILES:
        return {}
    try:
        chunk = next(iter(open_source(job.spec.source, SourceMemory()).chunks(ROWS)), None)
    except SourceError:  # `run` and `plan` say what is wrong with it
        return {}
    return chunk.columns if chunk else {}
