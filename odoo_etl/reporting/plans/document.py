"""A plan with every change as one JSON document, in parts: it is never whole in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from odoo_etl.reporting.changes_file import change_json, changes_of
from odoo_etl.reporting.run_folder import as_json
from odoo_etl.results import RunResult


def document_parts(result: RunResult, *, every: bool) -> Iterator[str]:
    """The content of `run_results.json`; `changes` of each job are all that the plan kept, if every one is wanted."""
    known = as_json(result)
    jobs: list[dict[str, Any]] = known.pop("jobs")
    yield _dumped(known)[:-1] + ', "jobs": ['
    for number, (job, told) in enumerate(zip(result.jobs, jobs, strict=True)):
        del told["changes"]
        yield (", " if number else "") + _dumped(told)[:-1] + ', "changes": ['
        for place, change in enumerate(changes_of(job) if every else job.changes):
            yield (", " if place else "") + change_json(change)
        yield "]}"
    yield "]}"


def _dumped(known: dict[str, Any]) -> str:
    return json.dumps(known, ensure_ascii=False, default=str)
