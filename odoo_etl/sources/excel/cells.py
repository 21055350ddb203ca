"""Cells of a sheet: their addresses, and the values that a job reads."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import zip_longest
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.text import ERROR_TEXT, OutOfRange

_EXACT = 1 << 53  # of whole numbers, all up to here are doubles
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]*):\$?([A-Z]{0,3})\$?([0-9]*)", re.ASCII)
_LETTERS = 26
MOST_CELLS = 1 << 26  # of the rectangle up to the last cell, which is held in memory
_ANY_ERROR = "#ERROR"  # where a file does not say which
_SAVE = "in the cell {}: save the workbook in a spreadsheet"


class Lost(Enum):
    """Something in a cell that the library reads as nothing, or as something else: a text for it, and what it is."""

    UNSAVED = ("#UNSAVED", f"is a formula without the value it gives, {_SAVE}")
    UNREAD = ("#UNREAD", f"is a value that is written in a way that cannot be read, {_SAVE}")


# Row (from 1), then column (from 0), to the error that the cell there holds, such as `#N/A`, or to what is lost of it.
Errors = Mapping[int, Mapping[int, str | Lost]]


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


def check_extent(rows: int, columns: int, place: str) -> None:
    """Refuse a sheet that does not fit into memory, since the library would end the process. Raises SourceError."""
    if rows * columns > MOST_CELLS:
        raise SourceError(
            f"{place} reaches to {column_letters(columns - 1)}{rows}, over {MOST_CELLS:,} cells (delete the rows and"
            " columns beyond the table: a single cell far away from it is enough)"
        )


def cells_of(rows: Iterable[list[Any]], area: Area, errors: Errors, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows of an area with their numbers; empty cells are None.

    Args:
        rows: all rows of the sheet, from its first one, as far as the library sees that something stands in them.
    """
    columns = slice(area.first_column, min(area.last_column, sys.maxsize - 1) + 1)
    for number, row in enumerate(_as_far_as(rows, errors), 1):
        if number > area.last_row:
            return
        if number >= area.first_row:
            cells = [_value(cell) for cell in row[columns]]
            for column, error in errors.get(number, {}).items():
                if 0 <= column - area.first_column < len(cells):
                    cells[column - area.first_column] = _error(error, f"{sheet}!{column_letters(column)}{number}")
            yield number, cells


def _as_far_as(rows: Iterable[list[Any]], errors: Errors) -> Iterator[list[Any]]:
    """The rows, with empty ones and empty cells up to the last error."""
    width = max((max(row) for row in errors.values()), default=-1) + 1
    for row, _ in zip_longest(rows, range(max(errors, default=0))):
        cells = row or []
        yield cells if len(cells) >= width else cells + [None] * (width - len(cells))


def _value(cell: Any) -> Any:
    """A cell as it is; whole numbers, which a sheet holds as doubles, are integers."""
    if type(cell) is str:
        return cell or None
    if type(cell) is float and cell.is_integer() and abs(cell) <= _EXACT:
        return int(cell)
    return cell


def _error(error: str | Lost, address: str) -> OutOfRange:
    if isinstance(error, Lost):
        text, why = error.value
        return OutOfRange(text, why.format(address), "error_cell")
    text = error if ERROR_TEXT.fullmatch(error) else _ANY_ERROR
    return OutOfRange(text, f"is an error of the sheet, in its cell {address}", "error_cell")
