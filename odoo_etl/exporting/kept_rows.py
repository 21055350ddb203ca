"""Rows of a part file of lists, read again with the types of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson

from odoo_etl.exporting.layout import Kind, OutColumn
from odoo_etl.exporting.texts import json_cell, text_cell

BATCH_ROWS: Final = 1_000

Row = tuple[Any, ...]


def kept_rows(path: Path, columns: Sequence[OutColumn]) -> Iterator[list[Row]]:
    """The rows of a part file, so many at a time. Raises OSError."""
    readers = [(place, _READERS[one.kind]) for place, one in enumerate(columns) if one.kind in _READERS]
    with path.open("rb") as file:
        while lines := list(islice(file, BATCH_ROWS)):
            yield [_row(orjson.loads(line), readers) for line in lines]


def _row(cells: list[Any], readers: Sequence[tuple[int, Callable[[Any], Any]]]) -> Row:
    for place, read in readers:
        if cells[place] is not None:
            cells[place] = read(cells[place])
    return tuple(cells)


def _moment(text: str) -> datetime:
    """A moment in UTC, as Odoo keeps it: without a zone."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


_READERS: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: _moment,
    Kind.TEXT: text_cell,
    Kind.LIST: text_cell,
    Kind.JSON: json_cell,
    Kind.NUMBER: float,
}
