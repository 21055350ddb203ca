"""The rows of a query as a source."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.sources.incremental import SqlIncremental, cursor_issues
from odoo_etl.spec.sources.keys import SourceKeys
from odoo_etl.spec.value_kinds import SecretUrl, passwords_in


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


class SqlSource(SourceKeys):
    """The rows of one query, read-only. Values keep their types; only SQL NULL is null."""

    type: Literal["sql"]
    url: SecretUrl = Field(
        min_length=1,
        description="A SQLAlchemy URL: sqlite:///shop.db, postgresql://user:password@host/db, mysql://..., mssql://...",
    )
    query: Query = Field(description="The query, or {file: query.sql}; parameters are written :name.")
    params: dict[str, Any] = Field(default={}, description="Values bound to the :name parameters.")
    incremental: SqlIncremental | None = Field(default=None, description="Read only what changed since the last run.")
    split_by: str | None = Field(
        default=None, min_length=1, description="An integer column, by whose values several workers share the reading."
    )

    @property
    def secrets(self) -> set[str]:
        """The password of its URL, and its parameters."""
        texts = {value for value in self.params.values() if isinstance(value, str)}
        return super().secrets | passwords_in(self.url.get_secret_value()) | texts

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
        yield from cursor_issues(data)
