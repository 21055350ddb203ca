"""Sheets of xlsx as spreadsheets mostly write them: their bytes alone tell which cells are errors.

Each row has to be one of a few forms, to the last byte, so that nothing can stand in it that is not known here; what is
written in any other way is left to a parser, which takes several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO

from odoo_etl.sources.excel.cells import Errors, Lost, column_number
from odoo_etl.sources.excel.xml import BLOCK_BYTES

# What comes before the rows: whole tags and no comments, and so nothing in which the rows could be hidden.
_TAG = rb"""\s*+<[\w/](?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>"""
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml [^<>?]*+\?>)?(?:%b)*?\s*+<sheetData>" % _TAG)
_TAIL = b"</sheetData>"
# Up to BL999999 and XZ99999, which are no more cells than can be held in memory.
_ADDRESSES = (rb"(?:B[A-L]|A?[A-Z])[1-9]\d{0,5}", rb"[A-X]?[A-Z][1-9]\d{0,4}")
_ATTRIBUTES = rb'(?: s="\d++")?+%b(?: s="\d++")?+>'  # with the type in between
_FORMULA = rb'<f(?: \w+="[^"<>&]*+")*+(?:/>|>[^<]*+</f>)'
_NUMBER = _ATTRIBUTES % rb'(?: t="[nb]")?+'
_NO_VALUE = _NUMBER + _FORMULA + rb"(?:<v></v>|<v ?+/>)?+</c>"
_ERROR = _ATTRIBUTES % rb' t="e"' + rb"(?:%b)?+<v>#[^<&]*+</v></c>" % _FORMULA
# Empty cells, numbers and truth values, numbers of shared texts, texts of formulas, texts in the cell, and the errors.
_CELLS = (
    _NUMBER[:-1] + rb"(?:/>|></c>)",
    _NUMBER + rb"(?:%b)?+<v>[-+.\w]++</v></c>" % _FORMULA,
    _ATTRIBUTES % rb' t="s"' + rb"<v>\d++</v></c>",
    _ATTRIBUTES % rb' t="str"' + rb"(?:%b)?+<v>[^<]*+</v></c>" % _FORMULA,
    _ATTRIBUTES % rb' t="inlineStr"' + rb'<is><t(?: xml:space="preserve")?+>[^<]*+</t></is></c>',
    _ERROR,
    _NO_VALUE,
)
_ROW = rb'<row r="[1-9]\d{0,5}"(?: [\w:]+="[^"<>]*+")*+(?:/>|>(?:<c r="%b"(?:' + rb"|".join(_CELLS) + rb"))*+</row>)"
_ROWS = tuple(re.compile(rb"(?:%b)*+" % (_ROW % address)) for address in _ADDRESSES)
_ADDRESS = rb'<c r="([A-Z]+)(\d+)"'
_ERRORS = re.compile(_ADDRESS + _ERROR.replace(rb"#[^<&]*+", rb"(#[^<&]*+)"))
_ZERO = _ATTRIBUTES % rb'(?: t="n")?+' + _FORMULA + rb"<v>0</v></c>"
_UNSAVED = re.compile(_ADDRESS + _NO_VALUE)
_UNSAVED_OR_ZERO = re.compile(rb"%b(?:%b|%b)" % (_ADDRESS, _NO_VALUE, _ZERO))


def plain_errors(opened: Callable[[], IO[bytes]], *, is_uncalculated: bool = False) -> Errors | None:
    """The errors of a sheet that does not reach too far, and what is lost of it; None where only a parser can tell.

    Args:
        opened: opens the XML of the sheet, from its beginning.
        is_uncalculated: a formula with the value 0 may never have been calculated.

    Raises:
        ValueError: an error is no text in UTF-8.
    """
    unsaved = _UNSAVED_OR_ZERO if is_uncalculated else _UNSAVED
    tried = (_errors_in(opened, rows, unsaved) for rows in _ROWS)
    return next((errors for errors in tried if errors is not None), None)


def _errors_in(opened: Callable[[], IO[bytes]], rows: re.Pattern[bytes], unsaved: re.Pattern[bytes]) -> Errors | None:
    """The errors of a sheet that has such rows up to their end, and none that is longer than a block."""
    errors: dict[int, dict[int, str | Lost]] = {}
    with opened() as stream:
        block = stream.read(BLOCK_BYTES)
        head = _HEAD.match(block)
        waiting = block[head.end() :] if head else b""
        while head and block:
            found = rows.match(waiting)
            end = found.end() if found else 0
            _note(waiting[:end], unsaved, errors)
            waiting = waiting[end:]
            if waiting.startswith(_TAIL):
                return errors
            block = stream.read(BLOCK_BYTES) if len(waiting) < BLOCK_BYTES else b""
            waiting += block
    return None


def _note(rows: bytes, unsaved: re.Pattern[bytes], errors: dict[int, dict[int, str | Lost]]) -> None:
    """Take note of the errors in rows, and of the cells in them that look unsaved."""
    if b' t="e"' in rows:
        for letters, row, text in _ERRORS.findall(rows):
            errors.setdefault(int(row), {})[column_number(letters.decode())] = text.decode().strip()
    if b"<f" in rows:
        for letters, row in unsaved.findall(rows):
            errors.setdefault(int(row), {})[column_number(letters.decode())] = Lost.UNSAVED
