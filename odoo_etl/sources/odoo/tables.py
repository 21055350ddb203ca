"""Rows by column, on their way from pages of whatever size to chunks of the size that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from odoo_etl.sources.model import Chunk

Table = dict[str, list[Any]]  # column to its cells, of equal lengths


def in_chunks(tables: Iterable[Table], chunk_rows: int) -> Iterator[Chunk]:
    """The rows of tables that have the same columns, so many a chunk; their lines count up from 1."""
    waiting: Table = {}
    first = 1
    for table in tables:
        waiting = {name: waiting[name] + cells for name, cells in table.items()} if waiting else table
        whole = _length(waiting) // chunk_rows * chunk_rows
        for at in range(0, whole, chunk_rows):
            yield _chunk(waiting, at, at + chunk_rows, first + at)
        waiting, first = {name: cells[whole:] for name, cells in waiting.items()}, first + whole
    if rows := _length(waiting):
        yield _chunk(waiting, 0, rows, first)


def _chunk(table: Table, begin: int, end: int, line: int) -> Chunk:
    return Chunk({name: cells[begin:end] for name, cells in table.items()}, list(range(line, line + end - begin)))


def _length(table: Table) -> int:
    return len(next(iter(table.values()), []))
