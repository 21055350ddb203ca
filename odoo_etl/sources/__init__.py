"""Rows in chunks from wherever the job says; a new kind of source is one file and one line in `SOURCES`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo_etl.sources.model import BadLine, Chunk, Source
from odoo_etl.spec.source import CsvSource, SourceSpec, SqlSource

__all__ = ["SOURCES", "BadLine", "Chunk", "Source", "open_source"]


def _csv(spec: CsvSource) -> Source:
    from odoo_etl.sources.csv_files import CsvFiles  # noqa: PLC0415 (pandas loads only for a job that needs it)

    return CsvFiles(spec)


def _sql(spec: SqlSource) -> Source:
    from odoo_etl.sources.sql import SqlQuery  # noqa: PLC0415 (the same for SQLAlchemy)

    return SqlQuery(spec)


# A spec's `type` to what opens it. Each takes its own spec class, hence Any.
SOURCES: dict[str, Callable[[Any], Source]] = {"csv": _csv, "sql": _sql}


def open_source(spec: SourceSpec) -> Source:
    """The source that `spec` describes. Nothing is read before its first method is called."""
    return SOURCES[spec.type](spec)
