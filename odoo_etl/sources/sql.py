"""The rows of an SQL query as a source: read-only, streamed, with the types that the driver gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from odoo_etl.errors import SourceError
from odoo_etl.sources.databases import connect, describe, safe_text
from odoo_etl.sources.incremental import SINCE, begins_at, check_column, check_values, wrapped
from odoo_etl.sources.key_ranges import Bounds, bounded, cut, extremes
from odoo_etl.sources.model import Chunk, Source, SourceMemory
from odoo_etl.spec import QueryFile, SqlSource

_LITERAL = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | \$(\w*)\$.*?\$\1\$ | --[^\n]* | /\*.*?\*/""", re.VERBOSE | re.DOTALL
)
_PARAMETER = re.compile(r"(?<![:\w\\]):\w+")
_CAST_PARAMETER = re.compile(_PARAMETER.pattern + "(?=::)")


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
            with connection.execute(self._statement(connection.dialect)) as result:
                names, first = self._names(result), 1
                for rows in result.partitions(chunk_rows):
                    values = [_plain(list(column)) for column in zip(*rows, strict=True)]
                    columns = dict(zip(names, values, strict=True))
                    if self._spec.incremental:
                        check_values(self._spec.incremental, columns[self._spec.incremental.cursor], first)
                    yield Chunk(columns, list(range(first, first + len(rows))))
                    first += len(rows)

    def ranges(self, count: int) -> list[Source]:
        """Ranges of the values of `split_by`; without it, one range."""
        if not self._spec.split_by:
            return [self]
        with self._connected(chunk_rows=1) as connection:
            text = extremes(_bare(_query_text(self._spec.query)), self._spec.split_by, connection.dialect)
            with connection.execute(self._bound(text)) as result:
                lowest, highest = result.one()
        return [SqlQuery(self._spec, self._memory, bounds) for bounds in cut(lowest, highest, count, self._spec)]

    def _columns(self, connection: sa.Connection) -> list[str]:
        """The names that the query as it is written gives its columns, among them the cursor."""
        with connection.execute(self._bound(_query_text(self._spec.query))) as result:
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

    def _statement(self, dialect: sa.Dialect) -> sa.TextClause:
        """The query, or the part of it that changed since the last run."""
        query = _query_text(self._spec.query)
        if self._bounds and self._spec.split_by:
            return self._bound(bounded(_bare(query), self._spec.split_by, self._bounds, dialect))
        if not self._spec.incremental:
            return self._bound(query)
        since = begins_at(self._spec.incremental, self._memory.watermark)
        statement = self._bound(wrapped(_bare(query), self._spec.incremental, since, dialect), SINCE)
        if since is None:
            return statement
        # Without a type, so that the database takes text for what its column is.
        return statement.bindparams(sa.bindparam(SINCE, since, type_=sa.types.NullType()))

    def _bound(self, query: str, ours: str = "") -> sa.TextClause:
        """The query with the job's parameters bound; a list stands for `IN :name`."""
        if "\0" in query:  # where libpq would silently end it
            raise SourceError("the query holds a NUL character")
        statement = sa.text(_as_sqlalchemy_reads_it(query))
        wanted, given = set(statement.compile().params) - {ours}, set(self._spec.params)
        if wanted != given:
            raise SourceError(_parameter_problem(wanted - given, given - wanted))
        return statement.bindparams(
            *(
                sa.bindparam(name, value, expanding=isinstance(value, list | tuple), type_=_type_of(value))
                for name, value in self._spec.params.items()
            )
        )


def _type_of(value: Any) -> sa.types.TypeEngine[Any] | None:
    """None for text, alone or in a list: the database takes it for what its column is, such as a date."""
    values = value if isinstance(value, list | tuple) else [value]
    return sa.types.NullType() if all(isinstance(one, str) for one in values) else None


def _query_text(query: str | QueryFile) -> str:
    """The text of the query, read from its file when it has one."""
    if isinstance(query, str):
        return query
    try:
        return query.file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"{query.file}: the query file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{query.file}: the query file is not UTF-8 (byte {error.start})") from error
    except ValueError as error:
        raise SourceError(f"{query.file}: the query file cannot be read: not a path") from error


def _bare(query: str) -> str:
    """The query without the semicolons and comments at its end, so that it may stand in brackets."""
    blank = _LITERAL.sub(lambda part: (" " if part[0].startswith(("--", "/*")) else "x") * len(part[0]), query)
    return query[: len(blank.rstrip("; \t\r\n"))]


def _as_sqlalchemy_reads_it(query: str) -> str:
    """Make SQLAlchemy see the parameters that a person sees.

    It takes `:name` inside a literal, a quoted name or a comment for one, and misses the one in `:name::type`.
    """
    escaped = _LITERAL.sub(lambda literal: _PARAMETER.sub(r"\\\g<0>", literal[0]), query)
    return _CAST_PARAMETER.sub(r"\g<0> ", escaped)


def _parameter_problem(missing: set[str], unused: set[str]) -> str:
    """Say which parameters the query and the job do not share."""
    lines = []
    for name in sorted(missing):
        near = get_close_matches(name, unused, n=1)
        hint = f"did you mean {near[0]}?" if near else "add it under params: in the source of the job"
        lines.append(f"the query needs :{name}, which params does not give ({hint})")
    lines += [f"the query does not use the parameter {name}" for name in sorted(unused)]
    return "\n".join(lines)


def _plain(values: list[Any]) -> list[Any]:
    """Replace the drivers' own types for bytes and UUIDs; everything else stays as it came."""
    kinds = {type(value) for value in values}
    if any(issubclass(kind, memoryview | bytearray) for kind in kinds):
        values = [bytes(value) if isinstance(value, memoryview | bytearray) else value for value in values]
    if any(issubclass(kind, UUID) for kind in kinds):
        values = [str(value) if isinstance(value, UUID) else value for value in values]
    return values
