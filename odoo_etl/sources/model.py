"""The protocol of sources: columns, then rows in chunks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

from odoo_etl.codes import LineCode


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of the source that is no row; it becomes a reject.

    Attributes:
        line: where it starts, 1-based, as in `Chunk.lines`.
        code: `ragged_line`, `bad_quote`, `bad_record`, `nul_character`, `unknown_above`, `too_long`; `bad_where` of a
            row of which nobody can say whether it is the job's.
        reason: for the user, one sentence.
        cells: what the line holds, as far as it could be cut into cells.
    """

    line: int
    code: LineCode
    reason: str
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive rows, by column.

    Attributes:
        columns: per column name, in the order of the source, one value a row; None is null. Equal lengths.
        lines: where each row starts: the physical line of a file (1-based, the header counts), the row
            number of a query (1-based).
        file: the file the rows come from (a chunk never spans two), with `#` and its sheet where it has sheets; ""
            where there is none.
        bad: lines between these rows, or after them, that are no rows.
        filtered: the line of each row between these, or after them, that the job leaves out.
        lost_beside: where the rows are those of one part: how many rows of other parts have no key that can be read.
    """

    columns: dict[str, list[Any]]
    lines: list[int]
    file: str = ""
    bad: tuple[BadLine, ...] = ()
    filtered: tuple[int, ...] = ()
    lost_beside: int = 0

    def own(self) -> Chunk:
        """The chunk without what is known of rows that the job leaves out."""
        return replace(self, filtered=()) if self.filtered else self

    @property
    def last_line(self) -> int:
        """The last line that is told of, be it a row or not; 0 without any."""
        return max([*self.lines[-1:], *self.filtered, *(bad.line for bad in self.bad)], default=0)

    def __post_init__(self) -> None:
        """Refuse columns that would shift values between rows."""
        for name, values in self.columns.items():
            if len(values) != len(self.lines):
                raise ValueError(f"column {name!r} has {len(values)} values for {len(self.lines)} rows")


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """The watermark and files that earlier runs of a job confirmed.

    Attributes:
        watermark: the highest cursor (text, int, float, Decimal, date or datetime, as the source gave it), or None.
        files: the fingerprint of each file that was read, by its path.
    """

    watermark: Any = None
    files: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Rows from one place. Both methods start from the beginning each time they are called."""

    @property
    def cursor(self) -> str | None:
        """The column whose last value that is not None is the next watermark, or None.

        Rows come sorted by it as the source sorts (which for text need not be Python's order).
        """
        ...

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Path to fingerprint of the files that will be read; empty unless `only_new`. Raises SourceError."""
        ...

    def columns(self) -> list[str]:
        """Column names in order, distinct and not empty. Raises SourceError."""
        ...

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks of `chunk_rows` rows; the last of a file or query is shorter, and so is one that would hold
        very much text. A source without rows gives none.

        Reads as it is consumed, in bounded memory. Raises SourceError, possibly after some chunks.
        """
        ...


@runtime_checkable
class Headed(Protocol):
    """A source whose columns have the names that a header gives them."""

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several columns have, which are therefore not read, to where these stand. Raises SourceError."""
        ...


@runtime_checkable
class Divisible(Protocol):
    """A source that several processes can read together."""

    def ranges(self, count: int) -> list[Source]:
        """About `count` sources that can be pickled and together give the same rows in the same order.

        Lines of files are those of the whole file; rows of a query are counted from 1 in each. Raises SourceError.
        """
        ...


@runtime_checkable
class Nested(Protocol):
    """A source whose records hold lists, which make rows where their columns are read."""

    def reading(self, columns: Collection[str], /) -> Source:
        """The same where only these columns are read, under the names that the source gives them."""
        ...


@runtime_checkable
class Whole(Protocol):
    """A source of which several rows make one record."""

    def first(self, rows: int) -> Source:
        """The source up to so many records, none of which is cut in two."""
        ...


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that people should know of the rows that were read, although none of them is at fault.

    Attributes:
        text: with `{:,}` for each of the counts.
        counts: first, of rows that are meant; those of several ranges, which have the same text, are summed.
        example: one of the rows that are meant; "" for none.
    """

    text: str
    counts: tuple[int, ...] = ()
    example: str = ""

    def __str__(self) -> str:
        """The text with its counts, and the example."""
        return self.text.format(*self.counts) + (f", for example {self.example}" if self.example else "")


@runtime_checkable
class Remarking(Protocol):
    """A source that has something to say of its rows."""

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Those of the last reading, once it has ended."""
        ...


def remarks_of(source: Source) -> tuple[Remark, ...]:
    """The remarks of a source on its last reading."""
    return source.remarks if isinstance(source, Remarking) else ()


def told_remarks(remarks: Iterable[Remark]) -> list[str]:
    """Those that mean any row, each text once: the counts of several ranges are summed."""
    found: dict[str, Remark] = {}
    for one in remarks:
        known = found.get(one.text, Remark(one.text, (0,) * len(one.counts)))
        counts = tuple(map(sum, zip(known.counts, one.counts, strict=True)))
        found[one.text] = Remark(one.text, counts, known.example or one.example)
    return [str(one) for one in found.values() if not one.counts or one.counts[0]]
