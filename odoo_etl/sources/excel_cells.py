"""Cells of a sheet: their addresses, and the values that a job reads."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from odoo_etl.text import OutOfRange

_EXACT = 1 << 53  # of whole numbers, all up to here are doubles
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]*):\$?([A-Z]{0,3})\$?([0-9]*)", re.ASCII)
_LETTERS = 26
UNSAVED = "#UNSAVED"  # in the place of the error of a formula that was saved without its value


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a sheet: rows from 1, columns from 0, the last of each included."""

    first_row: int = 1
    last_row: int = sys.maxsize
    first_column: int = 0
    last_column: int = sys.maxsize


@cache
def area_of(text: str) -> Area:
    """The area of `B3:F200`, `B3:F`, `B3:` or `B:F`; of "", the whole sheet."""
    match = _AREA.fullmatch(text)
    if not match:
        return Area()
    first_column, first_row, last_column, last_row = match.groups()
    return Area(
        int(first_row or 1),
        int(last_row or sys.maxsize),
        column_number(first_column),
        column_number(last_column) if last_column else sys.maxsize,
    )


def column_number(letters: str) -> int:
    """The place of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """The letters of a column, which is counted from 0."""
    letters, left = "", number + 1
    while left:
        left, letter = divmod(left - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def cells_of(
    rows: Iterable[list[Any]], area: Area, errors: Mapping[int, Mapping[int, str]], sheet: str
) -> Iterator[tuple[int, list[Any]]]:
    """The rows of an area with their numbers; empty cells are None.

    Args:
        rows: all rows of the sheet, from its first one.
        errors: row, then column, to the error that a cell there holds, such as `#N/A`.
    """
    columns = slice(area.first_column, min(area.last_column, sys.maxsize - 1) + 1)
    for number, row in enumerate(rows, 1):
        if number > area.last_row:
            return
        if number >= area.first_row:
            cells = [_value(cell) for cell in row[columns]]
            for column, error in errors.get(number, {}).items():
                if 0 <= column - area.first_column < len(cells):
                    cells[column - area.first_column] = _error(error, f"{sheet}!{column_letters(column)}{number}")
            yield number, cells


def _value(cell: Any) -> Any:
    """A cell as it is; whole numbers, which a sheet holds as doubles, are integers."""
    if type(cell) is str:
        return cell or None
    if type(cell) is float and cell.is_integer() and abs(cell) <= _EXACT:
        return int(cell)
    return cell


def _error(text: str, address: str) -> OutOfRange:
    if text == UNSAVED:
        why = f"is a formula without the value it gives, in the cell {address}: save the workbook in a spreadsheet"
        return OutOfRange(text, why, "error_cell")
    return OutOfRange(text, f"is an error of the sheet, in its cell {address}", "error_cell")
