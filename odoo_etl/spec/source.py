"""Where the rows of a job come from: one frozen model a kind, joined in `SourceSpec`.

Paths are absolute once the loader has resolved them against the folder of the job file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, TypeAdapter, WithJsonSchema, field_validator

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.rows import RowShape
from odoo_etl.spec.table_file import CellArea, SheetName, TableFile, area_issues
from odoo_etl.spec.value_kinds import Duration, SecretUrl, Whole, invalid

_DURATION: TypeAdapter[float] = TypeAdapter(Duration)
_DURATION_SCHEMA = _DURATION.json_schema()
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")


class _SourceModel(RowShape):
    """The keys that every kind of source has."""

    min_rows: Whole = Field(
        default=0, ge=0, description="Fewer rows than this stop the run before any write; filtered ones do not count."
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """A source that leaves out what it knows cannot promise a number of rows."""
        yield from super().issues(data)
        for name in ("incremental", "only_new"):
            if data.get(name) not in (None, False, "false") and data.get("min_rows") not in (None, 0, "0"):
                yield Issue(f"`min_rows` counts all rows, but with `{name}` only changed ones are read", ("min_rows",))


class CsvSource(TableFile, _SourceModel):
    """Delimited text. Every cell is text; only `null_values` become null."""

    type: Literal["csv"]
    path: str = Field(
        min_length=1,
        description="A file or a glob (`*`, `?`, `[...]`, `**`), read in sorted order; gzip is recognised.",
    )
    delimiter: str | None = Field(
        default=None, description="One or more characters; found from the first lines when not given."
    )
    encoding: str = Field(default="utf-8-sig", description="Any encoding that Python knows.")
    quote: str = Field(default='"', max_length=1, description='One ASCII character, or "" for files without quotes.')
    escape: str | None = Field(
        default=None,
        description="One ASCII character that takes the meaning from a quote, a delimiter, a line break or itself.",
    )
    quoting: Literal["strict", "lenient"] = Field(
        default="strict",
        description="lenient: text after a closing quote belongs to the cell, where strict makes the line a reject.",
    )

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        """Refuse what Python cannot decode text with."""
        try:
            "".encode(codecs.lookup(encoding).name)
        except LookupError as error:
            raise ValueError(f"unknown encoding {encoding!r}; for example utf-8-sig, cp1252, utf-16") from error
        return encoding

    @field_validator("quote", "escape")
    @classmethod
    def _ascii(cls, mark: str | None) -> str | None:
        """Refuse marks that pandas' parser, which works on bytes, cannot take."""
        if mark and not mark.isascii():
            raise ValueError(f"{mark!r} is not an ASCII character, which quote and escape must be")
        return mark

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Each mark means one thing."""
        yield from super().issues(data)
        delimiter, quote, escape = data.get("delimiter"), data.get("quote", '"'), data.get("escape")
        if isinstance(delimiter, str):
            if not delimiter:
                yield Issue("`delimiter` is empty", ("delimiter",), 'a tab is "\\t"')
            elif any(mark in delimiter for mark in (quote, "\n", "\r", "\0") if isinstance(mark, str) and mark):
                yield Issue("`delimiter` already means a quote or the end of a line", ("delimiter",))
        if isinstance(escape, str):
            yield from _escape_issues(escape, delimiter, quote)
        for mark in (delimiter, quote, escape):
            if isinstance(mark, str) and mark and str(data.get("comment") or "").startswith(mark):
                yield Issue("`comment` begins with a mark that already means something else", ("comment",))


def _escape_issues(escape: str, delimiter: Any, quote: Any) -> Iterator[Issue]:
    """An escape is one character with no other meaning."""
    if len(escape) != 1:
        yield Issue("`escape` must be one character", ("escape",), 'a backslash is "\\\\"')
    elif not quote:
        yield Issue("`escape` needs a `quote`", ("escape",))
    elif escape == quote or (isinstance(delimiter, str) and escape in delimiter) or escape.isspace() or escape == "\0":
        yield Issue("`escape` already means something else", ("escape",), "a doubled quote needs no `escape`")


class ExcelSource(TableFile, _SourceModel):
    """A sheet of workbooks (xlsx, xlsb, xls, ods). Cells keep their types; empty ones are null."""

    type: Literal["excel"]
    sheet: SheetName | None = Field(
        default=None,
        description="The name of the sheet, or its number among those that can be seen; without it, the first.",
    )
    range: CellArea | None = Field(
        default=None,
        description="The cells that hold the table: B3:F200, B3:F, B3: or B:F; without it, the whole sheet.",
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The header stands among the cells of the table."""
        yield from super().issues(data)
        yield from area_issues(data.get("range"), data.get("header_row"))


class QueryFile(SpecModel):
    """A query kept in a file of its own: in UTF-8, or in UTF-16 with a byte order mark, as some editors write it."""

    file: Path = Field(description="The file with the query.")

    def text(self) -> str:
        """The query, without a byte order mark. Raises OSError, UnicodeDecodeError, ValueError (of what is no path)."""
        with self.file.open("rb") as stream:
            mark = stream.read(2)
        encoding = "utf-16" if mark in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8-sig"
        return self.file.read_text(encoding=encoding)


def _query_form(value: Any) -> str:
    """Which form of a query is meant, so that errors speak of that form only."""
    return "(file)" if isinstance(value, Mapping | QueryFile) else "(text)"  # no words that are keys


Query = Annotated[
    Annotated[str, Tag("(text)")] | Annotated[QueryFile, Tag("(file)")],
    Discriminator(_query_form),
]


class SqlSource(_SourceModel):
    """The rows of one query, read-only. Values keep their types; only SQL NULL is null."""

    type: Literal["sql"]
    url: SecretUrl = Field(
        min_length=1,
        description="A SQLAlchemy URL: sqlite:///shop.db, postgresql://user:password@host/db, mysql://..., mssql://...",
    )
    query: Query = Field(description="The query, or {file: query.sql}; parameters are written :name.")
    params: dict[str, Any] = Field(default={}, description="Values bound to the :name parameters.")
    incremental: IncrementalSpec | None = Field(default=None, description="Read only what changed since the last run.")
    split_by: str | None = Field(
        default=None, min_length=1, description="An integer column, by whose values several workers share the reading."
    )

    @field_validator("query")
    @classmethod
    def _not_blank(cls, query: str | QueryFile) -> str | QueryFile:
        """Refuse a query without a word in it."""
        if isinstance(query, str) and not query.strip():
            raise ValueError("the query is empty")
        return query

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """Rows that come in the order of a cursor are read by one worker."""
        yield from super().issues(data)
        if data.get("split_by") and data.get("incremental"):
            yield Issue("`split_by` does not go with `incremental`, whose rows come in order", ("split_by",))
        explode, incremental = data.get("explode"), data.get("incremental")
        if isinstance(explode, Mapping) and isinstance(incremental, Mapping):
            names, column = data.get("rename"), explode.get("column")
            old = names.get(column, column) if isinstance(names, Mapping) and isinstance(column, str) else column
            if old is not None and old == incremental.get("cursor"):
                yield Issue("`explode` takes the cursor of `incremental` apart", ("explode", "column"))


class ParquetSource(_SourceModel):
    """Parquet files. Values keep their types; only nulls are null."""

    type: Literal["parquet"]
    path: str = Field(
        min_length=1,
        description="A file or a glob (`*`, `?`, `[...]`, `**`), read in sorted order, without nested columns.",
    )
    columns: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Read only these columns; without it, all."
    )


SourceSpec = Annotated[CsvSource | ExcelSource | ParquetSource | SqlSource, Field(discriminator="type")]


def _lag(value: Any) -> timedelta | Decimal:
    """A number as it is written (`${LAG:-5}` is text), a duration as one."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float | str | Decimal) and _NUMBER.fullmatch(str(value)):
        return Decimal(str(value))
    if not isinstance(value, str):
        raise invalid("must be a duration, or a number for a cursor of numbers", "for example 10m, 2h, 100")
    return timedelta(seconds=_DURATION.validate_python(value))


def _start(value: Any) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise invalid("must be text or a number", "for example 2024-01-31, 0")
    return value


Lag = Annotated[timedelta | Decimal, BeforeValidator(_lag), WithJsonSchema(_DURATION_SCHEMA)]
Start = Annotated[str | int | float, BeforeValidator(_start), WithJsonSchema({"type": ["string", "number"]})]


class IncrementalSpec(SpecModel):
    """Rows whose cursor is not below the highest one that an earlier run confirmed; NULL cursors every time."""

    cursor: str = Field(min_length=1, description="A column of the query that grows whenever a row changes.")
    initial: Start | None = Field(default=None, description="Where the first run begins; without it, everything.")
    lag: Lag | None = Field(
        default=None,
        description="Begin this much below the last cursor: a duration (10m), or a number for a cursor of numbers.",
    )
    upper: Literal["run_start"] | None = Field(
        default=None, description="Leave rows for the next run whose cursor is not before the start of this one."
    )
