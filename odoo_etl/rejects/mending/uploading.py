"""A mended file that somebody uploads: compared with the rejects file first, then put in its place."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from odoo_etl.private_files import opener, own_folder
from odoo_etl.rejects.beside import Beside, copy_durably, placed_of
from odoo_etl.rejects.cells import unguarded
from odoo_etl.rejects.mending.editing import Doing
from odoo_etl.rejects.mending.indexed import Indexed
from odoo_etl.rejects.mending.journal import Journal, Noted, check_last
from odoo_etl.rejects.mending.model import CannotMend, MendedMeanwhile, RejectsEdit, UploadedRejects
from odoo_etl.rejects.mending.view import View, errors_told, locked, viewed
from odoo_etl.rejects.reading import WORKBOOKS

MOST_BYTES: Final = 1 << 29
SHOWN: Final = 5
_TEXTS: Final = (".csv", ".txt", ".tsv")
_TOKEN: Final = re.compile(r"[0-9a-f]{16}")

# Rows of one line are told apart by their order.
_VIEWS: Final = """
CREATE TEMP VIEW our AS
    SELECT place, digest, ROW_NUMBER() OVER (PARTITION BY place ORDER BY n) AS nth FROM ours.rows;
CREATE TEMP VIEW their AS
    SELECT place, digest, ROW_NUMBER() OVER (PARTITION BY place ORDER BY n) AS nth FROM theirs.rows;
"""
_CHANGED: Final = "SELECT place FROM our JOIN their USING (place, nth) WHERE our.digest <> their.digest"
_GONE: Final = "SELECT place FROM our LEFT JOIN their USING (place, nth) WHERE their.digest IS NULL"
_ADDED: Final = "SELECT place FROM their LEFT JOIN our USING (place, nth) WHERE our.digest IS NULL"


def receive(indexed: Indexed, pieces: Iterable[bytes], name: str, most_bytes: int = MOST_BYTES) -> UploadedRejects:
    """Take a file in, and say what it would change; it waits until `take` puts it in place.

    Args:
        name: as the person calls it; by its end its form is known.

    Raises:
        CannotMend: it is too large, of no form that `retry` reads, or lacks a column; nothing was kept of it.
        SourceError: it cannot be read, or written here.
    """
    suffix, token = _suffix(name), secrets.token_hex(8)
    upload = _upload(indexed, token, suffix)
    with errors_told(indexed):
        own_folder(Beside(indexed.path).folder)
        forget_uploads(indexed)
        try:
            _write(upload.path, pieces, most_bytes)
            with viewed(upload) as theirs:
                _check_readable(theirs)
            with viewed(indexed) as ours, viewed(upload) as theirs:
                return _compared(ours, theirs, token)
        except BaseException:
            forget_uploads(indexed, token)
            raise


def take(indexed: Indexed, token: str, version: str, doing: Doing) -> tuple[RejectsEdit, Path]:
    """Put a file that waits in place of the rejects file, which is kept aside; its path from now on, too.

    Args:
        version: of the rejects file that it was compared with.

    Raises:
        CannotMend: no such file waits.
        MendedMeanwhile: the rejects file is another one by now; the file still waits.
    """
    upload = _waiting(indexed, token)
    with viewed(indexed, to_write=True) as view:
        if view.version != version:
            raise MendedMeanwhile(
                "the rejects were changed since the file was uploaded, by somebody else, a spreadsheet or a retry;"
                " nothing was written: upload the file again to see what it would change now"
            )
        with viewed(upload) as theirs:
            rows = theirs.index.rows
        view.file.close()  # a file that is open is not replaced on Windows
        taken = replace_file(indexed, upload.path, rows, doing)
    forget_uploads(indexed)
    return taken


def replace_file(indexed: Indexed, file: Path, rows: int, doing: Doing) -> tuple[RejectsEdit, Path]:
    """Put a file in place of the rejects file, which is kept aside, and note it; its new path, too. Raises OSError."""
    beside = Beside(indexed.path)
    journal, target = Journal(beside), indexed.path.with_suffix(file.suffix)
    former = beside.former(indexed.path.suffix)
    copy_durably(indexed.path, former)
    with journal.adding() as adding:
        edit = RejectsEdit(adding.number, doing.at, doing.by, doing.what, rows, undoes=doing.undoes)
        adding.add(Noted(edit, (0, 0), former.name, placed_of(file)))
        file.replace(target)
        adding.keep()
    if target != indexed.path:
        indexed.path.unlink(missing_ok=True)
    return edit, target


def undo_upload(indexed: Indexed, noted: Noted, doing: Doing) -> tuple[RejectsEdit, Path]:
    """Put the file back that was replaced. Raises MendedMeanwhile: something else has changed the file since."""
    with locked(indexed):
        beside = Beside(indexed.path)
        edits = Journal(beside).edits()
        check_last(edits, noted.edit.number)
        former, last = beside.folder / Path(noted.former).name, edits[-1]
        if not former.is_file() or last.placed != placed_of(indexed.path):
            raise MendedMeanwhile(
                "the upload cannot be taken back: a retry or a spreadsheet has changed the file since; nothing was"
                f" written; the former file is kept as {former.name}"
            )
        again = _upload(indexed, secrets.token_hex(8), former.suffix).path
        copy_durably(former, again)
        return replace_file(indexed, again, noted.edit.cells, doing)


def forget_uploads(indexed: Indexed, token: str = "") -> None:
    """Take away what waits: that of a token, or all."""
    for path in Beside(indexed.path).uploads(token):
        path.unlink(missing_ok=True)


def _upload(indexed: Indexed, token: str, suffix: str) -> Indexed:
    base = Beside(indexed.path).uploaded(token)
    named = {end: base.with_name(base.name + end) for end in (suffix, ".sqlite3", ".copy.csv")}
    return Indexed(named[suffix], indexed.originals, indexed.form, named[".sqlite3"], named[".copy.csv"])


def _waiting(indexed: Indexed, token: str) -> Indexed:
    if _TOKEN.fullmatch(token):
        for suffix in (".csv", *WORKBOOKS):
            if (upload := _upload(indexed, token, suffix)).path.is_file():
                return upload
    raise CannotMend("the uploaded file waits no longer: upload it again")


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix in _TEXTS:
        return ".csv"
    if suffix not in WORKBOOKS:
        known = ", ".join([*_TEXTS, *WORKBOOKS])
        raise CannotMend(f"the file {name!r} is of no form that `retry` reads: save it as one of {known}")
    return suffix


def _write(path: Path, pieces: Iterable[bytes], most_bytes: int) -> None:
    size = 0
    with open(path, "wb", opener=opener) as file:
        for piece in pieces:
            size += len(piece)
            if size > most_bytes:
                raise CannotMend(
                    f"the file is larger than {most_bytes >> 20:,} MB: put it in place of the rejects file by hand"
                )
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise CannotMend("the file is empty")


def _check_readable(theirs: View) -> None:
    if theirs.read_only:
        raise CannotMend(f"the file cannot take the place of the rejects: {theirs.read_only}")


def _compared(ours: View, theirs: View, token: str) -> UploadedRejects:
    if lacking := [name for name in ours.judge.columns if name not in theirs.judge.columns]:
        raise CannotMend(f"columns of the source are not in the file: {', '.join(lacking)}; keep the header as it was")
    added = [name for name in theirs.judge.columns if name not in ours.judge.columns]
    notes = (f"columns that the rejects do not have: {', '.join(added)}",) if added else ()
    changed, gone, more = (_lines(ours, theirs, query) for query in (_CHANGED, _GONE, _ADDED))
    (new_keys,) = theirs.index.db.execute("SELECT COUNT(*) FROM rows WHERE new_key").fetchone()
    return UploadedRejects(
        token=token,
        rows=theirs.index.rows,
        changed=len(changed),
        gone=len(gone),
        added=len(more),
        gone_lines=tuple(gone[:SHOWN]),
        added_lines=tuple(more[:SHOWN]),
        new_keys=new_keys,
        version=ours.version,
        notes=notes,
    )


def _lines(ours: View, theirs: View, query: str) -> list[str]:
    """The `_line` of some rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("ATTACH ? AS ours", (str(ours.indexed.index),))
        db.execute("ATTACH ? AS theirs", (str(theirs.indexed.index),))
        db.executescript(_VIEWS)
        return [unguarded(place) for (place,) in db.execute(query)]
