"""Cells that stand for the one above them, as in sheets where a group is named in its first row only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.sources.model import BadLine, Chunk

_UNKNOWN = object()  # what a line that is no row would have said


def check_fill_down(names: Sequence[str], columns: Sequence[str], path: object) -> None:
    """Refuse columns to fill that the file does not have. Raises SourceError."""
    if missing := [name for name in names if name not in columns]:
        raise SourceError(
            f"{path}: fill_down names {', '.join(map(repr, missing))}; the columns are {', '.join(map(repr, columns))}",
            ("source", "fill_down"),
        )


def filled_down(chunks: Iterable[Chunk], names: Sequence[str], nulls: Collection[str] = ()) -> Iterator[Chunk]:
    """The chunks of one file with the empty cells of these columns filled from above, also those of bad lines.

    A row below a line that is no row is a bad line itself while it would need a cell of that line.

    Args:
        nulls: texts that mean null, which bad lines still have.
    """
    above: dict[str, Any] = dict.fromkeys(names)
    for chunk in chunks:
        filled = {name: _filled(chunk, name, above) for name in names}
        columns = {**chunk.columns, **{name: cells for name, (cells, _) in filled.items()}}
        bad = _bad_filled(chunk, {name: over for name, (_, over) in filled.items()}, nulls)
        yield _without_unknown(replace(chunk, columns=columns, bad=bad), names)


def _filled(chunk: Chunk, name: str, above: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """The cells of a column, and what stands above each bad line; what stands in `above` for it moves on."""
    last, found, over = above[name], list[Any](), list[Any]()
    broken = [bad.line for bad in chunk.bad]
    for cell, line in zip(chunk.columns[name], chunk.lines, strict=True):
        while len(over) < len(broken) and broken[len(over)] < line:
            over.append(last)
            last = _UNKNOWN
        last = last if is_blank(cell) else cell
        found.append(last)
    for _ in broken[len(over) :]:
        over.append(last)
        last = _UNKNOWN
    above[name] = last
    return found, over


def is_blank(cell: Any) -> bool:
    """Whether the cell stands for the one above it."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _bad_filled(chunk: Chunk, over: Mapping[str, Sequence[Any]], nulls: Collection[str]) -> tuple[BadLine, ...]:
    """The bad lines with the cells that are empty there and known above."""
    places = {name: place for place, name in enumerate(chunk.columns) if name in over}
    return tuple(
        replace(bad, cells=_cells_filled(bad.cells, {places[name]: over[name][number] for name in over}, nulls))
        for number, bad in enumerate(chunk.bad)
    )


def _cells_filled(cells: Sequence[Any], above: Mapping[int, Any], nulls: Collection[str]) -> tuple[Any, ...]:
    """The cells of a bad line, by what stands above each of these places."""
    filled = list(cells)
    for place, cell in above.items():
        if cell is None or cell is _UNKNOWN:
            continue
        filled += [None] * (place + 1 - len(filled))
        if is_blank(filled[place]) or (isinstance(filled[place], str) and filled[place] in nulls):
            filled[place] = cell
    return tuple(filled)


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
    cells = tuple(None if cell is _UNKNOWN else cell for cell in row.values())
    return BadLine(chunk.lines[number], "unknown_above", reason, cells)
