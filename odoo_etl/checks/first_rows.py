"""Faults of a job that the first rows of its local file show before it is planned: doubts, values without a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from odoo_etl.checks.sources import is_at_hand
from odoo_etl.errors import OdooEtlError, Problem, SourceError
from odoo_etl.fieldtypes import holds_html, refers_to_content, type_of
from odoo_etl.mapping import Reject, Row, mistaken, mistaken_text, named_columns
from odoo_etl.odoo import OdooClient
from odoo_etl.sources import SourceMemory, open_source
from odoo_etl.spec import FieldSpec, Job, place_of, with_joined
from odoo_etl.sync import assemble_reading

ROWS: Final = 200


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


def first_cells(job: Job) -> Mapping[str, list[Any]]:
    """The first rows of the job's file, by column; none where there is no file yet."""
    if not all(is_at_hand(one) for _, one in with_joined(job.spec.source)):
        return {}
    try:
        chunk = next(iter(open_source(job.spec.source, SourceMemory(), named_columns(job.spec)).chunks(ROWS)), None)
    except SourceError:  # `check_sources` says what is wrong with it
        return {}
    return chunk.columns if chunk else {}


def check_lookup_sample(
    job: Job, client: OdooClient, columns: Mapping[str, Sequence[Any]], created: Collection[str]
) -> list[Problem]:
    """Ask for the records that the first rows of the job's file stand for.

    Args:
        columns: the cells of these rows, by column.
        created: models of which jobs create records; one that is missing there may come.
    """
    if not columns or job.spec.depends_on:  # whatever it waits for may make what is missing
        return []
    asked = [path for path, one in job.spec.every_field.items() if _must_be_there(one, created)]
    rejects = _rejects(job, client, columns) if asked else []
    problems = []
    for name in asked:
        reasons = [flaw.reason for one in rejects for flaw in one.flaws if flaw.field == name]
        if reasons:
            message = f"of the first rows, {len(reasons)} would be rejected: {reasons[0]}"
            problems.append(job.problem((*place_of(name), "lookup"), message))
    return problems


def _must_be_there(field: FieldSpec, created: Collection[str]) -> bool:
    lookup = field.lookup
    if field.model_column is not None:
        return False
    return bool(lookup) and lookup[-1].on_missing == "reject" and not any(one.model in created for one in lookup)


def _rejects(job: Job, client: OdooClient, columns: Mapping[str, Sequence[Any]]) -> list[Reject]:
    rows = [Row(number, "", (), number) for number in range(len(next(iter(columns.values()))))]
    asking = job.spec.without(refers_to_content)  # files are not asked for
    try:
        reading = assemble_reading(asking, client, None, problem=job.problem)
        return reading.lookups.resolve(reading.mapper.records(columns, rows).records, last=True)[1]
    except (OdooEtlError, KeyError):  # a column that is missing, say: `run` and `plan` say what is wrong
        return []
