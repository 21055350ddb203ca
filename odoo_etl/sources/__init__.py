"""Rows in chunks from wherever the job says; a new kind of source is one file and one line in `SOURCES`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo_etl.sources.model import BadLine, Chunk, Divisible, Headed, Source, SourceMemory
from odoo_etl.spec import CsvSource, ExcelSource, ParquetSource, SourceSpec, SqlSource

__all__ = ["SOURCES", "BadLine", "Chunk", "Divisible", "Headed", "Source", "SourceMemory", "open_source"]


def _csv(spec: CsvSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.csv_files import CsvFiles  # noqa: PLC0415 (pandas loads only for a job that needs it)

    return CsvFiles(spec, memory)


def _excel(spec: ExcelSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.excel_files import ExcelFiles  # noqa: PLC0415 (the same for python-calamine)

    return ExcelFiles(spec, memory)


def _sql(spec: SqlSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.sql import SqlQuery  # noqa: PLC0415 (the same for SQLAlchemy)

    return SqlQuery(spec, memory)


def _parquet(spec: ParquetSource, _memory: SourceMemory) -> Source:
    from odoo_etl.sources.parquet_files import ParquetFiles  # noqa: PLC0415 (an extra)

    return ParquetFiles(spec)


# A spec's `type` to what opens it. Each takes its own spec class, hence Any.
SOURCES: dict[str, Callable[[Any, SourceMemory], Source]] = {
    "csv": _csv,
    "excel": _excel,
    "parquet": _parquet,
    "sql": _sql,
}


def open_source(spec: SourceSpec, memory: SourceMemory | None = None) -> Source:
    """The source that `spec` describes. Nothing is read before its first method is called.

    Args:
        memory: what earlier runs confirmed, for `incremental` and `only_new`; without it, everything is read.
    """
    return SOURCES[spec.type](spec, memory or SourceMemory())
