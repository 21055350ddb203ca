"""Rows of which each holds one value of a cell that holds several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odoo_etl.sources.model import Chunk
from odoo_etl.spec import ExplodeSpec
from odoo_etl.text import values_in


def exploded(chunks: Iterable[Chunk], spec: ExplodeSpec, chunk_rows: int) -> Iterator[Chunk]:
    """The chunks with a row for each value; one without any is left out.

    Args:
        chunk_rows: rows of a chunk at most: a cell may hold many values.
    """
    for chunk in chunks:
        rows, values, left_out = list[int](), [], list[int]()
        for row, cell in enumerate(chunk.columns[spec.column]):
            found = values_in(cell, spec.split)
            rows += [row] * len(found)
            values += found
            if not found:
                left_out.append(chunk.lines[row])
        for first in range(0, max(len(rows), 1), chunk_rows):
            own = rows[first : first + chunk_rows]
            columns = {name: [cells[row] for row in own] for name, cells in chunk.columns.items()}
            columns[spec.column] = values[first : first + chunk_rows]
            lines, is_last = [chunk.lines[row] for row in own], first + chunk_rows >= len(rows)
            beside = (chunk.bad, (*chunk.filtered, *left_out)) if is_last else ((), ())
            yield Chunk(columns, lines, chunk.file, *beside)
