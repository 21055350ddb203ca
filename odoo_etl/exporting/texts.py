"""Cells as text, and texts that hold several values."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from odoo_etl.exporting.layout import Kind
from odoo_etl.text import text_of

# What spreadsheets take for the beginning of a formula, apostrophes of others aside; not a number below zero.
_FORMULA: Final = re.compile(r"(?='*[=+\-@\t\r\n＝＋－＠])(?!-[0-9][0-9.,]*\Z)")
MARK: Final = "|"  # between the values of a cell, where nobody says another


def joined(values: Sequence[Any], mark: str = MARK) -> str:
    """Several values as one cell, such that `values_in` gives them back."""
    return mark.join(_part(text_of(one), mark) for one in values)


def _part(text: str, mark: str) -> str:
    return '"' + text.replace('"', '""') + '"' if mark in text or '"' in text else text


def text_cell(cell: Any, mark: str = MARK) -> str:
    """A cell as a file of text has it; "" where there is none."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell).isoformat(" ")
    if isinstance(cell, bytes):
        return base64.b64encode(cell).decode()
    return joined(cell, mark) if isinstance(cell, (list, tuple)) else text_of(cell)


def json_cell(cell: Any) -> str:
    """A cell that holds a document; "" where there is none."""
    return "" if cell is None else text_of(cell)


def texts_of(cells: Sequence[Any], kind: Kind, *, mark: str = MARK, safe: bool = False) -> list[str]:
    """The cells of a column as text.

    Args:
        safe: what a spreadsheet would calculate gets an apostrophe before it.
    """
    write = json_cell if kind is Kind.JSON else partial(text_cell, mark=mark)
    texts = [cell if type(cell) is str else write(cell) for cell in cells]
    return list(map(guarded, texts)) if safe and kind in {Kind.TEXT, Kind.LIST, Kind.JSON} else texts


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would calculate; `unguard` takes it off."""
    return f"'{text}" if _FORMULA.match(text) else text
