"""A rejects file as a table of texts, however it was saved: CSV of any delimiter and encoding, or a workbook."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.rejects import found_own_columns
from odoo_etl.sources import Chunk, Source, open_source
from odoo_etl.spec import CsvSource, ExcelSource
from odoo_etl.text import NoText, text_of

# A spreadsheet may write another delimiter than ours; ours comes first.
DELIMITERS: Final = (",", ";", "\t", "|")
WORKBOOKS: Final = (".xlsx", ".ods", ".xls", ".xlsb")
ONE_BYTE: Final = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman", "cp850")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ROWS_READ: Final = 10_000


@dataclass(frozen=True, slots=True)
class MendedFile:
    """A rejects file as somebody saved it.

    Attributes:
        own: the encoding that the job's source has, and the file had at first.
        known: texts that were in it, beyond plain letters; by them an encoding is known that no mark names.
    """

    path: Path
    own: str = "utf-8-sig"
    known: tuple[str, ...] = ()

    def columns(self) -> list[str]:
        """The names of the columns; those without one are left out."""
        return list(self._source().columns())

    def chunks(self) -> Iterator[Chunk]:
        """The rows, all cells as text; those in which nothing stands are left out. Raises SourceError."""
        for chunk in self._source().chunks(_ROWS_READ):
            columns = {name: list(map(_as_text, cells)) for name, cells in chunk.columns.items()}
            bad = tuple(replace(one, cells=tuple(map(_as_text, one.cells))) for one in chunk.bad)
            yield _without_empty(replace(chunk, columns=columns, bad=bad))

    def _source(self) -> Source:
        """The file, with the delimiter that shows our columns."""
        if self.path.suffix.lower() in WORKBOOKS:
            return open_source(ExcelSource(type="excel", path=str(self.path)))
        encoding = self._encoding()
        for delimiter in DELIMITERS:
            source = self._csv(encoding, delimiter)
            with suppress(SourceError):  # cells in quotes fit no other delimiter than their own
                if found_own_columns(source.columns()):
                    return source
        return self._csv(encoding, None)

    def _csv(self, encoding: str, delimiter: str | None) -> Source:
        return open_source(CsvSource(type="csv", path=str(self.path), delimiter=delimiter, encoding=encoding))

    def _encoding(self) -> str:
        """By its mark; else UTF-8 where it is that; else the one in which the texts that are known stand in it.

        Raises:
            SourceError: nobody can tell.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise SourceError(f"{self.path}: cannot be read: {error.strerror or error}") from error
        if marked := next((name for mark, name in _MARKS if data.startswith(mark)), ""):
            return marked
        if b"\0" in data[:200]:
            return "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        if _decoded(data, "utf-8") is not None:
            return "utf-8"
        return self._of_one_byte(data)

    def _of_one_byte(self, data: bytes) -> str:
        own: tuple[str, ...] = () if self.own.startswith("utf") else (self.own,)
        found = {name: text for name in (*own, *ONE_BYTE) if (text := _decoded(data, name)) is not None}
        score = {name: sum(one in text for one in self.known) for name, text in found.items()}
        best = max(score.values(), default=0)
        if best:
            return next(name for name in score if score[name] == best)
        if own and own[0] in found:
            return own[0]
        raise SourceError(
            f"{self.path}: is not UTF-8, and nobody can tell its encoding, in which rejects were not written (save the"
            ' file again: in Excel as "CSV UTF-8 (Comma delimited)", in LibreOffice with the character set Unicode'
            " (UTF-8))"
        )


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _as_text(cell: Any) -> str | None:
    """A cell of a workbook as the text that we would have written."""
    if cell is None or isinstance(cell, str):
        return cell or None
    try:
        return str(text_of(cell)).removesuffix("T00:00:00")
    except NoText:
        return str(cell)


def _without_empty(chunk: Chunk) -> Chunk:
    """Without rows in which nothing stands, as spreadsheets leave them below a table."""
    wanted = [any(row) for row in zip(*chunk.columns.values(), strict=True)] if chunk.columns else []
    if all(wanted):
        return chunk
    columns = {name: list(_only(cells, wanted)) for name, cells in chunk.columns.items()}
    return replace(chunk, columns=columns, lines=list(_only(chunk.lines, wanted)))


def _only(items: Iterable[Any], wanted: Iterable[bool]) -> Iterator[Any]:
    return (item for item, is_wanted in zip(items, wanted, strict=True) if is_wanted)
