"""A rejects file as a workbook: text cells, the flawed ones marked, the reasons in view."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from odoo_etl.private_files import FILE
from odoo_etl.rejects import csv_records, found_own_columns
from odoo_etl.rejects.form import RejectsForm

SHEET: Final = "rejects"
MOST_ROWS: Final = 1 << 20  # of a sheet
LONGEST_CELL: Final = 32_767
WIDEST, NARROWEST, WIDTH_ROWS = 60, 8, 1_000  # in characters; looked at in so many rows
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|_x[0-9A-Fa-f]{4}_")  # no workbook gives them back


def to_workbook(path: Path, encoding: str, form: RejectsForm) -> Path:
    """Make a workbook of a rejects file, and take the file away; the file itself where no workbook can hold it.

    Raises OSError: the workbook cannot be written; the file stays.
    """
    made, partial = path.with_suffix(".xlsx"), path.with_name(f"{path.name}.partial")
    widths = _widths(path, encoding, form.delimiter)
    if widths is None:
        return path
    try:
        _write(partial, _lines(path, encoding, form.delimiter), widths, form.columns)
    except XlsxWriterException as error:
        raise OSError(str(error)) from error
    partial.chmod(FILE)
    partial.replace(made)
    path.unlink()
    return made


def _lines(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        yield from csv_records(file, delimiter)


def _widths(path: Path, encoding: str, delimiter: str) -> list[int] | None:
    """The width of each column; None where a workbook would lose something."""
    widths: list[int] = []
    for number, line in enumerate(_lines(path, encoding, delimiter)):
        if number >= MOST_ROWS or any(len(cell) > LONGEST_CELL or _CONTROL.search(cell) for cell in line):
            return None
        if number < WIDTH_ROWS:
            widths += [0] * (len(line) - len(widths))
            widths = [max(width, len(cell)) for width, cell in zip(widths, line, strict=False)]
    return [min(max(width + 2, NARROWEST), WIDEST) for width in widths]


def _write(path: Path, lines: Iterator[list[str]], widths: Sequence[int], columns: Mapping[str, Sequence[str]]) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        bad = book.add_format({"num_format": "@", "bg_color": "#F8CBAD", "border": 1, "border_color": "#C00000"})
        sheet = book.add_worksheet(SHEET)
        header = next(lines)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, text)
        sheet.freeze_panes(1, 0)
        _row(sheet, 0, header, head)
        own = found_own_columns(header)
        last = 0
        for last, line in enumerate(lines, 1):
            flawed = _flawed(dict(zip(header, line, strict=False)).get(own.get("field", ""), ""), columns)
            for column, cell in enumerate(line):
                sheet.write_string(last, column, cell, bad if header[column] in flawed else text)
        sheet.autofilter(0, 0, last, len(header) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})


def _row(sheet: Any, number: int, cells: Sequence[str], form: Any) -> None:
    for column, cell in enumerate(cells):
        sheet.write_string(number, column, cell, form)


def _flawed(fields: str, columns: Mapping[str, Sequence[str]]) -> set[str]:
    """The columns that fields are made of; a field that has none may be a column itself."""
    return {name for path in fields.split(", ") if path for name in (*columns.get(path, ()), path)}
