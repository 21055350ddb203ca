"""Cells that hold an error, in the sheets of XML: xlsx and ods; and how far a sheet of xlsx reaches."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import IO

from odoo_etl.errors import SourceError
from odoo_etl.sources.excel_cells import UNSAVED, column_letters, column_number

Errors = Mapping[int, Mapping[int, str]]
MOST_CELLS = 1 << 26  # of the rectangle up to the last cell, which is held in memory
_BLOCK_BYTES = 1 << 20

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\w+:id=[\"']([^\"']+)[\"']")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"\b(Id|Target)=[\"']([^\"']+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)[\"']")
_ROW_START = re.compile(rb"<(?:\w+:)?row\b")
_WIDE = re.compile(rb"\sr=[\"']([A-Z]{2,3})\d[^>]*(?<!/)>")
_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\st=[\"']e[\"'])[^>]*?\sr=[\"']([A-Z]{1,3})(\d+)[\"'][^>]*>"
    rb"(?:(?!</?(?:\w+:)?c\b).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
# What programs write that calculate nothing; an empty text of a formula is of type str.
_UNSAVED = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\st=[\"'](?:str|e)[\"'])[^>]*?\sr=[\"']([A-Z]{1,3})(\d+)[\"'][^>]*>"
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_UNSAVED_MARKS = (b"<v></v>", b"<v/>", b"<v />", b"</f></c>", b"/></c>", b":f>", b":v>")

_ODS_TABLE = re.compile(rb"<table:table\s.*?</table:table>", re.DOTALL)
_ODS_PART = re.compile(rb"<table:(table-row|(?:covered-)?table-cell)\b([^>]*?)(/?)>")
_ODS_REPEATED = re.compile(rb"table:number-(?:rows|columns)-repeated=\"(\d+)\"")
_ODS_TEXT = re.compile(rb"<text:p[^>]*>([^<]*)<")


def xlsx_part(archive: zipfile.ZipFile, number: int) -> str:
    """The name of the part that holds the sheet of that number (from 0); "" where there is none."""
    names = {one.casefold(): one for one in archive.namelist()}
    relations = names.get("xl/_rels/workbook.xml.rels", "")
    sheets = _SHEET.findall(archive.read(names["xl/workbook.xml"])) if "xl/workbook.xml" in names else []
    if number >= len(sheets) or not relations:
        return ""
    return names.get(related(archive.read(relations), sheets[number].decode()).casefold(), "")


def related(relations: bytes, wanted: str) -> str:
    """The part of a workbook that stands for an id."""
    pairs = [dict(_ATTRIBUTE.findall(one)) for one in _RELATION.findall(relations)]
    target = next((one.get(b"Target", b"") for one in pairs if one.get(b"Id") == wanted.encode()), b"")
    name = unescape(target.decode("utf-8", "replace"))
    return name[1:] if name.startswith("/") else posixpath.normpath(posixpath.join("xl", name))


def pieces_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML of a sheet in pieces that end before a row."""
    waiting = b""
    while block := stream.read(_BLOCK_BYTES):
        waiting += block
        end = _last_row_start(waiting)
        if end > 0:
            yield waiting[:end]
            waiting = waiting[end:]
    yield waiting


def xlsx_errors(pieces: Iterable[bytes], place: str) -> Errors:
    """The errors of a sheet. Raises SourceError: it reaches too far; `place` is what it is called."""
    errors: dict[int, dict[int, str]] = {}
    rows, columns = 1, len("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for piece in pieces:
        if b'"e"' in piece or b"'e'" in piece:
            for letters, row, text in _CELL.findall(piece):
                errors.setdefault(int(row), {})[column_number(letters.decode())] = unescape(text.decode())
        if any(mark in piece for mark in _UNSAVED_MARKS):
            for letters, row in _UNSAVED.findall(piece):
                errors.setdefault(int(row), {})[column_number(letters.decode())] = UNSAVED
        columns = max([columns, *(column_number(one.decode()) + 1 for one in set(_WIDE.findall(piece)))])
        rows = max(rows, _last_row(piece))
        check_extent(rows, columns, place)
    return errors


def _last_row(piece: bytes) -> int:
    """The last row in which a cell holds something; 0 where none is known."""
    value = max(piece.rfind(mark) for mark in (b"<v>", b":v>", b"<is>", b":is>"))
    row = _ROW.match(piece, max(_last_row_start(piece[: max(value, 0)]), 0))
    return int(row[1]) if row else 0


def _last_row_start(xml: bytes) -> int:
    """Where the last element of a row begins; -1 without one."""
    plain = xml.rfind(b"<row")
    prefixed = xml.rfind(b"<", 0, max(xml.rfind(b":row "), 0))
    return max(plain, prefixed if _ROW_START.match(xml, max(prefixed, 0)) else -1)


def check_extent(rows: int, columns: int, place: str) -> None:
    """Refuse a sheet that does not fit into memory, since the library would end the process. Raises SourceError."""
    if rows * columns > MOST_CELLS:
        raise SourceError(
            f"{place} reaches to {column_letters(columns - 1)}{rows}, over {MOST_CELLS:,} cells (delete the rows and"
            " columns beyond the table: a single cell far away from it is enough)"
        )


def ods_errors(content: bytes, number: int) -> Errors:
    """The errors of the sheet of that number (from 0): cells whose text is one."""
    if b'value-type="error"' not in content:
        return {}
    tables = _ODS_TABLE.findall(content)
    errors: dict[int, dict[int, str]] = {}
    row = column = repeated = 0
    for match in _ODS_PART.finditer(tables[number] if number < len(tables) else b""):
        found = _ODS_REPEATED.search(match[2])
        count = int(found[1]) if found else 1
        if match[1] == b"table-row":
            row, column, repeated = row + max(repeated, 1) if row else 1, 0, count
            continue
        if b'value-type="error"' in match[2]:
            text = _ODS_TEXT.search(match.string, match.end())
            said = unescape(text[1].decode("utf-8", "replace")) if text else "an error"
            for at in range(column, column + min(count, 1 << 14)):
                errors.setdefault(row, {})[at] = said
        column += count
    return errors
