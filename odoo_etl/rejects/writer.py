"""One job's rejects as they come: a CSV file that a spreadsheet can open and `retry` reads again."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.private_files import opener, own_folder
from odoo_etl.rejects import kinds_file, own_columns
from odoo_etl.rejects.cells import TEXT, guarded, looks_typed, quoted, quotes_before, written
from odoo_etl.results import RejectedRow


class CannotReport(OdooEtlError):
    """There is no place for the run's files: a run does not begin, or a job stops, rather than lose what they tell."""


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place, then move it there: a reader never sees half of it. Raises OSError."""
    partial = path.with_name(f"{path.name}.partial")
    with open(partial, "w", encoding="utf-8", errors="backslashreplace", opener=opener) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def replace_rejects(old: Path, new: Path | None) -> None:
    """Put the rows that are still rejected in place of those that were retried; with none left, the file goes.

    Raises:
        CannotReport: the file cannot be replaced; it is then as it was.
    """
    try:
        if new is None:
            old.unlink()
            kinds_file(old).unlink(missing_ok=True)
            return
        if kinds_file(new).is_file():
            _copy(kinds_file(new), kinds_file(old))
        _copy(new, old)
        if not kinds_file(new).is_file():
            kinds_file(old).unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or error
        raise CannotReport(f"{old}: cannot be replaced: {why}; what landed is in Odoo all the same") from error


def _copy(source: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.partial")
    with source.open("rb") as read, open(partial, "wb", opener=opener) as written_to:
        shutil.copyfileobj(read, written_to)
    partial.replace(target)


class RejectsFile:
    """The open rejects file of one job. Not safe to use from several threads.

    Every row is whole in the file when `write` returns; one that finds no room is taken out again.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Begin the file.

        Args:
            path: `<job>.csv`; its folder is made.
            columns: those of the source, in order.

        Raises:
            CannotReport: it cannot be written.
        """
        self.path = path
        self._columns = list(columns)
        self._kinds: dict[str, list[str]] = {}
        self._quotes: dict[str, int] = {}  # before values of columns that began with texts which are written as values
        self._size = 0
        try:
            own_folder(path.parent)
            self._file = io.FileIO(path, "wb", opener=opener)
        except OSError as error:
            raise self._cannot(error) from error
        try:
            self._append([*columns, *own_columns(columns)])
        except CannotReport:
            self.close()
            raise

    def write(self, row: RejectedRow) -> None:
        """Append a rejected row. Raises CannotReport."""
        cells = [self._text(name, cell) for name, cell in zip(self._columns, row.cells, strict=False)]
        cells += [""] * (len(self._columns) - len(cells))
        place = f"{row.name or Path(row.file).name}:{row.line}" if row.file else str(row.line)
        self._append([*cells, place, row.field, row.stage, row.code, row.reason, str(row.attempts)])

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

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
            write_whole(kinds_file(self.path), json.dumps(self._kinds, indent=2) + "\n")
        except OSError as error:
            raise self._cannot(error) from error

    def _append(self, cells: Sequence[str]) -> None:
        line = io.StringIO(newline="")
        csv.writer(line).writerow([guarded(cell) for cell in cells])
        data = line.getvalue().encode("utf-8")
        try:
            sent = 0
            while sent < len(data):
                sent += self._file.write(data[sent:])
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._size)
                self._file.seek(self._size)
            raise self._cannot(error) from error
        self._size += len(data)

    def _cannot(self, error: OSError) -> CannotReport:
        return CannotReport(
            f"{self.path}: rejected rows cannot be written: {error.strerror or error}; the job was stopped so that none"
            " is lost: make room, then run it again"
        )
