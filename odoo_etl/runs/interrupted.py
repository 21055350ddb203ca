"""Asking a run of this machine to end in order, whoever started it."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.reporting.events import EVENTS_FILE, is_alive
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.runs.workspace import Workspace
from odoo_etl.stop import ask_to_end


def interrupt_run(workspace: Workspace, run_id: str) -> None:
    """Ask it, as Ctrl-C does: calls on their way are finished, its state is saved, `resume` goes on with it.

    Raises:
        UsageError: it has ended, or is not on this machine.
    """
    folder = _folder(workspace.load(with_jobs=False).state_dir / RUNS, run_id)
    if is_alive(folder) is not True:
        raise UsageError(f"run {run_id} is not alive, as far as can be seen on this machine")
    begun = _begun(folder)
    host, pid = str(begun.get("host", "")), int(begun.get("pid", 0))
    if host != socket.gethostname() or pid <= 0:
        raise UsageError(f"run {run_id} is on {host or 'another machine'}: it can be interrupted there alone")
    try:
        ask_to_end(pid, signal.SIGINT)  # of a person: a server that started it does not resume it
    except ProcessLookupError:
        raise UsageError(f"run {run_id} has just ended") from None
    except PermissionError:
        raise UsageError(f"run {run_id} belongs to another user of this machine, who can interrupt it") from None


def _folder(runs: Path, run_id: str) -> Path:
    """The folder of a run. Raises UsageError: there is none of this very name."""
    if runs.is_dir() and run_id in {path.name for path in runs.iterdir()}:
        return runs / run_id
    raise UsageError(f"there is no run {run_id!r} on this machine")


def _begun(folder: Path) -> dict[str, Any]:
    """The first line of its events."""
    try:
        with (folder / EVENTS_FILE).open("rb") as file:
            known = json.loads(file.readline())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
