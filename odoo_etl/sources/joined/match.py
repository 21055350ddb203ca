"""The values by which lines find the row of their record."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from odoo_etl.text import NoText, text_of

NOTHING: Final = ""  # the match of a row whose columns are empty: it equals no other


def matches(columns: Sequence[Sequence[Any]]) -> list[str]:
    """One text for the cells of each row, equal where the cells are: the number 7 and the text `7` are."""
    rows = zip(*columns, strict=True)
    return [_match(cells) for cells in rows]


def _match(cells: tuple[Any, ...]) -> str:
    texts = [one if type(one) is str else _text(one) for one in cells]
    if not any(map(str.strip, texts)):
        return NOTHING
    return storable(texts[0] if len(texts) == 1 else repr(texts))


def storable(text: str) -> str:
    """The text; half a character, which no database takes, is written out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal) and cell.is_finite():
        cell = int(cell) if cell == cell.to_integral_value() and abs(cell.adjusted()) < 64 else cell.normalize()
    try:
        return text_of(cell)
    except NoText:
        return f"{type(cell).__name__} {cell!r}"
