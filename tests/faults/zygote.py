"""A process that has imported the program and forks runs of it: a run costs what it does, not what importing does.

It reads one JSON request a line (`verb`, `folder`, `out`, `err`, `run`, `point`), answers the child's pid, and when the
child has ended its exit code (negative: the signal).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import odoo_etl.loading.schedule
import odoo_etl.loading.undo
import odoo_etl.reporting.progress
import odoo_etl.sources.csv_files
import odoo_etl.sources.sql
import odoo_etl.spec
import odoo_etl.state  # noqa: F401 - imported before the fork
from odoo_etl.cli._run import Request, open_state, perform, run_folder, selected
from odoo_etl.cli.resume import resuming
from odoo_etl.cli.retry import retrying
from odoo_etl.cli.undo import undoing
from odoo_etl.errors import Interrupted, OdooEtlError
from tests.faults.points import Point, dying


def act(wish: dict[str, Any]) -> int:
    """Do what a request wants; the exit code."""
    verb, run = wish["verb"], wish.get("run")
    choose = {
        "run": lambda: selected,
        "plan": lambda: selected,
        "resume": lambda: resuming(run),
        "retry": lambda: retrying(run),
        "undo": lambda: undoing(run or ""),
    }[verb]()
    request = Request(verb, Path(wish["folder"]), [], True, plan_shown=0 if verb == "plan" else None)
    point = Point(**wish["point"]) if wish.get("point") else None
    try:
        return perform(request, choose, *(dying(point) if point else (open_state, run_folder))).exit_code
    except (OdooEtlError, Interrupted) as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code


def child(wish: dict[str, Any]) -> None:
    """The forked run; never returns."""
    code = 1
    try:
        for name, number in (("out", 1), ("err", 2)):
            file = os.open(wish[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, number)
        code = act(wish)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Serve until nobody asks any more."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            child(json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
