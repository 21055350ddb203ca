"""The rows of an export as a workbook: one sheet, values with their types, a header that stays in view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from odoo_etl.errors import SourceError
from odoo_etl.exporting.kept_rows import Row, kept_rows
from odoo_etl.exporting.layout import Kind, OutColumn
from odoo_etl.exporting.limits import MOST_ROWS, too_many

FIRST_YEAR: Final = 1900  # of the days that a workbook counts; earlier ones are texts
LONGEST_CELL: Final = 32_767  # characters
WIDTH: Final = 18  # of columns, in characters
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|_x[0-9A-Fa-f]{4}_")  # no workbook gives them back
_FORMATS: Final = {Kind.DATE: "yyyy-mm-dd", Kind.DATETIME: "yyyy-mm-dd hh:mm:ss"}
_OTHERS: Final = "--format csv or jsonl holds it"


def to_workbook(part: Path, made: Path, columns: Sequence[OutColumn], sheet: str) -> None:
    """Write the rows of a part file as a workbook.

    Args:
        made: is written anew.
        sheet: its name.

    Raises:
        SourceError: a row that a workbook cannot hold.
        OSError: the file cannot be written.
    """
    try:
        with xlsxwriter.Workbook(str(made), {"constant_memory": True}) as book:
            _fill(book, part, columns, sheet)
    except XlsxWriterException as error:
        raise OSError(str(error)) from error


def _fill(book: Any, part: Path, columns: Sequence[OutColumn], name: str) -> None:
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True, "bottom": 1})
    formats = [_format(book, one) for one in columns]
    for place, (column, form) in enumerate(zip(columns, formats, strict=True)):
        sheet.set_column(place, place, WIDTH, form)
        sheet.write_string(0, place, column.name, bold)
    sheet.freeze_panes(1, 0)
    last = 0
    for row in chain.from_iterable(kept_rows(part, columns)):
        last += 1
        if last > MOST_ROWS:
            raise SourceError(too_many(last))
        _write(sheet, last, row, columns, formats)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _format(book: Any, column: OutColumn) -> Any:
    """Texts stay texts, also such as 01000."""
    if column.kind in {Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN}:
        return None
    return book.add_format({"num_format": _FORMATS.get(column.kind, "@")})


def _write(sheet: Any, number: int, row: Row, columns: Sequence[OutColumn], formats: Sequence[Any]) -> None:
    for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
        if cell is None:
            continue
        if column.kind in _FORMATS and cell.year < FIRST_YEAR:
            sheet.write_string(number, place, str(cell))
        elif column.kind in _FORMATS:
            sheet.write_datetime(number, place, cell, formats[place])
        elif isinstance(cell, str):
            _check(cell, f"row {number + 1}, column {column.name}")
            sheet.write_string(number, place, cell, formats[place])
        elif isinstance(cell, bool):
            sheet.write_boolean(number, place, cell)
        else:
            sheet.write_number(number, place, cell)


def _check(text: str, where: str) -> None:
    if len(text) > LONGEST_CELL:
        raise SourceError(f"{where}: {len(text):,} characters are more than a cell of a workbook holds: {_OTHERS}")
    if found := _CONTROL.search(text):
        raise SourceError(f"{where}: {found[0]!r} is lost in a workbook: {_OTHERS}")
