"""Rows in chunks from wherever the job says; a new kind of source is one file and one line in `SOURCES`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from odoo_etl.sources.copies import check_protocol
from odoo_etl.sources.files import filled_down, is_blank
from odoo_etl.sources.model import (
    BadLine,
    Chunk,
    Divisible,
    Headed,
    Nested,
    Remark,
    Remarking,
    Source,
    SourceMemory,
    Whole,
    remarks_of,
    told_remarks,
)
from odoo_etl.spec import (
    CsvSource,
    ExcelSource,
    FixedSource,
    HttpSource,
    JobSpec,
    JoinSpec,
    JsonLinesSource,
    JsonSource,
    OdooSource,
    ParquetSource,
    RowShape,
    SourceSpec,
    SqlSource,
    XmlSource,
)

if TYPE_CHECKING:
    from odoo_etl.odoo import OdooClient
    from odoo_etl.sources.joined import Join, Rejoining
    from odoo_etl.sources.odoo import WantedContents
    from odoo_etl.sources.rows import ShapedRows

__all__ = [
    "SOURCES",
    "BadLine",
    "Chunk",
    "Divisible",
    "Headed",
    "Nested",
    "Remark",
    "Remarking",
    "Source",
    "SourceMemory",
    "Whole",
    "check_protocol",
    "delimiter_of",
    "filled_down",
    "first_chunks",
    "is_blank",
    "open_rows",
    "open_source",
    "reach_contents",
    "reach_odoo",
    "read_query",
    "rejoining",
    "remarks_of",
    "told_remarks",
]


# Libraries load only for a job that needs them: pandas for CSV files, SQLAlchemy for queries, an extra for Parquet.
def _csv(spec: CsvSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.delimited import CsvFiles

    return CsvFiles(spec, memory)


def _excel(spec: ExcelSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.excel import ExcelFiles

    return ExcelFiles(spec, memory)


def _fixed(spec: FixedSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.fixed_width import FixedWidthFiles

    return FixedWidthFiles(spec, memory)


def _xml(spec: XmlSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.xml_records import xml_records

    return xml_records(spec, memory)


def _http(spec: HttpSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.http import HttpRecords
    from odoo_etl.sources.nested import nested_source

    return nested_source(HttpRecords(spec, memory), spec)


def _json(spec: JsonSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.json_text import json_documents

    return json_documents(spec, memory)


def _jsonl(spec: JsonLinesSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.json_text import json_lines

    return json_lines(spec, memory)


def _sql(spec: SqlSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.sql import SqlQuery

    return SqlQuery(spec, memory)


def _odoo(spec: OdooSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.odoo import OdooRecords

    return OdooRecords(spec, memory)


def _parquet(spec: ParquetSource, memory: SourceMemory) -> Source:
    from odoo_etl.sources.parquet_files import ParquetFiles

    return ParquetFiles(spec, memory)


# A spec's `type` to what opens it. Each takes its own spec class, hence Any.
SOURCES: dict[str, Callable[[Any, SourceMemory], Source]] = {
    "csv": _csv,
    "excel": _excel,
    "fixed": _fixed,
    "http": _http,
    "json": _json,
    "jsonl": _jsonl,
    "odoo": _odoo,
    "parquet": _parquet,
    "sql": _sql,
    "xml": _xml,
}


def delimiter_of(spec: CsvSource) -> str:
    """The delimiter of the first file of a source. Raises SourceError: it cannot be read or told."""
    from odoo_etl.sources.delimited import first_delimiter

    return first_delimiter(spec)


def read_query(spec: SqlSource) -> str:
    """The text of its query, be it in a file. Raises SourceError: the file cannot be read."""
    from odoo_etl.sources.sql import query_text

    return query_text(spec.query)


def reach_odoo(spec: OdooSource) -> AbstractContextManager[OdooClient]:
    """A client for the server that a source reads from, for what its rows do not say. Raises what `columns` does."""
    from odoo_etl.sources.odoo import reached

    return reached(spec)


def reach_contents(spec: OdooSource) -> AbstractContextManager[WantedContents]:
    """A reader of the contents that cells of a source stand for. Raises what `columns` does."""
    from odoo_etl.sources.odoo import wanted_contents

    return wanted_contents(spec)


def open_source(spec: SourceSpec, memory: SourceMemory | None = None, reads: Collection[str] | None = None) -> Source:
    """The source that `spec` describes. Nothing is read before its first method is called.

    Args:
        memory: what earlier runs confirmed, for `incremental` and `only_new`; without it, everything is read.
        reads: the columns that are read: lists of nested records with none of them make no rows. None for all.
    """
    source = _opened(spec, memory, reads)
    return _shaped(source, spec, reads) if spec.shapes_rows else source


def _shaped(source: Source, spec: SourceSpec, reads: Collection[str] | None) -> ShapedRows:
    """Its rows as the job sees them: renamed, then joined, then chosen."""
    from odoo_etl.sources.rows import ShapedRows

    if not spec.join:
        return ShapedRows(source, spec.shape)
    from odoo_etl.sources.joined import SideBySide

    left = ShapedRows(source, RowShape(rename=spec.rename)) if spec.rename else source
    return ShapedRows(SideBySide(left, _joins(spec.join, reads)), spec.after_join)


def _joins(joins: Sequence[JoinSpec], reads: Collection[str] | None) -> list[Join]:
    from odoo_etl.sources.joined import Join

    return [
        Join(
            one.name,
            open_source(one.source, None, None if reads is None else {*reads, *one.on.values()}),
            one.on,
            one.how,
            one.several,
            one.source.min_rows,
            number,
        )
        for number, one in enumerate(joins)
    ]


def first_chunks(source: Source, chunk_rows: int, limit: int, *, by_line: bool) -> Iterator[Chunk]:
    """The chunks up to so many rows, lines that are no rows not counted. Raises SourceError.

    Args:
        by_line: all rows of a line count as one, and none of them is cut off: they are a record and its lines.
    """
    from odoo_etl.sources.rows import FirstRows

    if isinstance(source, Whole):
        yield from source.first(limit).chunks(chunk_rows)
        return
    rows = FirstRows(limit, by_line=by_line)
    for chunk in source.chunks(chunk_rows):
        if (some := rows.of(chunk)) is None:
            return
        yield some
        if rows.is_full:
            return


def rejoining(joins: Sequence[JoinSpec]) -> Rejoining:
    """Joins for rows that were rejected."""
    from odoo_etl.sources.joined import Rejoining

    return Rejoining(_joins(joins, None))


def _opened(spec: SourceSpec, memory: SourceMemory | None, reads: Collection[str] | None) -> Source:
    """The rows of a source under the names that it gives its columns."""
    source = SOURCES[spec.type](spec, memory or SourceMemory())
    if reads is None or not isinstance(source, Nested):
        return source
    from odoo_etl.sources.rows import names_in_source

    compared = {name for one in spec.join for name in one.on}
    return source.reading(names_in_source({*reads, *compared}, spec))


def open_rows(
    job: JobSpec, identity: Sequence[str], reads: Collection[str], memory: SourceMemory | None = None
) -> Source:
    """The rows of a job: those of its source, with those of the sources that its lines have.

    Args:
        identity: columns of its source; rows that are equal there are of one record.
        reads: the columns that its fields read.
    """
    if not job.line_sources:
        return open_source(job.source, memory, reads)
    from odoo_etl.sources.joined import JoinedRows, LineSource

    lines = [
        LineSource(name, open_source(one.source, None, reads), one.match, one.min_rows)
        for name, one in job.line_sources.items()
        if one.source is not None
    ]
    header = _shaped(_opened(job.source, None, reads), job.source, reads)
    return JoinedRows(header, lines, identity, job.source.min_rows, by_line=job.rows_of_line_are_one)
