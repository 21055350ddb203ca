"""Delimited text as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.table_file import TableFile
from odoo_etl.spec.sources.text_keys import TextKeys


class CsvSource(TableFile, TextKeys):
    """Delimited text. Every cell is text; only `null_values` become null."""

    type: Literal["csv"]
    delimiter: str | None = Field(
        default=None, description="One or more characters; found from the first lines when not given."
    )
    quote: str = Field(default='"', max_length=1, description='One ASCII character, or "" for files without quotes.')
    escape: str | None = Field(
        default=None,
        description="One ASCII character that takes the meaning from a quote, a delimiter, a line break or itself.",
    )
    quoting: Literal["strict", "lenient"] = Field(
        default="strict",
        description="lenient: text after a closing quote belongs to the cell, where strict makes the line a reject.",
    )

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
