"""The routes of rejects, and the way to them from the page of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from odoo_etl.dashboard.frame import Action, Link, Page, Section
from odoo_etl.dashboard.rejects.handing import download, retry, take, upload
from odoo_etl.dashboard.rejects.looking import cell, jobs, replacing, row, table, text
from odoo_etl.dashboard.rejects.mending import accept, change, replace, undo
from odoo_etl.rejects.mending import MOST_BYTES

if TYPE_CHECKING:
    from odoo_etl.runs import ShownRun

_ALL = "/runs/{run}/rejects"
_JOB = f"{_ALL}/{{job}}"
_ROW = f"{_JOB}/rows/{{number}}"
_FRAME = 1 << 20  # bytes of a form around a file
_LARGEST_ROW = 8 << 20


def _of_run(found: ShownRun) -> Iterator[Link]:
    """To the rejects of a run, as far as its folder has any."""
    run, jobs = found.result.run_id, _with_rejects(found)
    if len(jobs) == 1:
        yield Link("Mend its rejects", "rejects", {"run": run, "job": jobs[0]}, is_next=True)
    elif jobs:
        yield Link(f"Mend rejects of {len(jobs)} jobs", "rejects_of_run", {"run": run}, is_next=True)


def _with_rejects(found: ShownRun) -> list[str]:
    paths = [PurePosixPath(one.path.replace("\\", "/")) for one in found.files]
    here = [path for path in paths if path.parent.name == "rejects" and not path.name.startswith((".", "~"))]
    return sorted({path.stem for path in here if path.suffix in {".csv", ".xlsx", ".ods", ".xls", ".xlsb"}})


REJECTS = Section(
    "rejects",
    (
        Page(_ALL, "rejects_of_run", jobs),
        Page(_JOB, "rejects", table),
        Page(f"{_JOB}/file", "rejects_file", download),
        Page(f"{_JOB}/replace", "rejects_replacing", replacing, needs="operator"),
        Action(f"{_JOB}/replace", "rejects_replace", replace),
        Action(f"{_JOB}/undo", "rejects_undo", undo),
        Action(f"{_JOB}/upload", "rejects_upload", upload, largest=MOST_BYTES + _FRAME),
        Action(f"{_JOB}/upload/take", "rejects_take", take),
        Action(f"{_JOB}/retry", "rejects_retry", retry),
        Page(_ROW, "reject", row),
        Page(f"{_ROW}/cell", "reject_cell", cell, needs="operator"),
        Page(f"{_ROW}/text", "reject_text", text),
        Action(_ROW, "reject_change", change, largest=_LARGEST_ROW),
        Action(f"{_ROW}/accept", "reject_accept", accept),
    ),
    of_run=_of_run,
)
