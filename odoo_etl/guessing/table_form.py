"""Which kind of file a table is, by its first bytes, and the form of workbooks, Parquet files and SQLite databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from odoo_etl.errors import SourceError, UsageError
from odoo_etl.guessing.csv_form import csv_form
from odoo_etl.guessing.forms import Form, header_of
from odoo_etl.sources import open_source
from odoo_etl.spec import ExcelSource

_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0", b"\x09\x08")
_WIDEST: Final = 200
_ROWS: Final = 60
_OTHER: Final = {".pdf": "a PDF document", ".html": "HTML"}
_NESTED: Final = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xml": "xml"}


def form_of(path: Path, sheet: str = "") -> Form:
    """How a source reads a file.

    Args:
        sheet: of a workbook, or the table of an SQLite database; by default the first one.

    Raises:
        UsageError: no source reads such a file, or it has no such sheet.
        SourceError: the file cannot be read.
    """
    if not path.is_file():
        what = "is a folder: name one file in it" if path.is_dir() else "no such file"
        raise UsageError(f"{path}: {what}")
    if path.suffix.lower() in _OTHER:
        raise UsageError(f"{path}: is {_OTHER[path.suffix.lower()]}, which no source reads: export it as CSV or Excel")
    kind = _kind(path)
    if sheet and kind not in {_workbook, _database}:
        raise UsageError(f"{path}: --sheet is for workbooks and SQLite databases")
    return kind(path, sheet)


def _kind(path: Path) -> Callable[[Path, str], Form]:
    try:
        with path.open("rb") as stream:
            start = stream.read(16)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if start.startswith(b"PAR1"):
        return _parquet
    if start.startswith(b"SQLite format 3\0"):
        return _database
    if path.suffix.lower() in _NESTED:
        return _nested
    return _workbook if start.startswith(_WORKBOOKS) else _text


def _text(path: Path, _: str) -> Form:
    return csv_form(path)


def _nested(path: Path, _: str) -> Form:
    """Records of JSON or XML, by the name of the file."""
    return Form({"type": _NESTED[path.suffix.lower()], "path": str(path)})


def _parquet(path: Path, _: str) -> Form:
    return Form({"type": "parquet", "path": str(path)})


def _database(path: Path, table: str) -> Form:
    """A table of an SQLite database."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        query = (
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        )
        names = [name for (name,) in database.execute(query)]
    chosen = _chosen(path, names, table, "table")
    quoted = chosen if chosen.isidentifier() else '"{}"'.format(chosen.replace('"', '""'))
    source = {"type": "sql", "url": f"sqlite:///{path}", "query": " ".join(["SELECT * FROM", quoted])}
    return Form(source, _others(names, chosen, "tables"))


def _workbook(path: Path, sheet: str) -> Form:
    """A sheet of a workbook."""
    try:
        known = CalamineWorkbook.from_path(str(path)).sheets_metadata
    except (CalamineError, OSError) as error:
        raise SourceError(f"{path}: cannot be read as a workbook: {error}") from error
    names = [
        one.name for one in known if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]
    chosen = _chosen(path, names, sheet, "sheet")
    rows, lines = _first_rows(path, chosen)
    if not rows:
        raise SourceError(f"{path}: the sheet {chosen!r} is empty{_named_others(names, chosen)}")
    header = header_of(rows)
    source: dict[str, Any] = {"type": "excel", "path": str(path)}
    source |= {"sheet": chosen} if len(names) > 1 else {}
    return Form({**source, **header.keys(lines)}, (*_others(names, chosen, "sheets"), *header.notes))


def _chosen(path: Path, names: Sequence[str], wanted: str, kind: str) -> str:
    if wanted and wanted not in names:
        raise UsageError(f"{path}: has no {kind} {wanted!r}; there are {', '.join(map(repr, names))}")
    if not names:
        raise SourceError(f"{path}: has no {kind}")
    return wanted or names[0]


def _others(names: Sequence[str], chosen: str, kind: str) -> tuple[str, ...]:
    others = [name for name in names if name != chosen]
    return (f"of the {kind}, {chosen!r}; the others: {', '.join(others)} (--sheet NAME)",) if others else ()


def _named_others(names: Sequence[str], chosen: str) -> str:
    others = [repr(name) for name in names if name != chosen]
    return f"; the others: {', '.join(others)} (--sheet NAME)" if others else ""


def _first_rows(path: Path, sheet: str) -> tuple[list[list[Any]], list[int]]:
    """The first rows of a sheet as they stand, and their numbers."""
    names = [f"c{number}" for number in range(_WIDEST)]
    spec = ExcelSource.model_validate({"type": "excel", "path": str(path), "sheet": sheet, "header": names})
    chunk = next(iter(open_source(spec).chunks(_ROWS)), None)
    if chunk is None:
        return [], []
    rows = [list(cells) for cells in zip(*chunk.columns.values(), strict=True)]
    width = max((at for row in rows for at, cell in enumerate(row, 1) if cell is not None), default=0)
    return [row[:width] for row in rows], chunk.lines
