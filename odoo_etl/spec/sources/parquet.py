"""Parquet files as a source."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from odoo_etl.spec.sources.keys import SourceKeys


class ParquetSource(SourceKeys):
    """Parquet files. Values keep their types; only nulls are null."""

    type: Literal["parquet"]
    path: str = Field(
        min_length=1,
        description="A file or a glob (`*`, `?`, `[...]`, `**`), read in sorted order, without nested columns.",
    )
    columns: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Read only these columns; without it, all."
    )
