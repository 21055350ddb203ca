"""The rejects file as a whole: downloaded, uploaded, retried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, Final

from starlette.datastructures import UploadFile
from starlette.responses import StreamingResponse

from odoo_etl.dashboard.frame import Refusal, start
from odoo_etl.dashboard.rejects.asked import table_of
from odoo_etl.dashboard.rejects.looking import Place
from odoo_etl.dashboard.rejects.mending import back

if TYPE_CHECKING:
    from starlette.responses import Response

    from odoo_etl.dashboard.frame import Visit

_PIECE: Final = 1 << 18
_TYPES: Final = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_OTHER: Final = "application/octet-stream"


def download(visit: Visit) -> Response:
    """The file as it lies there, a CSV file without what a spreadsheet would run; or in another form, made for this."""
    known, form = table_of(visit), visit.query.get("form", "")
    if form == "xlsx" and known.path.suffix != ".xlsx":
        with TemporaryDirectory() as folder:
            made = known.as_workbook(Path(folder))
            if made is None:
                raise Refusal("A workbook cannot hold these rows, or would take too long: take them as CSV.")
            return _sent(visit, made)
    return _sent(visit, known.as_csv() if "csv" in {form, known.path.suffix[1:]} else known.path)


def upload(visit: Visit) -> Response:
    """Take a file in, and say what it would change."""
    place, file = Place.of(visit), visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Refusal("Choose a file first.")
    told = table_of(visit).receive(_pieces(file.file), file.filename)
    return visit.render("rejects_upload.html", here=place, told=told, name=file.filename)


def take(visit: Visit) -> Response:
    """Put the file that was taken in where the rejects are."""
    place = Place.of(visit)
    edit = table_of(visit).take(visit.text("token"), visit.text("version"), visit.who)
    visit.site.tell(f"{visit.who} uploaded {edit.cells:,} rows as rejects of {place.job} in run {place.run}")
    return back(visit, place)


def retry(visit: Visit) -> Response:
    """Start `retry` of the job's rejects, and lead to that run."""
    place = Place.of(visit)
    table_of(visit)
    accepted = ["--accept-new-keys"] if visit.text("accept") else []
    return start(visit, "retry", *accepted, "--", place.run, place.job, what=f"of {place.job} of run {place.run}")


def _sent(visit: Visit, path: Path) -> Response:
    """A file for the visitor to keep: as it is at this moment, also where it is replaced meanwhile."""
    file = path.open("rb")
    size = file.seek(0, 2)
    file.seek(0)
    headers = {
        "content-type": _TYPES.get(path.suffix, _OTHER),
        "content-disposition": f'attachment; filename="{visit.path["job"]}-rejects{path.suffix}"',
        "content-length": str(size),
    }
    return StreamingResponse(_closing(file), headers=headers)


def _closing(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from _pieces(file)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
