"""Rows of a source with columns of others beside their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_etl.errors import SourceError
from odoo_etl.sources.joined.join import Join, Matching
from odoo_etl.sources.joined.right_rows import RightRows
from odoo_etl.sources.joined.temporary import room_for
from odoo_etl.sources.model import BadLine, Chunk, Divisible, Headed, Remark, Source
from odoo_etl.sources.rows import NO_NAMES


@dataclass(frozen=True)
class _Names:
    """The columns of the source itself, then those that each join brings."""

    own: tuple[str, ...]
    brought: tuple[tuple[str, ...], ...]

    @property
    def all(self) -> list[str]:
        return [*self.own, *(name for some in self.brought for name in some)]

    def placed(self, cells: Sequence[Any], of: int | None = None) -> tuple[Any, ...]:
        """Cells of one source among those of all; those beyond its own come last.

        Args:
            of: a join; None for the source itself.
        """
        before = 0 if of is None else len(self.own) + sum(map(len, self.brought[:of]))
        width = len(self.own) if of is None else len(self.brought[of])
        placed = [*[None] * before, *cells[:width]]
        return (*placed, *[None] * (len(self.all) - len(placed)), *cells[width:])


@dataclass
class SideBySide:
    """The rows of a source, joined to those of others one after the other.

    Args:
        tells_bad: also gives the lines of joined sources that are no rows; of several ranges one does.
    """

    left: Source
    joins: Sequence[Join]
    tells_bad: bool = True
    _known: _Names | None = None
    _remarks: list[Remark] = field(default_factory=list)

    @property
    def cursor(self) -> str | None:
        """That of the source."""
        return self.left.cursor

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Those of the source; what is joined is read anew each time."""
        return self.left.fingerprints

    @property
    def ambiguous(self) -> Mapping[str, str]:
        """Names that several columns of a source have."""
        own = self.left.ambiguous if isinstance(self.left, Headed) else NO_NAMES
        return {name: at for some in (own, *(one.ambiguous for one in self.joins)) for name, at in some.items()}

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Rows without a match, and keys with several."""
        return tuple(self._remarks)

    def columns(self) -> list[str]:
        """The names of the source's columns, then those that each join brings. Raises SourceError."""
        self._known = self._read_names()
        return self._known.all

    def _read_names(self) -> _Names:
        ambiguous = self.left.ambiguous if isinstance(self.left, Headed) else NO_NAMES
        own, brought = self.left.columns(), list[tuple[str, ...]]()
        names = list(own)
        for one in self.joins:
            brings = one.brings()
            one.check(names, brings, ambiguous)
            names += brings
            brought.append(tuple(brings))
        return _Names(tuple(own), tuple(brought))

    def ranges(self, count: int) -> list[Source]:
        """Ranges of the source; each reads what is joined."""
        names = self._names()
        parts = self.left.ranges(count) if isinstance(self.left, Divisible) else [self.left]
        return [SideBySide(part, self.joins, number == 0, names) for number, part in enumerate(parts)]

    def chunks(self, chunk_rows: int, before: Callable[[Chunk], None] | None = None) -> Iterator[Chunk]:
        """The rows in chunks, from the first one.

        Args:
            before: hears of the rows of the source itself, of which a join may leave some out.

        Raises:
            SourceError: a source cannot be read, or lacks a column.
            SafetyLimit: a joined source has fewer rows than its `min_rows`.
        """
        names = self._names()
        yield from self._joined(self._padded(self.left.chunks(chunk_rows), names, before), chunk_rows)

    def _joined(self, chunks: Iterator[Chunk], chunk_rows: int) -> Iterator[Chunk]:
        """The chunks with what is joined to them, once all of that was read."""
        names, done = self._names(), list[Matching]()
        with room_for("rows of joined sources"), ExitStack() as stack:
            for number, one in enumerate(self.joins):
                rows = stack.enter_context(closing(RightRows()))
                for chunk in one.read(rows, names.brought[number], chunk_rows):
                    if self.tells_bad:
                        yield _beside(chunk, one, number, names)
                done.append(Matching(one, rows, names.brought[number]))
            for matching in done:
                chunks = matching.chunks(chunks, chunk_rows)
            try:
                yield from chunks
            finally:
                self._remarks = [remark for matching in done for remark in matching.remarks()]

    def _names(self) -> _Names:
        self._known = self._known or self._read_names()
        return self._known

    def _padded(
        self, chunks: Iterator[Chunk], names: _Names, before: Callable[[Chunk], None] | None
    ) -> Iterator[Chunk]:
        for chunk in chunks:
            if before is not None:
                before(chunk)
            if tuple(chunk.columns) != names.own:
                raise SourceError(f"the columns of the source changed while it was read: {', '.join(chunk.columns)}")
            bad = tuple([replace(one, cells=names.placed(one.cells)) for one in chunk.bad])
            empty: list[Any] = [None] * len(chunk.lines)
            added = {name: empty for some in names.brought for name in some}
            yield replace(chunk, columns=chunk.columns | added, bad=bad)


def _beside(chunk: Chunk, join: Join, number: int, names: _Names) -> Chunk:
    """The lines of a joined source that are no rows."""
    places = [place for place, name in enumerate(chunk.columns) if name in names.brought[number]]
    width = len(chunk.columns)
    bad = []
    for one in chunk.bad:
        cells = [one.cells[place] if place < len(one.cells) else None for place in places]
        reason = f"no row of {join.name}, which is joined: {one.reason}"
        bad.append(BadLine(one.line, "bad_joined", reason, names.placed([*cells, *one.cells[width:]], number)))
    return Chunk({name: [] for name in names.all}, [], chunk.file or join.name, tuple(bad))


class Rejoining:
    """Joins rows that were rejected, some before they were joined: where all that a join brings is empty.

    What is joined is read when the first row needs it, once.
    """

    def __init__(self, joins: Sequence[Join]) -> None:
        self._joins = joins
        self._stack, self._done = ExitStack(), list[Matching]()

    def close(self) -> None:
        """Give the temporary files back."""
        self._stack.close()

    def chunks(self, chunks: Iterable[Chunk], chunk_rows: int) -> Iterator[Chunk]:
        """The chunks with all columns. Raises SourceError, SafetyLimit."""
        with room_for("rows of joined sources"):
            for chunk in chunks:
                if len(self._done) < len(self._joins):
                    self._read(list(chunk.columns), chunk_rows)
                some = iter([chunk])
                for matching in self._done:
                    some = matching.chunks(some, chunk_rows)
                yield from some

    def _read(self, columns: Sequence[str], chunk_rows: int) -> None:
        """Read what is joined; its lines that are no rows are told by a run."""
        for one in self._joins:
            brings = one.brings()
            one.check([name for name in columns if name not in brings], brings)
            rows = self._stack.enter_context(closing(RightRows()))
            for _ in one.read(rows, brings, chunk_rows):
                pass
            self._done.append(Matching(one, rows, brings, is_retry=True))
