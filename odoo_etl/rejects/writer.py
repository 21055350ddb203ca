"""One job's rejects as they come: a CSV file that a spreadsheet can open and `retry` reads again."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import OdooEtlError
from odoo_etl.private_files import opener, own_folder, replace_file, replacing
from odoo_etl.rejects import kinds_file, own_columns
from odoo_etl.rejects.cells import TEXT, guarded, looks_typed, quoted, quotes_before, written
from odoo_etl.rejects.form import UTF8, RejectsForm
from odoo_etl.rejects.originals import original_line, originals_file
from odoo_etl.results import RejectedRow

DEFAULT: Final = RejectsForm()
MARKS: Final = {UTF8: codecs.BOM_UTF8, "utf-16": codecs.BOM_UTF16_LE}  # by which a spreadsheet knows them
PLAIN: Final = {UTF8: "utf-8", "utf-16": "utf-16-le"}  # of what follows the mark


class CannotReport(OdooEtlError):
    """There is no place for the run's files: a run does not begin, or a job stops, rather than lose what they tell."""


def replace_rejects(old: Path, new: Path | None) -> None:
    """Put the rows that are still rejected in place of those that were retried; with none left, the file goes.

    Raises:
        CannotReport: the file cannot be replaced; it is then as it was.
    """
    try:
        if new is None:
            for file in (old, kinds_file(old), originals_file(old)):
                file.unlink(missing_ok=True)
            return
        if originals_file(old).is_file():  # rows are known as they were when they were rejected first
            _copy(originals_file(old), originals_file(new))
        if kinds_file(new).is_file():
            _copy(kinds_file(new), kinds_file(old))
        _copy(new, placed := old.with_suffix(new.suffix))
        if placed != old:  # a person saved it in another form
            old.unlink()
        if not kinds_file(new).is_file():
            kinds_file(old).unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or error
        raise CannotReport(f"{old}: cannot be replaced: {why}; what landed is in Odoo all the same") from error


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, replacing(target) as copy:
        shutil.copyfileobj(read, copy)


class RejectsFile:
    """The open rejects file of one job. Not safe to use from several threads.

    Every row is whole in the file when `write` returns; one that finds no room is taken out again.
    """

    def __init__(
        self, path: Path, columns: Sequence[str], form: RejectsForm = DEFAULT, *, originals: bool = True
    ) -> None:
        """Begin the file.

        Args:
            path: `<job>.csv`; its folder is made.
            columns: those of the source, in order.
            form: how it is written.
            originals: keep its rows as they are beside it, for whoever reads them when they were mended.

        Raises:
            CannotReport: it cannot be written.
        """
        self.path, self.encoding, self._form = path, form.encoding, form
        self._columns = list(columns)
        self._kinds: dict[str, list[str]] = {}
        self._quotes: dict[str, int] = {}  # before values of columns that began with texts which are written as values
        try:
            own_folder(path.parent)
            self._file = io.FileIO(path, "wb", opener=opener)
            self._originals = io.FileIO(originals_file(path), "wb", opener=opener) if originals else None
        except OSError as error:
            raise self._cannot(error) from error
        try:
            self._put(MARKS.get(self.encoding, b""))
            self._append([*columns, *own_columns(columns)])
            self._keep_original("", [guarded(name) for name in columns])
        except CannotReport:
            self.close()
            raise

    def write(self, row: RejectedRow) -> None:
        """Append a rejected row. Raises CannotReport."""
        cells = [self._text(name, cell) for name, cell in zip(self._columns, row.cells, strict=False)]
        cells += [""] * (len(self._columns) - len(cells))
        place = f"{row.name or Path(row.file).name}:{row.line}" if row.file else str(row.line)
        self._keep_original(guarded(place), list(map(guarded, cells)))
        self._append([*cells, place, row.field, row.stage, row.code, row.reason, str(row.attempts)])

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
        if self._originals is not None:
            self._originals.close()

    def as_workbook(self) -> Path:
        """The closed file as a workbook, or as it is where none can hold it. Raises CannotReport."""
        from odoo_etl.rejects.workbook import to_workbook

        try:
            return to_workbook(self.path, self.encoding, self._form)
        except OSError as error:
            raise self._cannot(error) from error

    def _text(self, column: str, cell: Any) -> str:
        """A cell as text; a type that the column did not have yet is noted first."""
        text, kind = written(cell)
        if kind:
            self._note(column, kind)
        elif column not in self._kinds and looks_typed(text):
            self._quotes[column] = max(self._quotes.get(column, 0), quotes_before(text) + 1)
        return quoted(text, kind, self._kinds.get(column, ()))

    def _note(self, column: str, kind: str) -> None:
        kinds = self._kinds.setdefault(column, [TEXT] * self._quotes.get(column, 0))
        if kind in kinds:
            return
        kinds.append(kind)
        try:
            replace_file(kinds_file(self.path), (json.dumps(self._kinds, indent=2) + "\n").encode())
        except OSError as error:
            raise self._cannot(error) from error

    def _append(self, cells: Sequence[str]) -> None:
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=self._form.delimiter).writerow([guarded(cell) for cell in cells])
        try:
            data = line.getvalue().encode(PLAIN.get(self.encoding, self.encoding))
        except UnicodeEncodeError:
            self._go_on_in_utf8()
            data = line.getvalue().encode("utf-8")
        self._put(data)

    def _keep_original(self, place: str, cells: Sequence[str]) -> None:
        """Note a row as it is, before it stands in the file: a row without its original would pass for another one."""
        if self._originals is None:
            return
        try:
            _put_whole(self._originals, original_line(place, cells))
        except OSError as error:
            raise self._cannot(error) from error

    def _go_on_in_utf8(self) -> None:
        """The encoding of the source lacks a character: no character is lost, so the whole file becomes UTF-8."""
        try:
            text = self.path.read_bytes().decode(self.encoding)
            with replacing(self.path) as anew:
                anew.write(text.encode(UTF8))
                self._file.close()
            self._file = io.FileIO(self.path, "r+b")
            self._file.seek(0, os.SEEK_END)
        except OSError as error:
            raise self._cannot(error) from error
        self.encoding = UTF8

    def _put(self, data: bytes) -> None:
        try:
            _put_whole(self._file, data)
        except OSError as error:
            raise self._cannot(error) from error

    def _cannot(self, error: OSError) -> CannotReport:
        return CannotReport(
            f"{self.path}: rejected rows cannot be written: {error.strerror or error}; the job was stopped so that none"
            " is lost: make room, then run it again"
        )


def _put_whole(file: io.FileIO, data: bytes) -> None:
    """Append all of it, or nothing. Raises OSError."""
    begin, sent = file.tell(), 0
    try:
        while sent < len(data):
            sent += file.write(data[sent:])
    except OSError:
        with suppress(OSError):
            file.truncate(begin)
            file.seek(begin)
        raise
