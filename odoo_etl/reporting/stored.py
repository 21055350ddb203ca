"""`run_results.json` read back: the result of a run as it was when it ended, also of an earlier release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from odoo_etl.reporting.run_folder import RESULTS_FILE
from odoo_etl.results import CARRIED_OUT, RunResult

_DISCREPANCIES = ("rewritten", "not_kept_values", "not_kept")


class Unreadable(Exception):
    """There is no result to read; the message says why."""


def read_results(folder: Path) -> RunResult:
    """The result in the folder of a run.

    Raises:
        Unreadable: there is none, or it is damaged.
    """
    path = folder / RESULTS_FILE
    try:
        document = json.loads(path.read_bytes())
        return replace(_adapter().validate_python(_whole(document)), folder=folder)
    except FileNotFoundError:
        raise Unreadable(f"{RESULTS_FILE} is not there") from None
    except OSError as error:
        raise Unreadable(f"{RESULTS_FILE} cannot be read: {error.strerror or error}") from error
    except (ValidationError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"{RESULTS_FILE} is damaged") from error


@cache
def _adapter() -> TypeAdapter[RunResult]:
    return TypeAdapter(RunResult)


def _whole(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as the types have it."""
    return {**document, "jobs": [_job(job) for job in document.get("jobs", ())]}


def _job(job: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: job[name] for name in _DISCREPANCIES if name in job}
    vanished = job.get("vanished") or None
    if vanished is not None:
        removed = next((vanished[word] for word in CARRIED_OUT.values() if word in vanished), None)
        vanished = {**vanished, "removed": removed}
    return {**job, "discrepancies": found, "vanished": vanished, "undone": job.get("undone") or None}
