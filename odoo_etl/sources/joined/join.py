"""One join of a source, and the matching of rows on their way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any, Literal

from odoo_etl.errors import SafetyLimit, SourceError
from odoo_etl.sources.joined.match import matches
from odoo_etl.sources.joined.right_rows import RightRows
from odoo_etl.sources.joined.temporary import restored
from odoo_etl.sources.model import BadLine, Chunk, Headed, Remark, Source
from odoo_etl.sources.rows import NO_NAMES, check_there

MAX_CHUNK_BYTES = 1 << 24  # of joined cells
SHOWN = 60  # characters of a cell in messages
_SEVERAL = {"rows": "each makes a row", "first": "the first one stands", "reject": "rows with them are rejects"}

Cells = tuple[Any, ...]
Pair = tuple[int, int | None]  # the row of a chunk, and the number of a joined row that it goes with


@dataclass(frozen=True)
class Join:
    """A joined source, and how its rows are found.

    Attributes:
        name: as messages call it.
        on: columns of the rows so far to its own.
        number: its place among the joins of the source, from 0.
    """

    name: str
    source: Source
    on: Mapping[str, str]
    how: Literal["left", "inner"] = "left"
    several: Literal["rows", "first", "reject"] = "rows"
    min_rows: int = 0
    number: int = 0

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several of its columns have. Raises SourceError."""
        with self._at("source"):
            return self.source.ambiguous if isinstance(self.source, Headed) else NO_NAMES

    def brings(self) -> list[str]:
        """The columns that it brings. Raises SourceError: it cannot be read, or lacks a column to compare."""
        with self._at("source"):
            columns = self.source.columns()
        ambiguous = self.ambiguous
        with self._at("on"):
            check_there(list(self.on.values()), columns, "join", ambiguous, self.name)
        return [name for name in columns if self.on.get(name) != name]

    def check(self, columns: Sequence[str], brings: Sequence[str], ambiguous: Mapping[str, str] = NO_NAMES) -> None:
        """Hold what it brings against the columns so far. Raises SourceError: some are missing, or called alike."""
        with self._at("on"):
            check_there(list(self.on), columns, "join", ambiguous)
        if twice := [name for name in brings if name in columns]:
            raise SourceError(
                f"join: the source and {self.name} both have a column {', '.join(map(repr, twice))}: `rename` it in the"
                " joined source",
                ("source", "join", self.number, "source"),
            )

    def read(self, rows: RightRows, brought: Sequence[str], chunk_rows: int) -> Iterator[Chunk]:
        """Keep its rows; give those chunks that hold lines which are no rows.

        Raises:
            SourceError: it cannot be read.
            SafetyLimit: it has fewer rows than its `min_rows`.
        """
        count = 0
        chunks = self.source.chunks(chunk_rows)
        while (chunk := self._next(chunks)) is not None:
            cells = [chunk.columns[name] for name in brought]
            each = zip(*cells, strict=True) if cells else repeat((), len(chunk.lines))
            rows.put([chunk.columns[name] for name in self.on.values()], each)
            count += len(chunk.lines) + len(chunk.bad)
            if chunk.bad:
                yield chunk
        rows.ready()
        if count < self.min_rows:
            raise SafetyLimit(
                f"the joined source {self.name} has {count} rows, fewer than its min_rows of {self.min_rows}; nothing"
                " was written: check the source, or lower min_rows"
            )

    def _next(self, chunks: Iterator[Chunk]) -> Chunk | None:
        with self._at("source"):
            return next(chunks, None)

    @contextmanager
    def _at(self, key: str) -> Iterator[None]:
        """Say of an error where in the source it stands."""
        try:
            yield
        except SourceError as error:
            inner = error.at if key == "source" else None
            error.at = ("source", "join", self.number, *(inner or (key,)))
            raise


class Matching:
    """Rows on their way, each with those that one join has for it.

    Args:
        rows: of the joined source, all read.
        brought: the columns that they bring.
        is_retry: rows in which one of these columns has a value were joined before.
    """

    def __init__(self, join: Join, rows: RightRows, brought: Sequence[str], *, is_retry: bool = False) -> None:
        self._join, self._rows, self._brought, self._is_retry = join, rows, brought, is_retry
        self._read = self._unmatched = 0
        self._example, self._met_several = "", False

    def chunks(self, chunks: Iterator[Chunk], chunk_rows: int) -> Iterator[Chunk]:
        """The chunks with the columns that it brings; each of `chunk_rows` rows at most."""
        for chunk in chunks:
            yield from self._matched(chunk, chunk_rows)

    def remarks(self) -> Iterator[Remark]:
        """Rows without a match, and keys that several joined rows have."""
        join, name = self._join, self._join.name.replace("{", "{{").replace("}", "}}")
        outcome = "left out, without a row there" if join.how == "inner" else "without a row there"
        if self._read:
            text = f"join {name}: rows {outcome}: {{:,}} of {{:,}}"
            yield Remark(text, (self._unmatched, self._read), self._example)
        if self._met_several:
            keys, several = self._rows.keys()
            texts = self._rows.first_several(len(join.on))
            example = _said(zip(join.on.values(), texts, strict=True)).replace("{", "{{").replace("}", "}}")
            told = f"{several:,} of {keys:,} ({_SEVERAL[join.several]}), for example {example}"
            yield Remark(f"join {name}: keys with several rows there: {told}")

    def _matched(self, chunk: Chunk, chunk_rows: int) -> Iterator[Chunk]:
        found = self._found(chunk)
        bad = tuple(
            [self._too_many(chunk, row, len(some)) for row, some in enumerate(found) if some and self._is_bad(some)]
        )
        left_out = self._left_out(chunk, found)
        beside = sorted((*chunk.bad, *bad), key=lambda one: one.line)
        filtered = (*chunk.filtered, *[chunk.lines[row] for row in left_out])
        slices = self._slices(self._pairs(found, left_out), chunk_rows)
        last = next(slices, ([], {}))
        for more in slices:
            yield self._widened(chunk, *last)
            last = more
        yield replace(self._widened(chunk, *last), bad=tuple(beside), filtered=filtered)

    def _slices(self, pairs: Iterator[Pair], chunk_rows: int) -> Iterator[tuple[list[Pair], dict[int, Cells]]]:
        """So many pairs with the cells of their joined rows; fewer where these hold very much."""
        some, cells, size = list[Pair](), dict[int, Cells](), 0
        for pair in pairs:
            some.append(pair)
            if pair[1] is not None and pair[1] not in cells:
                content = self._rows.content(pair[1])
                cells[pair[1]] = restored(content)
                size += len(content)
            if len(some) == chunk_rows or size > MAX_CHUNK_BYTES:
                yield some, cells
                some, cells, size = [], {}, 0
        if some:
            yield some, cells

    def _found(self, chunk: Chunk) -> list[list[int] | None]:
        """The numbers of the joined rows of each row; None where it was joined before."""
        wanted = matches([chunk.columns[name] for name in self._join.on])
        known = {match: self._rows.numbers(match) for match in dict.fromkeys(wanted)}
        found: list[list[int] | None] = [known[match] for match in wanted]
        if self._is_retry:
            for name in (one for one in self._brought if one in chunk.columns):
                found = [some if cell is None else None for some, cell in zip(found, chunk.columns[name], strict=True)]
        self._read += len(found)
        self._met_several = self._met_several or any(len(numbers) > 1 for numbers in known.values())
        return found

    def _is_bad(self, found: Sequence[int] | None) -> bool:
        return self._join.several == "reject" and found is not None and len(found) > 1

    def _too_many(self, chunk: Chunk, row: int, count: int) -> BadLine:
        reason = f"{self._join.name} has {count:,} rows for {self._key(chunk, row)}"
        return BadLine(chunk.lines[row], "several_joined", reason, tuple([one[row] for one in chunk.columns.values()]))

    def _left_out(self, chunk: Chunk, found: Sequence[Sequence[int] | None]) -> Collection[int]:
        """The rows without a match that are not the job's."""
        unmatched = [row for row, some in enumerate(found) if some is not None and not some]
        self._unmatched += len(unmatched)
        if unmatched and not self._example:
            self._example = f"{self._key(chunk, unmatched[0])} (line {chunk.lines[unmatched[0]]})"
        return dict.fromkeys(unmatched) if self._join.how == "inner" else ()

    def _key(self, chunk: Chunk, row: int) -> str:
        return _said((name, chunk.columns[name][row]) for name in self._join.on)

    def _pairs(self, found: Sequence[Sequence[int] | None], left_out: Collection[int]) -> Iterator[Pair]:
        first_only = self._join.several == "first"
        for row, some in enumerate(found):
            if row in left_out or self._is_bad(some):
                continue
            if not some:
                yield row, None
            else:
                yield from zip(repeat(row), some[:1] if first_only else some)

    def _widened(self, chunk: Chunk, pairs: Sequence[Pair], cells: Mapping[int, Cells]) -> Chunk:
        """The rows of these pairs."""
        rows = [row for row, _ in pairs]
        columns = {name: [values[row] for row in rows] for name, values in chunk.columns.items()}
        empty: list[Any] = [None] * len(rows)
        for place, name in enumerate(self._brought):
            both = zip(columns.get(name, empty), pairs, strict=True)
            columns[name] = [own if number is None else cells[number][place] for own, (_, number) in both]
        return Chunk(columns, [chunk.lines[row] for row in rows], chunk.file)


def _said(cells: Iterable[tuple[str, Any]]) -> str:
    return ", ".join(f"{name} = {_shown(cell)}" for name, cell in cells)


def _shown(cell: Any) -> str:
    text = "(empty)" if cell is None else repr(cell)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
