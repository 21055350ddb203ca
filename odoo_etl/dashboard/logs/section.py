"""The pages of logs: which there are, the last lines of one, all of it as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from starlette.responses import StreamingResponse

from odoo_etl.dashboard.frame import Link, NotThere, Page, Section, checked_run
from odoo_etl.errors import UsageError
from odoo_etl.runs.log_lines import LEVELS
from odoo_etl.runs.logs import log_files, log_page, log_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit
    from odoo_etl.runs import ShownRun

LINES: Final = 200
SHOWN_FILES: Final = 50
TONES: Final = {"warning": "warn", "error": "bad"}


def _logs(visit: Visit) -> Response:
    run = checked_run(visit.query["run"]) if visit.query.get("run") else ""
    files = log_files(visit.site.workspace, run)
    return visit.render("logs.html", files=files[:SHOWN_FILES], more=len(files) - SHOWN_FILES, run=run)


def _log(visit: Visit) -> Response:
    level = next((one for one in LEVELS if one == visit.query.get("level")), "")
    text = visit.query.get("before", "")
    before = int(text[:15]) if text.isascii() and text.isdigit() else None
    try:
        page = log_page(visit.site.workspace, visit.query.get("file", ""), level=level, before=before, limit=LINES)
    except UsageError as error:
        raise NotThere(str(error)) from error
    template = "log_part.html" if visit.wants_part else "log.html"
    return visit.render(template, page=page, level=level, before=before, levels=LEVELS[1:], tones=TONES)


def _download(visit: Visit) -> Response:
    name = visit.query.get("file", "")
    try:
        lines = log_text(visit.site.workspace, name)
    except UsageError as error:
        raise NotThere(str(error)) from error
    file = "-".join(PurePosixPath(name).parts)
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in file)
    headers = {"content-disposition": f'attachment; filename="{safe}"'}
    return StreamingResponse(lines, media_type="text/plain; charset=utf-8", headers=headers)


def _of_run(run: ShownRun) -> Iterator[Link]:
    yield Link("Log", "logs", {"run": run.result.run_id})


LOGS = Section(
    "logs",
    (
        Page("/logs", "logs", _logs),
        Page("/logs/file", "log", _log),
        Page("/logs/download", "log_download", _download),
    ),
    "Logs",
    "logs",
    of_run=_of_run,
)
