"""The form of a delimited text: its encoding, delimiter and header."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.guessing.encodings import DEFAULT, encoding_of
from odoo_etl.guessing.forms import Form, header_of

_DELIMITERS: Final = (";", ",", "\t", "|")
_MOST_BYTES: Final = 64 << 20
_ROWS: Final = 400
_GZIP: Final = b"\x1f\x8b"


def csv_form(path: Path) -> Form:
    """The keys of a source that reads the file. Raises SourceError."""
    data = _bytes(path)
    encoding, doubt = encoding_of(data)
    text = data[: 4 << 20].decode(encoding, "replace").removeprefix("\ufeff")
    if not text.strip():
        raise SourceError(f"{path}: the file is empty")
    delimiter = _delimiter(text)
    rows = list(_rows(text, delimiter))
    header = header_of([cells for _, cells in rows])
    source: dict[str, Any] = {"type": "csv", "path": str(path), "delimiter": delimiter}
    source |= {"encoding": encoding} if encoding != DEFAULT else {}
    source |= header.keys([line for line, _ in rows])
    notes = [f"encoding: {encoding} is likely: {doubt}"] if doubt else []
    return Form(source, (*notes, *header.notes))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES)
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (OSError, EOFError) as error:
        raise SourceError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _delimiter(text: str) -> str:
    """The delimiter that gives most rows the same number of cells."""
    first = text.partition("\n")[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) > 4:
        return first[4]
    return max(_DELIMITERS, key=lambda mark: _regularity(text, mark))


def _regularity(text: str, mark: str) -> float:
    widths = [len(cells) for _, cells in _rows(text, mark)]
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0
    width, count = max(counted.items(), key=lambda one: (one[1] * min(one[0], 8), one[0]))
    return count / len(widths) * min(width, 8)


def _rows(text: str, mark: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The first rows in which something stands, each with the line that it starts at."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    line, found = 1, 0
    while found < _ROWS:
        try:
            cells = next(reader, None)
        except csv.Error:  # a NUL, or a cell without end: reading the source says more
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells) and not (line == 1 and cells[0].lower().startswith("sep=")):
            found += 1
            yield line, cells
        line = reader.line_num + 1
