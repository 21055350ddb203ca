"""The size of a sheet, known without the library that writes it."""

from __future__ import annotations

from typing import Final

MOST_ROWS: Final = (1 << 20) - 1  # beside the header


def too_many(rows: int) -> str:
    """The reason why so many rows do not fit into a sheet; "" where they do."""
    if rows <= MOST_ROWS:
        return ""
    return f"{rows:,} rows are more than the {MOST_ROWS:,} of a sheet: --format csv, jsonl or parquet, or --limit"
