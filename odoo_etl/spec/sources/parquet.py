"""Parquet files as a source."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from odoo_etl.spec.sources.file_keys import FileKeys


class ParquetSource(FileKeys):
    """Parquet files without nested columns. Values keep their types; only nulls are null."""

    type: Literal["parquet"]
    columns: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Read only these columns; without it, all."
    )
