"""The end of a run takes away what runs left and is older than project.yaml wants it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from odoo_etl.errors import OdooEtlError
from odoo_etl.private_files import write_mark
from odoo_etl.purging import RunFolders
from odoo_etl.reporting.run_folder import RUNS
from odoo_etl.runs.purged import OldRuns, purge_old
from odoo_etl.spec import Project
from odoo_etl.state import Ledger

MARK = ".purged"  # in the state folder; as old as the last time
EACH_S = 86_400.0


def keep_retention(
    project: Project, ledger: Ledger, note: Callable[[str], object], now: Callable[[], float] = time.time
) -> None:
    """Purge what is older than `retention` of project.yaml. It never fails a run: what went wrong is noted."""
    retention, moment = project.project.retention, datetime.fromtimestamp(now(), UTC)
    try:
        ledger.prune(moment - timedelta(seconds=retention.before_images))
        if retention.runs is not None and _is_due(project.state_dir / MARK, now()):
            old = OldRuns(moment - timedelta(seconds=retention.runs), moment)
            purge_old(ledger, RunFolders(project.state_dir / RUNS), old, planned=False)
            write_mark(project.state_dir / MARK)
    except (OdooEtlError, OSError) as error:
        note(f"old runs could not be purged as `retention` says: {error}; `odoo-etl purge` does it by hand")


def _is_due(mark: Path, now: float) -> bool:
    try:
        return now - mark.stat().st_mtime > EACH_S
    except FileNotFoundError:
        return True
