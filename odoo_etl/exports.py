"""Results of exports. Plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Records of Odoo that were written to a file or a table.

    Attributes:
        what: the job or the model that was exported.
        model: of the records.
        origin: the server and database that they come from.
        target: the file, or the database without its password, with `#` and the table.
        format: `csv`, `xlsx`, `jsonl`, `parquet` or `sql`.
        records: how many records it holds.
        rows: how many rows; more than records where these have lines.
        resumed: of the records, those that were read before the export was resumed.
        columns: names, in order.
        job: the file of the job that loads it back, or "".
        notes: what a person should know: what was left out, and why.
        elapsed_s: how long it took, in seconds.
    """

    what: str
    model: str
    origin: str
    target: str
    format: str
    records: int
    rows: int
    resumed: int
    columns: tuple[str, ...]
    job: str = ""
    notes: tuple[str, ...] = ()
    elapsed_s: float = 0.0
