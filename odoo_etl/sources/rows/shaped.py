"""A source whose rows are those that a job sees: whatever kind of source it is, the same keys do the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from odoo_etl.sources.model import Chunk, Divisible, Headed, Remark, Source, remarks_of
from odoo_etl.sources.rows.distinct import SeenRows, distinct
from odoo_etl.sources.rows.exploded import exploded
from odoo_etl.sources.rows.renamed import NO_NAMES, check_there, renamed, renamed_columns
from odoo_etl.sources.rows.where import Choice
from odoo_etl.spec import RowShape


@dataclass(frozen=True)
class ShapedRows:
    """The rows of a source as a job sees them."""

    source: Source
    shape: RowShape

    @property
    def cursor(self) -> str | None:
        """The name that the job gives to the cursor."""
        cursor = self.source.cursor
        return next((new for new, old in self.shape.rename.items() if old == cursor), cursor)

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Those of the source."""
        return self.source.fingerprints

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several columns of the source have."""
        return self.source.ambiguous if isinstance(self.source, Headed) else {}

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Those of the source."""
        return remarks_of(self.source)

    def columns(self) -> list[str]:
        """The names of the columns, in order. Raises SourceError where one that is to be looked at is not there."""
        ambiguous = self.ambiguous
        names = renamed_columns(self.source.columns(), self.shape.rename, ambiguous)
        _check(names, self.shape, ambiguous)
        return names

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, from the first one."""
        chunks = self.source.chunks(chunk_rows)
        return shaped(renamed(chunks, self.shape.rename) if self.shape.rename else chunks, self.shape, chunk_rows)

    def ranges(self, count: int) -> list[Source]:
        """Ranges of the source; one where a row may be equal to any other."""
        if self.shape.distinct or not isinstance(self.source, Divisible):
            return [self]
        return [ShapedRows(part, self.shape) for part in self.source.ranges(count)]


def shaped(chunks: Iterable[Chunk], shape: RowShape, chunk_rows: int, seen: SeenRows | None = None) -> Iterator[Chunk]:
    """The chunks with the rows that a job sees; their columns have been renamed. Raises SourceError.

    Args:
        seen: the rows before these, with which `distinct` compares.
    """
    chunks = _checked(iter(chunks), shape)
    if shape.where is not None:
        chunks = Choice(shape.where).chosen(chunks)
    if shape.explode is not None:
        chunks = exploded(chunks, shape.explode, chunk_rows)
    if shape.distinct:
        chunks = distinct(chunks, _compared(shape), seen)
    return (chunk for chunk in chunks if chunk.lines or chunk.bad or chunk.filtered)


def noted(chunks: Iterable[Chunk], shape: RowShape, seen: SeenRows) -> Iterator[Chunk]:
    """The chunks as they are, of rows that the job saw before; `seen` has them then. Raises SourceError."""
    for chunk in _checked(iter(chunks), RowShape(distinct=shape.distinct)):
        if shape.distinct:
            list(distinct([chunk], _compared(shape), seen))
        yield chunk


def _compared(shape: RowShape) -> Sequence[str] | None:
    """The columns that `distinct` looks at; None for all."""
    return shape.distinct if isinstance(shape.distinct, tuple) else None


def names_in_source(reads: Iterable[str], shape: RowShape) -> frozenset[str]:
    """The columns that a job reads, and those that say which rows it has, as the source names them."""
    names = [*reads, *(name for own in _looked_at(shape).values() for name in own)]
    return frozenset(shape.rename.get(name, name) for name in names)


def _looked_at(shape: RowShape) -> Mapping[str, Sequence[str]]:
    """The columns that each key looks at."""
    return {
        "where": Choice(shape.where).columns if shape.where is not None else (),
        "explode": (shape.explode.column,) if shape.explode is not None else (),
        "distinct": _compared(shape) or (),
    }


def _check(columns: Sequence[str], shape: RowShape, ambiguous: Mapping[str, str] = NO_NAMES) -> None:
    """Refuse columns to look at that are not there. Raises SourceError."""
    for key, names in _looked_at(shape).items():
        check_there(names, columns, key, ambiguous)


def _checked(chunks: Iterator[Chunk], shape: RowShape) -> Iterator[Chunk]:
    for first in chunks:
        _check(list(first.columns), shape)
        yield from chain([first], chunks)
