"""The rows of a job that landed, in a file of the run's folder: CSV, a line a row, with the id of its record."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from odoo_etl.private_files import own_folder, replacing
from odoo_etl.rejects.cells import guarded
from odoo_etl.results import SuccessRow

FOLDER = "success"


def write_success(folder: Path, job: str, delimiter: str, names: Sequence[str], rows: Iterable[SuccessRow]) -> Path:
    """Write the rows into the folder of their run; where they are. A reader never sees half of the file.

    Args:
        names: of the values that make a key.

    Raises OSError.
    """
    own_folder(folder / FOLDER)
    path = folder / FOLDER / f"{job}.csv"
    with replacing(path, "w", newline="", encoding="utf-8-sig", errors="backslashreplace") as file:
        csv.writer(file, delimiter=delimiter).writerows(_lines(names, rows))
    return path


def _lines(names: Sequence[str], rows: Iterable[SuccessRow]) -> Iterator[list[object]]:
    yield ["_file", "_line", *map(guarded, names), "_action", "_id"]
    for row in rows:
        key = [guarded("" if value is None else str(value)) for value in row.key]
        yield [guarded(row.file), row.line, *key, row.action, row.id]
