"""Rows as bytes of a part file: delimited text, JSON objects, or JSON lists that become another format in the end."""

from __future__ import annotations

import base64
import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Protocol

import orjson

from odoo_etl.errors import SourceError
from odoo_etl.exporting.layout import OutColumn
from odoo_etl.exporting.texts import texts_of
from odoo_etl.text import text_of

_MARKED: Final = {"utf-8-sig": (codecs.BOM_UTF8, "utf-8"), "utf-16": (codecs.BOM_UTF16_LE, "utf-16-le")}
_JSON: Final = orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE

Cells = Sequence[Sequence[Any]]


class Form(Protocol):
    """How rows stand in a part file."""

    def head(self) -> bytes:
        """The beginning of the file."""
        ...

    def rows(self, cells: Cells) -> bytes:
        """Some rows, given by column. Raises SourceError: one cannot be written so."""
        ...


@dataclass(frozen=True)
class Delimited:
    """Delimited text.

    Attributes:
        encoding: a name that Python knows.
        safe: what a spreadsheet would calculate gets an apostrophe before it.
    """

    columns: tuple[OutColumn, ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    safe: bool = False

    @cached_property
    def _codec(self) -> tuple[bytes, str]:
        name = codecs.lookup(self.encoding).name
        return _MARKED.get(name, (b"", name))

    def head(self) -> bytes:
        """The mark of the encoding, and the header."""
        mark, _ = self._codec
        return mark + self._lines([[one.name] for one in self.columns])

    def rows(self, cells: Cells) -> bytes:
        """Some rows. Raises SourceError: the encoding lacks a character."""
        columns = zip(cells, self.columns, strict=True)
        return self._lines([texts_of(each, one.kind, safe=self.safe) for each, one in columns])

    def _lines(self, texts: Sequence[Sequence[str]]) -> bytes:
        lines = io.StringIO(newline="")
        csv.writer(lines, delimiter=self.delimiter, lineterminator="\n").writerows(zip(*texts, strict=True))
        try:
            return lines.getvalue().encode(self._codec[1])
        except UnicodeEncodeError as error:
            lacking = error.object[error.start : error.start + 1]
            raise SourceError(
                f"the encoding {self.encoding} has no {lacking!r}: take one that has all characters, such as utf-8"
            ) from error


@dataclass(frozen=True)
class JsonLines:
    """A JSON object a row."""

    columns: tuple[OutColumn, ...]

    def head(self) -> bytes:
        """Nothing: each line has its names."""
        return b""

    def rows(self, cells: Cells) -> bytes:
        """Some rows; relations of several records are lists."""
        names = [one.name for one in self.columns]
        return b"".join(_json(dict(zip(names, row, strict=True))) for row in zip(*cells, strict=True))


@dataclass(frozen=True)
class Lists:
    """A JSON list a row: kept until all rows are there, and then written in another format."""

    columns: tuple[OutColumn, ...]

    def head(self) -> bytes:
        """Nothing."""
        return b""

    def rows(self, cells: Cells) -> bytes:
        """Some rows."""
        return b"".join(_json(row) for row in zip(*cells, strict=True))


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=_JSON)


def _plain(value: Any) -> Any:
    """A value that JSON has a type for."""
    if isinstance(value, Decimal):
        return float(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else text_of(value)
