"""Columns that a job expects something of and its file, which is there already, lacks; no server is asked."""

from __future__ import annotations

from odoo_etl.checks.first_rows import FILES
from odoo_etl.errors import Problem, SourceError
from odoo_etl.sources import open_rows
from odoo_etl.spec import Job
from odoo_etl.sync.staging import meant, shown


def check_expected_columns(job: Job) -> list[Problem]:
    """Hold what `expect` names against the header; what cannot be read now is found by `plan` and `run`."""
    wanted = list(job.spec.expect.columns())
    if not wanted or any(one.type not in FILES for one in job.spec.every_source):
        return []
    try:
        columns = open_rows(job.spec, ()).columns()
    except SourceError:
        return []
    hint = f"it has {', '.join(map(shown, columns))}"
    return [
        job.problem(place, f"the source lacks the column {column!r}{meant(column, columns)}", hint)
        for column, place in wanted
        if column not in columns
    ]
