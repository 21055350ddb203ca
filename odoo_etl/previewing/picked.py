"""The rows that somebody wants to see: by their line, by their key, or by an expression; the first ones otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.mapping import ExternalId, key_columns, named_columns
from odoo_etl.previews import Pick
from odoo_etl.sources import Chunk, Source, open_rows
from odoo_etl.sources.rows import Choice, only
from odoo_etl.spec import JobSpec
from odoo_etl.spec.expressions import ExpressionError, compile_expression
from odoo_etl.text import NoText, text_of


def picked(spec: JobSpec, pick: Pick) -> Source | None:
    """The source with the picked rows alone; None for the job's own, from its beginning or its watermark.

    Raises:
        UsageError: no row can be picked like that.
        SourceError: the source cannot be read.
    """
    if pick.is_any:
        return None
    source = open_rows(spec, key_columns(spec), named_columns(spec))
    if pick.where:
        source = _Narrowed(source, _choosing(pick.where, source.columns()))
    if pick.key:
        source = _Narrowed(source, _with_key(spec, pick.key))
    if pick.line or pick.file:
        source = _Narrowed(source, lambda chunks: _at(chunks, pick))
    return source


class _Narrowed:
    """Some rows of a source.

    Args:
        narrow: gives the chunks with the wanted rows.
    """

    cursor: str | None = None
    fingerprints: Mapping[str, str] = {}

    def __init__(self, source: Source, narrow: Callable[[Iterator[Chunk]], Iterator[Chunk]]) -> None:
        self._source, self._narrow = source, narrow

    def columns(self) -> list[str]:
        """Those of the source."""
        return self._source.columns()

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The chunks that hold a wanted row, or a wanted line that is none."""
        narrowed = self._narrow(self._source.chunks(chunk_rows))
        return (chunk for chunk in narrowed if chunk.lines or chunk.bad)


def _choosing(where: str, columns: Sequence[str]) -> Callable[[Iterator[Chunk]], Iterator[Chunk]]:
    try:
        compile_expression(where)
        choice = Choice(where)
    except ExpressionError as error:
        raise UsageError(f"--where: {error}" + (f" ({error.hint})" if error.hint else "")) from error
    if missing := [name for name in choice.columns if name not in columns]:
        raise UsageError(f"--where: the source has no column {', '.join(missing)}; it has {', '.join(columns)}")
    return lambda chunks: (replace(chunk, bad=(), filtered=()) for chunk in choice.chosen(chunks))


def _with_key(spec: JobSpec, key: str) -> Callable[[Iterator[Chunk]], Iterator[Chunk]]:
    """The rows whose key columns hold a text, as it stands or without blanks around it."""
    external = spec.target.external_id
    names = list(ExternalId.of(external.template).columns) if external is not None else key_columns(spec)
    if not names:
        raise UsageError("--key: the key of the job comes from no column; pick rows with --where")
    wanted = [part.strip() for part in key.split(",")] if len(names) > 1 else [key.strip()]
    if len(wanted) != len(names):
        raise UsageError(f"--key: the key is of {len(names)} columns ({', '.join(names)}): say {','.join(names)}")

    def narrow(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            cells = zip(*(chunk.columns[name] for name in names), strict=True)
            yield replace(only(chunk, [[_text(one) for one in row] == wanted for row in cells]), bad=(), filtered=())

    return narrow


def _text(cell: Any) -> str:
    try:
        return "" if cell is None else text_of(cell).strip()
    except NoText:
        return ""


def _at(chunks: Iterator[Chunk], pick: Pick) -> Iterator[Chunk]:
    """The rows that begin in a line, lines that are no rows among them; of files with such a name."""
    for chunk in (one for one in chunks if pick.file in one.file):
        if pick.line:
            bad = tuple(one for one in chunk.bad if one.line == pick.line)
            yield replace(only(chunk, [line == pick.line for line in chunk.lines]), bad=bad, filtered=())
        else:
            yield chunk
