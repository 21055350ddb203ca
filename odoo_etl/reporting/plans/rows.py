"""Planned changes as rows, one for each field: job, action, key, id, line, file, field, old, new."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from odoo_etl.rejects.cells import guarded
from odoo_etl.rejects.writer import CannotReport
from odoo_etl.reporting.changes_file import changes_of
from odoo_etl.reporting.plans.lines import REMOVED, Fields, field_of, path_shown
from odoo_etl.reporting.plans.value_texts import EMPTY, texts_of
from odoo_etl.results import Change, RunResult

COLUMNS: Final = ("job", "action", "key", "id", "line", "file", "field", "old", "new")

LEFT: Final = "left alone"  # in place of an action; the reason stands where a new value would


class ValueRow(NamedTuple):
    """One value of a change, whole, as text; "" where there is none."""

    field: str
    old: str
    new: str


def value_rows(change: Change, fields: Fields) -> Iterator[ValueRow]:
    """Each value of a change; of a line that goes what it held, and that it goes."""
    for path, pair in change.changes.items():
        if pair[1] == REMOVED and isinstance(pair[0], dict):
            held = {f"{path}.{name}": value for name, value in pair[0].items() if value}
            yield from (_row(change, inner, (value, None), fields) for inner, value in held.items())
            yield ValueRow(path_shown(path, fields), "", REMOVED)
        else:
            yield _row(change, path, pair, fields)


def _row(change: Change, path: str, pair: tuple[Any, Any], fields: Fields) -> ValueRow:
    old, new = texts_of(pair, change.names.get(path), field_of(path, fields), 0)
    return ValueRow(path_shown(path, fields), *("" if text == EMPTY else text for text in (old, new)))


def write_changes_csv(result: RunResult, path: Path) -> None:
    """Write every planned change into a CSV file: a row a field, safe to open in a spreadsheet.

    Raises:
        CannotReport: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(map(_guarded, _rows(result)))
    except OSError as error:
        raise CannotReport(f"{path}: the changes cannot be written: {error.strerror or error}") from error


def _rows(result: RunResult) -> Iterator[tuple[Any, ...]]:
    for job in result.jobs:
        for change in changes_of(job):
            place = (change.id or "", change.line or "", change.file)
            for row in [*value_rows(change, job.fields)] or [ValueRow("", "", "")]:
                yield (job.job, change.action, change.key, *place, *row)
        for left in job.undone.left if job.undone is not None else ():
            yield (job.job, LEFT, left.name, left.id, "", "", "", "", left.reason)


def _guarded(row: Iterable[Any]) -> list[str]:
    return [guarded(str(cell)) for cell in row]
