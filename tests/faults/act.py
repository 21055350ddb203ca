"""What a run of a test of faults is: a use case, in a forked process where it may be told to die at a point."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.reporting.run_folder import as_json
from odoo_etl.runs.past import LAST
from odoo_etl.runs.perform import Openings, perform
from odoo_etl.runs.resumed import resuming
from odoo_etl.runs.retried import retrying
from odoo_etl.runs.selected import selected
from odoo_etl.runs.undone import undoing
from odoo_etl.runs.work import Arguments, Choose, Request
from odoo_etl.runs.workspace import Workspace
from tests.faults.points import Point, die_among_files, die_in_stores, dying


def act(asked: dict[str, Any]) -> int:
    """Do what a request wants, and print what came of it; the exit code."""
    point = Point(**asked["point"]) if asked.get("point") else None
    if point:
        die_among_files(point, Path(asked["folder"], "in"))
        die_in_stores(point)
    code, report, error = acted(asked["verb"], Path(asked["folder"]), asked.get("run"), point)
    sys.stdout.write(report)
    sys.stderr.write(error)
    return code


def acted(verb: str, folder: Path, run: str | None, point: Point | None = None) -> tuple[int, str, str]:
    """Do it in this process; the exit code, the report if there is one, and what went wrong."""
    request = Request(verb, Workspace(folder), 0 if verb == "plan" else None)
    try:
        result = perform(request, chosen(verb, run), dying(point) if point else Openings())
    except OdooEtlError as error:
        return error.exit_code, "", f"error: {error}\n"
    report = json.dumps(as_json(result), default=str)
    return result.exit_code, report, f"error: {result.error}\n" if result.error else ""


def chosen(verb: str, run: str | None) -> Choose:
    """What a verb does."""
    if verb == "resume":
        return partial(resuming, run=run or LAST, executor={})
    if verb == "retry":
        return partial(retrying, run=run or LAST, wanted=())
    if verb == "undo":
        return partial(undoing, run=run or "", delete=False)
    return partial(selected, arguments=Arguments())
