"""The rows of an SQL query as a source: read-only, streamed, in ranges of a key, with the driver's types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from odoo_etl.errors import SourceError
from odoo_etl.sources.model import Chunk, Source, SourceMemory
from odoo_etl.sources.sql.databases import connect, describe, safe_text
from odoo_etl.sources.sql.incremental import SINCE, check_cursors, wrapped
from odoo_etl.sources.sql.sessions import nothing_fetched, quoted
from odoo_etl.sources.sql.statements import Query
from odoo_etl.sources.watermarks import begins_at, check_column
from odoo_etl.spec import QueryFile, SqlSource

_AT_FILE = ("source", "query", "file")  # of a job


class SqlQuery:
    """The rows of one query."""

    def __init__(self, spec: SqlSource, memory: SourceMemory, bounds: Bounds | None = None) -> None:
        self._spec, self._bounds = spec, bounds
        self._url = spec.url.get_secret_value()
        self._memory = memory
        self.cursor = spec.incremental.cursor if spec.incremental else None
        self.fingerprints: dict[str, str] = {}

    def columns(self) -> list[str]:
        """The names that the query gives its columns. Runs the query, but fetches nothing.

        Raises SourceError: connection, SQL error, parameters, names missing or twice, a cursor that is no column.
        """
        with self._connected(chunk_rows=1) as connection:
            return self._columns(connection)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from a server-side cursor where the database has one."""
        with self._connected(chunk_rows) as connection:
            if self._spec.incremental:
                self._columns(connection)  # in what we put around the query, SQLite renames what it has twice
            with connection.execute(self._statement(connection)) as result:
                names, first = self._names(result), 1
                for rows in result.partitions(chunk_rows):
                    values = [_plain(list(column)) for column in zip(*rows, strict=True)]
                    columns = dict(zip(names, values, strict=True))
                    if self._spec.incremental:
                        check_cursors(self._spec.incremental, columns[self._spec.incremental.cursor], first)
                    yield Chunk(columns, list(range(first, first + len(rows))))
                    first += len(rows)

    def ranges(self, count: int) -> list[Source]:
        """Ranges of the values of `split_by`; without it, one range."""
        if not self._spec.split_by:
            return [self]
        with self._connected(chunk_rows=1) as connection:
            query = self._query(connection)
            text = extremes(query.bare, self._spec.split_by, connection.dialect)
            with connection.execute(query.statement(text)) as result:
                lowest, highest = result.one()
        return [SqlQuery(self._spec, self._memory, bounds) for bounds in cut(lowest, highest, count, self._spec)]

    def _columns(self, connection: sa.Connection) -> list[str]:
        """The names that the query as it is written gives its columns, among them the cursor."""
        query = self._query(connection)
        with nothing_fetched(connection), connection.execute(query.statement(query.text)) as result:
            names = self._names(result)
        if self._spec.incremental:
            check_column(self._spec.incremental, names)
        return names

    def _names(self, result: sa.CursorResult[Any]) -> list[str]:
        """The column names, once they are known to name each column."""
        if not result.returns_rows:
            raise SourceError(f"{describe(self._url)}: the query returns no rows; it must be a SELECT")
        names = list(result.keys())
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            raise SourceError(f"the query has more than one column {', '.join(map(repr, twice))} (rename one with AS)")
        if not all(name.strip() for name in names):
            raise SourceError("the query has a column without a name (name it with AS)")
        return names

    @contextmanager
    def _connected(self, chunk_rows: int) -> Iterator[sa.Connection]:
        """A connection that streams; nothing done on it is ever committed."""
        with connect(self._url) as connection:
            try:
                yield connection.execution_options(stream_results=True, yield_per=chunk_rows)
            except SQLAlchemyError as error:
                said = safe_text(error, self._url, self._spec.params.values())
                raise SourceError(f"{describe(self._url)}: the query failed: {said}") from None
            except UnicodeEncodeError as error:
                raise SourceError("the query or one of its params holds half a character (a lone surrogate)") from error
            except OverflowError as error:
                raise SourceError(f"{describe(self._url)}: a number in params or initial is too large") from error

    def _statement(self, connection: sa.Connection) -> sa.TextClause:
        """The query, or the part of it that changed since the last run."""
        query, dialect = self._query(connection), connection.dialect
        if self._bounds and self._spec.split_by:
            return query.statement(bounded(query.bare, self._spec.split_by, self._bounds, dialect))
        if not self._spec.incremental:
            return query.statement(query.text)
        since = begins_at(self._spec.incremental, self._memory.watermark)
        statement = query.statement(wrapped(query.bare, self._spec.incremental, since, dialect), SINCE)
        if since is None:
            return statement
        # Without a type, so that the database takes text for what its column is.
        return statement.bindparams(sa.bindparam(SINCE, since, type_=sa.types.NullType()))

    def _query(self, connection: sa.Connection) -> Query:
        return Query(query_text(self._spec.query), self._spec.params, connection.dialect.name)


def query_text(query: str | QueryFile) -> str:
    """The text of the query, read from its file when it has one. Raises SourceError."""
    if isinstance(query, str):
        return query
    try:
        return query.text()
    except OSError as error:
        raise SourceError(f"{query.file}: the query file cannot be read: {error.strerror}", _AT_FILE) from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{query.file}: the query file is neither UTF-8 nor UTF-16 (byte {error.start})", _AT_FILE
        ) from error
    except ValueError as error:
        raise SourceError(f"{query.file}: the query file cannot be read: not a path", _AT_FILE) from error


def _plain(values: list[Any]) -> list[Any]:
    """Replace the drivers' own types for bytes and UUIDs; everything else stays as it came."""
    kinds = {type(value) for value in values}
    if any(issubclass(kind, memoryview | bytearray) for kind in kinds):
        values = [bytes(value) if isinstance(value, memoryview | bytearray) else value for value in values]
    if any(issubclass(kind, UUID) for kind in kinds):
        values = [str(value) if isinstance(value, UUID) else value for value in values]
    return values


@dataclass(frozen=True, slots=True)
class Bounds:
    """Values from `low` on, below `high`; None is open. Rows without a value belong to the range with no `high`."""

    low: int | None
    high: int | None


def cut(lowest: Any, highest: Any, count: int, spec: SqlSource) -> Iterator[Bounds]:
    """About `count` ranges of equal width between the extremes; the first and the last are open.

    Raises SourceError: the column holds no integers.
    """
    if lowest is None:
        yield Bounds(None, None)
        return
    lowest, highest = _as_int(lowest), _as_int(highest)
    if type(lowest) is not int or type(highest) is not int:
        raise SourceError(
            f"split_by: {spec.split_by}: the column holds {type(lowest).__name__}, not integers (name a numeric key)"
        )
    step = max(1, -(-(highest - lowest + 1) // count))
    marks: list[int | None] = [None, *range(lowest + step, highest + 1, step), None]
    for low, high in pairwise(marks):
        yield Bounds(low, high)


def _as_int(value: Any) -> Any:
    """An integer that a database keeps as a decimal; anything else as it is."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def extremes(query: str, column: str, dialect: sa.Dialect) -> str:
    """A query for the lowest and the highest value."""
    name = quoted(column, dialect)
    return f"SELECT min({name}), max({name}) FROM (\n{query}\n) q"  # noqa: S608 (the job's own query; the name is quoted)


def bounded(query: str, column: str, bounds: Bounds, dialect: sa.Dialect) -> str:
    """The rows of the query within bounds."""
    name = quoted(column, dialect)
    above = f"{name} >= {bounds.low}" if bounds.low is not None else ""
    if bounds.high is not None:
        conditions = [above, f"{name} < {bounds.high}"]
    else:
        conditions = [f"({above} OR {name} IS NULL)" if above else ""]
    where = " AND ".join(filter(None, conditions))
    return f"SELECT * FROM (\n{query}\n) q" + (f" WHERE {where}" if where else "")  # noqa: S608 (see above)
