"""Files of JSON, read."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from odoo_etl.sources import BadLine, open_source
from odoo_etl.spec import JsonLinesSource, JsonSource


class Read(NamedTuple):
    """All that was read: columns, rows with their lines and without null, bad lines."""

    columns: list[str]
    rows: list[tuple[int, dict[str, Any]]]
    bad: list[BadLine]


def read(spec) -> Read:
    """All rows of a source."""
    source = open_source(spec)
    found = Read(source.columns(), [], [])
    for chunk in source.chunks(3):
        cells = zip(*chunk.columns.values(), strict=True) if chunk.columns else ()
        rows = (zip(chunk.columns, row, strict=True) for row in cells)
        kept = [{name: cell for name, cell in row if cell is not None} for row in rows]
        found.rows.extend(zip(chunk.lines, kept, strict=True))
        found.bad.extend(chunk.bad)
    return found


@pytest.fixture
def read_json(tmp_path) -> Callable[..., Read]:
    """A function that reads a document."""

    def reading(text: str | bytes, **keys: Any) -> Read:
        return read(JsonSource(type="json", path=stored(tmp_path / "orders.json", text), **keys))

    return reading


@pytest.fixture
def read_lines(tmp_path) -> Callable[..., Read]:
    """A function that reads lines."""

    def reading(text: str | bytes, **keys: Any) -> Read:
        return read(JsonLinesSource(type="jsonl", path=stored(tmp_path / "orders.jsonl", text), **keys))

    return reading


def stored(path, text: str | bytes) -> str:
    """Store a file."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def packed(text: str) -> bytes:
    """The text as gzip packs it."""
    return gzip.compress(text.encode())
