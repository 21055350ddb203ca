"""What a forked process does for a test of faults: a use case, which may be told to die at a point."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.reporting.run_folder import as_json
from odoo_etl.runs.find import LAST
from odoo_etl.runs.perform import Arguments, Choose, Openings, Request, perform
from odoo_etl.runs.resumed import resuming
from odoo_etl.runs.retried import retrying
from odoo_etl.runs.selected import selected
from odoo_etl.runs.undone import undoing
from odoo_etl.runs.workspace import Workspace
from tests.faults.points import Point, dying


def act(asked: dict[str, Any]) -> int:
    """Do what a request wants; the exit code."""
    verb, workspace = asked["verb"], Workspace(Path(asked["folder"]))
    point = Point(**asked["point"]) if asked.get("point") else None
    openings = dying(point) if point else Openings()
    try:
        result = perform(
            Request(verb, workspace, 0 if verb == "plan" else None), chosen(verb, asked.get("run")), openings
        )
    except OdooEtlError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    sys.stdout.write(json.dumps(as_json(result), default=str))
    if result.error:
        sys.stderr.write(f"error: {result.error}\n")
    return result.exit_code


def chosen(verb: str, run: str | None) -> Choose:
    """What a verb does."""
    if verb == "resume":
        return partial(resuming, run=run or LAST, executor={})
    if verb == "retry":
        return partial(retrying, run=run or LAST, wanted=())
    if verb == "undo":
        return partial(undoing, run=run or "", delete=False)
    return partial(selected, arguments=Arguments())
