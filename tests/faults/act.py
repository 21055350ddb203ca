"""What a forked process does for a test of faults: a verb of the program, which may be told to die at a point."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from odoo_etl.cli._run import Request, open_state, perform, run_folder, selected
from odoo_etl.cli.resume import resuming
from odoo_etl.cli.retry import retrying
from odoo_etl.cli.undo import undoing
from odoo_etl.errors import Interrupted, OdooEtlError
from tests.faults.points import Point, dying


def act(asked: dict[str, Any]) -> int:
    """Do what a request wants; the exit code."""
    verb, run = asked["verb"], asked.get("run")
    choose = {
        "run": lambda: selected,
        "plan": lambda: selected,
        "resume": lambda: resuming(run),
        "retry": lambda: retrying(run),
        "undo": lambda: undoing(run or ""),
    }[verb]()
    request = Request(verb, Path(asked["folder"]), [], True, plan_shown=0 if verb == "plan" else None)
    point = Point(**asked["point"]) if asked.get("point") else None
    try:
        return perform(request, choose, *(dying(point) if point else (open_state, run_folder))).exit_code
    except (OdooEtlError, Interrupted) as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
