"""Workbooks of each kind, written from rows of Python values."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

from odoo_etl.sources.excel.binary import TEXTS


@dataclass(frozen=True)
class Error:
    """A cell that holds an error: the result of a formula, unless it is plain."""

    text: str = "#N/A"
    plain: bool = False


@dataclass(frozen=True)
class Rich:
    """A text whose letters have formats of their own, in the cell itself; xlsb only."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula and the value that it had when the file was saved."""

    text: str
    value: Any


Sheets = Mapping[str, Sequence[Sequence[Any]]]
CODES = {text: code for code, text in TEXTS.items()}


def write_xlsx(
    path: Path, sheets: Sheets, *, merged: Sequence[tuple[int, int, int, int]] = (), hidden: str = ""
) -> Path:
    """An xlsx file; merged ranges (first row, column, last row, column, from 0) are those of the first sheet."""
    book = xlsxwriter.Workbook(str(path))
    days, moments = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        for area in merged if number == 0 else ():
            sheet.merge_range(*area, "")
        if name == hidden:
            sheet.hide()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                _write_xlsx_cell(sheet, (at, column), cell, moments if isinstance(cell, datetime) else days)
    book.close()
    return path


def _write_xlsx_cell(sheet: xlsxwriter.worksheet.Worksheet, place: tuple[int, int], cell: Any, of_dates: Any) -> None:
    if isinstance(cell, Error):
        sheet.write_formula(*place, "=NA()", None, cell.text)
    elif isinstance(cell, Formula):
        sheet.write_formula(*place, cell.text, None, cell.value)
    elif isinstance(cell, date):
        sheet.write_datetime(*place, cell, of_dates)
    elif isinstance(cell, str):
        sheet.write_string(*place, cell)
    elif cell is not None:
        sheet.write(*place, cell)


def write_xls(path: Path, sheets: Sheets) -> Path:
    """An xls file."""
    book = xlwt.Workbook()
    days = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Error):
                    sheet.row(at).set_cell_error(column, CODES[cell.text])
                elif isinstance(cell, date):
                    sheet.write(at, column, cell, days)
                elif cell is not None:
                    sheet.write(at, column, cell)
    book.save(str(path))
    return path


def write_ods(path: Path, sheets: Sheets) -> Path:
    """An ods file, as LibreOffice writes it."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(_ods_row(row) for row in rows)}</table:table>'
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} xmlns:calcext="urn:calcext">'
        f"<office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def _ods_row(row: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_value(kind: str, name: str, text: object) -> str:
    return f'<table:table-cell office:value-type="{kind}" office:{name}="{text}"/>'


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, Error):
        return (
            '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value=""'
            f' calcext:value-type="error"><text:p>{cell.text}</text:p></table:table-cell>'
        )
    if isinstance(cell, bool):
        return _ods_value("boolean", "boolean-value", str(cell).lower())
    if isinstance(cell, date):
        return _ods_value("date", "date-value", cell.isoformat())
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return _ods_value("float", "value", cell)


def write_xlsb(path: Path, sheets: Sheets) -> Path:
    """An xlsb file with the records that are needed; dates are not."""
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="x" Target="worksheets/sheet{at}.bin"/>' for at in range(1, len(sheets) + 1)
    )
    no_part = _record(156, struct.pack("<IIi", 0, 9, -1) + _wide("macros"))
    bundle = no_part + b"".join(
        _record(156, struct.pack("<II", 0, at) + _wide(f"rId{at}") + _wide(name)) for at, name in enumerate(sheets, 1)
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/_rels/workbook.bin.rels", f"<Relationships>{relations}</Relationships>")
        archive.writestr("xl/workbook.bin", _record(131) + _record(143) + bundle + _record(144) + _record(132))
        for at, rows in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{at}.bin", _xlsb_sheet(rows))
    return path


def _xlsb_sheet(rows: Sequence[Sequence[Any]]) -> bytes:
    width = max(map(len, rows), default=1)
    parts = [_record(129), _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1)), _record(145)]
    for at, row in enumerate(rows):
        parts.append(_record(0, struct.pack("<II", at, 0) + bytes(17)))
        parts += [
            _xlsb_cell(struct.pack("<II", column, 0), cell) for column, cell in enumerate(row) if cell is not None
        ]
    behind = _xlsb_cell(struct.pack("<II", 0, 0), Error())  # a cell of another table
    return b"".join([*parts, _record(146), behind, _record(130)])


def _xlsb_cell(place: bytes, cell: Any) -> bytes:
    if isinstance(cell, Error):
        code = bytes([CODES[cell.text]])
        return _record(3, place + code) if cell.plain else _record(11, place + code + bytes(2 + 8))
    if isinstance(cell, Rich):
        return _record(62, place + b"\0" + _wide(cell.text))
    if isinstance(cell, bool):
        return _record(4, place + bytes([cell]))
    if isinstance(cell, str):
        return _record(6, place + _wide(cell))
    return _record(5, place + struct.pack("<d", cell))


def _record(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, parts = len(body), list[int]()
    while True:
        size, low = size >> 7, size & 0x7F
        parts.append(low | 0x80 if size else low)
        if not size:
            return number + bytes(parts) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


WRITERS: Mapping[str, Callable[[Path, Sheets], Path]] = {
    "xlsx": write_xlsx,
    "xls": write_xls,
    "xlsb": write_xlsb,
    "ods": write_ods,
}
