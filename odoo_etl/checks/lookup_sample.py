"""Values of the first rows of a job for which no record is found, before anything is planned or written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from odoo_etl.errors import OdooEtlError, Problem
from odoo_etl.fieldtypes import refers_to_content
from odoo_etl.mapping import Reject, Row
from odoo_etl.odoo import OdooClient
from odoo_etl.spec import Job
from odoo_etl.sync import assemble_reading


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
    asked = [name for name in job.spec.fields if _must_be_there(job, name, created)]
    rejects = _rejects(job, client, columns) if asked else []
    problems = []
    for name in asked:
        reasons = [flaw.reason for one in rejects for flaw in one.flaws if flaw.field == name]
        if reasons:
            message = f"of the first rows, {len(reasons)} would be rejected: {reasons[0]}"
            problems.append(job.problem(("fields", name, "lookup"), message))
    return problems


def _must_be_there(job: Job, name: str, created: Collection[str]) -> bool:
    lookup = job.spec.fields[name].lookup
    if job.spec.fields[name].model_column is not None:
        return False
    return bool(lookup) and lookup[-1].on_missing == "reject" and not any(one.model in created for one in lookup)


def _rejects(job: Job, client: OdooClient, columns: Mapping[str, Sequence[Any]]) -> list[Reject]:
    rows = [Row(number, "", (), number) for number in range(len(next(iter(columns.values()))))]
    asking = {
        name: one for name, one in job.spec.fields.items() if not refers_to_content(one)
    }  # files are not asked for
    try:
        reading = assemble_reading(job.spec.model_copy(update={"fields": asking}), client, None, problem=job.problem)
        return reading.lookups.resolve(reading.mapper.records(columns, rows).records, last=True)[1]
    except (OdooEtlError, KeyError):  # a column that is missing, say: `run` and `plan` say what is wrong
        return []
