"""Cells that stand for the one above them, as in sheets where a group is named in its first row only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.sources.model import BadLine, Chunk

_UNKNOWN = object()  # what a line that is no row would have said


def check_fill_down(names: Sequence[str], columns: Sequence[str], path: object) -> None:
    """Refuse columns to fill that the file does not have. Raises SourceError."""
    if missing := [name for name in names if name not in columns]:
        raise SourceError(
            f"{path}: fill_down names {', '.join(map(repr, missing))}; the columns are {', '.join(map(repr, columns))}"
        )


def filled_down(chunks: Iterable[Chunk], names: Sequence[str]) -> Iterator[Chunk]:
    """The chunks of one file with the empty cells of these columns filled from above.

    A row below a line that is no row is a bad line itself while it would need a cell of that line.
    """
    above: dict[str, Any] = dict.fromkeys(names)
    for chunk in chunks:
        broken = [bad.line for bad in chunk.bad]
        columns = {name: _filled(chunk.columns[name], chunk.lines, broken, above, name) for name in names}
        yield _without_unknown(replace(chunk, columns={**chunk.columns, **columns}), names)


def _filled(
    cells: Sequence[Any], lines: Sequence[int], broken: Sequence[int], above: dict[str, Any], name: str
) -> list[Any]:
    """The cells of a column; what stands in `above` for it moves on."""
    last, found, at = above[name], list[Any](), 0
    for cell, line in zip(cells, lines, strict=True):
        if at < len(broken) and broken[at] < line:
            last, at = _UNKNOWN, bisect_left(broken, line)
        if cell is not None and not (isinstance(cell, str) and not cell.strip()):
            last = cell
        found.append(last)
    above[name] = _UNKNOWN if at < len(broken) else last
    return found


def _without_unknown(chunk: Chunk, names: Sequence[str]) -> Chunk:
    """The chunk with its rows that cannot be filled among the bad lines."""
    unknown = [
        number
        for number, cells in enumerate(zip(*(chunk.columns[name] for name in names), strict=True))
        if any(cell is _UNKNOWN for cell in cells)
    ]
    if not unknown:
        return chunk
    dropped = set(unknown)
    bad = [*chunk.bad, *(_bad_line(chunk, number) for number in unknown)]
    columns = {
        name: [cell for number, cell in enumerate(cells) if number not in dropped]
        for name, cells in chunk.columns.items()
    }
    lines = [line for number, line in enumerate(chunk.lines) if number not in dropped]
    return Chunk(columns, lines, chunk.file, tuple(sorted(bad, key=lambda line: line.line)))


def _bad_line(chunk: Chunk, number: int) -> BadLine:
    row = {name: cells[number] for name, cells in chunk.columns.items()}
    empty = [name for name, cell in row.items() if cell is _UNKNOWN]
    reason = f"{', '.join(map(repr, empty))} is empty, and the line above that it stands for could not be read"
    cells = tuple("" if cell is None or cell is _UNKNOWN else str(cell) for cell in row.values())
    return BadLine(chunk.lines[number], "unknown_above", reason, cells)
