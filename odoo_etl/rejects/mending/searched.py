"""The texts of a block as they are searched, by column and by row: without guards of formulas, in one case. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from odoo_etl.rejects.cells import may_be_guarded, unguarded

CELLS, ROWS = b"\x1f", b"\x1e"  # what stands between them
_BETWEEN_CELLS: Final = CELLS.decode()
_BETWEEN_ROWS: Final = ROWS.decode()
_OURS: Final = re.compile(f"[{_BETWEEN_CELLS}{_BETWEEN_ROWS}]")


def needle_of(text: str) -> bytes:
    """A text that is looked for."""
    return _plain(_OURS.sub(" ", text))


def cells_text(cells: Sequence[str]) -> bytes:
    """The cells of a column, or of a row."""
    joined = _BETWEEN_CELLS.join(cells)
    return _plain(joined) if _is_plain(joined, len(cells)) else CELLS.join([_cell(cell) for cell in cells])


def rows_text(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows, each with all of its cells."""
    return ROWS.join([cells_text(row) for row in rows])


def changed_text(known: bytes, between: bytes, changed: Mapping[int, bytes]) -> bytes:
    """A column, or rows, with other texts, by their places in the block."""
    texts = known.split(between)
    for place, text in changed.items():
        texts[place] = text
    return between.join(texts)


def hits(known: bytes, between: bytes, needle: bytes) -> Iterator[int]:
    """The places of cells, or rows, that have the text in them."""
    place = start = 0
    while (at := known.find(needle, start)) >= 0:
        place += known.count(between, start, at)
        yield place
        start = known.find(between, at)
        if start < 0:
            return


def same(column: bytes, needle: bytes) -> Iterator[int]:
    """The places of cells that are this text."""
    return (place for place, cell in enumerate(column.split(CELLS)) if cell == needle)


def _is_plain(joined: str, cells: int) -> bool:
    """Whether no cell of these is guarded, or has what stands between cells and rows."""
    return joined.count(_BETWEEN_CELLS) == cells - 1 and _BETWEEN_ROWS not in joined and not may_be_guarded(joined)


def _plain(text: str) -> bytes:
    return text.casefold().encode("utf-8", "surrogatepass")


def _cell(text: str) -> bytes:
    return needle_of(unguarded(text))
