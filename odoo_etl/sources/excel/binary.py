"""Cells that hold an error, in the sheets of records: xlsb, and xls in its container."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator

from odoo_etl.sources.excel.cells import Errors, Lost
from odoo_etl.sources.excel.xml import related

TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
# Records of xlsb (MS-XLSB 2.3) and of xls (MS-XLS 2.3).
_XLSB_ROW, _XLSB_ERROR, _XLSB_FORMULA_ERROR, _XLSB_RICH_TEXT, _XLSB_END, _XLSB_SHEET = 0, 3, 11, 62, 146, 156
_XLS_FORMULA, _XLS_END, _XLS_SHEET, _XLS_BOOL_OR_ERROR = 0x06, 0x0A, 0x85, 0x205
_NO_PART = b"\xff\xff\xff\xff"  # of a sheet that is none
_FREE = 0xFFFFFFF0  # this and what is above are no sectors
_HEADER_BYTES = 512
_ENTRY_BYTES = 128


def xlsb_errors(archive: zipfile.ZipFile, number: int) -> Errors:
    """The errors of the sheet of that number (from 0)."""
    records = _xlsb_records(archive.read("xl/workbook.bin"))
    sheets = [body for kind, body in records if kind == _XLSB_SHEET and body[8:12] != _NO_PART]
    length = struct.unpack_from("<I", sheets[number], 8)[0]
    wanted = sheets[number][12 : 12 + 2 * length].decode("utf-16-le")
    errors: dict[int, dict[int, str | Lost]] = {}
    row = 0
    for kind, body in _xlsb_records(archive.read(related(archive.read("xl/_rels/workbook.bin.rels"), wanted))):
        if kind == _XLSB_END:
            break
        if kind == _XLSB_ROW:
            row = struct.unpack_from("<I", body)[0] + 1
        elif kind in {_XLSB_ERROR, _XLSB_FORMULA_ERROR, _XLSB_RICH_TEXT}:
            found = Lost.UNREAD if kind == _XLSB_RICH_TEXT else TEXTS.get(body[8], "")
            errors.setdefault(row, {})[struct.unpack_from("<I", body)[0]] = found
    return errors


def _xlsb_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind and the body of each record."""
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = 0
    for shift in range(0, 7 * most, 7):
        byte = data[at] if at < len(data) else 0
        value, at = value | (byte & 0x7F) << shift, at + 1
        if byte < 0x80:
            break
    return value, at


def xls_errors(data: bytes, number: int) -> Errors:
    """The errors of the sheet of that number (from 0) of a workbook of Excel 97 or later."""
    book = _workbook(data) if data[:2] == b"\xd0\xcf" else data
    starts = [struct.unpack_from("<I", body)[0] for kind, body in _xls_records(book, 0) if kind == _XLS_SHEET]
    errors: dict[int, dict[int, str | Lost]] = {}
    for kind, body in _xls_records(book, starts[number]) if number < len(starts) else ():
        code = None
        if kind == _XLS_BOOL_OR_ERROR and body[7]:
            code = body[6]
        elif kind == _XLS_FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            code = body[8]
        if code is not None:
            row, column = struct.unpack_from("<HH", body)
            errors.setdefault(row + 1, {})[column] = TEXTS.get(code, "")
    return errors


def _xls_records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The kind and the body of each record from a place on, up to the end of its part."""
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        if kind == _XLS_END:
            return
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _workbook(data: bytes) -> bytes:
    """The stream `Workbook` of a compound file (MS-CFB); b"" where there is none."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    table = _allocation(data, size)
    first_directory = struct.unpack_from("<I", data, 48)[0]
    directory = _stream(data, size, table, first_directory)
    for at in range(0, len(directory), _ENTRY_BYTES):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        if name.casefold() in {"workbook", "book"}:
            start, bytes_long = struct.unpack_from("<II", directory, at + 116)
            return _stream(data, size, table, start)[:bytes_long]
    return b""


def _allocation(data: bytes, size: int) -> list[int]:
    """For each sector the one that follows it."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, left = struct.unpack_from("<II", data, 68)
    while more < _FREE and left:
        block = struct.unpack_from(f"<{size // 4}I", data, _HEADER_BYTES + more * size)
        sectors += block[:-1]
        more, left = block[-1], left - 1
    places = [_HEADER_BYTES + sector * size for sector in sectors if sector < _FREE]
    return [one for at in places for one in struct.unpack_from(f"<{size // 4}I", data, at)]


def _stream(data: bytes, size: int, table: list[int], sector: int) -> bytes:
    """The bytes of the sectors that follow one another; each of them once, however the file is damaged."""
    parts = list[bytes]()
    while sector < _FREE and sector < len(table) and len(parts) <= len(table):
        start = _HEADER_BYTES + sector * size
        parts.append(data[start : start + size])
        sector = table[sector]
    return b"".join(parts)
