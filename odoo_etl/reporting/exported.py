"""An export as lines of text: how much is where, and what a person should know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from odoo_etl.exports import ExportResult
from odoo_etl.reporting.words import counted, shown_path


def exported_lines(result: ExportResult) -> Iterator[str]:
    """The counts, then what is to be said."""
    rows = f" in {counted(result.rows, 'row')}" if result.rows != result.records else ""
    resumed = f", {result.resumed:,} of them before it was resumed" if result.resumed else ""
    target = result.target if result.format == "sql" else shown_path(Path(result.target))
    columns = counted(len(result.columns), "column")
    yield f"{result.what}, from {result.origin}"
    yield f"{counted(result.records, 'record')}{rows} with {columns} in {target}{resumed}, {result.elapsed_s:.1f} s"
    if result.job:
        yield f"the job that loads it back: {shown_path(Path(result.job))}"
    for note in result.notes:
        yield f"note: {note}"
