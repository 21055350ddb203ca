"""Which rows of a job a run takes, and what follows from that: all of them, some, or those of one part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from odoo_etl.mapping import Mapper
from odoo_etl.sources import Source
from odoo_etl.sync.rounds import Rounds
from odoo_etl.sync.session import Books, Coverage
from odoo_etl.sync.staging import Gathered, OwnRows, Part


class Extent(Protocol):
    """The rows of a run.

    Attributes:
        is_whole: every row of the job is among them, so that something follows from rows that are absent.
        is_measured: how many rows there are is held against the limits of the job.
        remembers: rows that earlier runs have confirmed are left out.
        limit: reads only so many rows.
        cuts_records: of a record that has several rows, some may be elsewhere.
    """

    @property
    def is_whole(self) -> bool: ...

    @property
    def is_measured(self) -> bool: ...

    @property
    def remembers(self) -> bool: ...

    @property
    def limit(self) -> int | None: ...

    @property
    def cuts_records(self) -> bool: ...

    def attempts(self, line: int, file: str, /) -> int:
        """How often the row of a line and file was rejected before."""
        ...

    def open(self, coverage: Coverage, /) -> Source:
        """Open the source of the rows."""
        ...

    def own(self, source: Source, mapper: Mapper, /) -> Source:
        """Keep the run's own rows of the source."""
        ...

    def size(self, gathered: Gathered, /) -> int:
        """How many rows the whole job has."""
        ...

    def last_pass(self, rounds: Rounds, lanes: int, /) -> int:
        """Write what waits for other rows, or hold it back for whoever has all rows; how many rows are held back."""
        ...

    def closes(self, books: Books, counts: Mapping[str, int], result: Mapping[str, Any], /) -> bool:
        """Do what is left when all rows of the job have their outcome; False where other parts are still at work."""
        ...


class AllRows:
    """All rows of the job's source, or of one that is given in its place."""

    is_whole = is_measured = True
    cuts_records = False
    limit: int | None = None

    def __init__(self, source: Source | None = None) -> None:
        self._source = source

    @property
    def remembers(self) -> bool:
        """Whether the source is the job's own."""
        return self._source is None

    def attempts(self, _line: int, _file: str, /) -> int:
        """Return 0: nothing of the source was tried before."""
        return 0

    def open(self, coverage: Coverage, /) -> Source:
        """Open the given source, or the job's own without what it is to leave out."""
        return self._source or coverage.open()

    def own(self, source: Source, _mapper: Mapper, /) -> Source:
        """Keep all rows."""
        return source

    def size(self, gathered: Gathered, /) -> int:
        """Count the rows that were read."""
        return gathered.rows

    def last_pass(self, rounds: Rounds, lanes: int, /) -> int:
        """Write what waits: all rows are here."""
        rounds.second(lanes)
        return 0

    def closes(self, _books: Books, _counts: Mapping[str, int], _result: Mapping[str, Any], /) -> bool:
        """Nothing is left."""
        return True


class SomeRows(AllRows):
    """A selection of rows: those of a rejects file, the first ones, those that a second look is for."""

    is_whole = is_measured = False
    cuts_records = True

    def __init__(
        self,
        source: Source | None = None,
        limit: int | None = None,
        attempts: Callable[[int, str], int] = lambda _line, _file: 0,
    ) -> None:
        super().__init__(source)
        self.limit, self._attempts = limit, attempts

    def attempts(self, line: int, file: str, /) -> int:
        """Ask whoever gave the rows."""
        return self._attempts(line, file)


class RowsOfWorker(SomeRows):
    """The rows of one part, which somebody else cut off; what waits for other parts is held back."""

    cuts_records = False

    def __init__(self, source: Source, job_rows: int) -> None:
        super().__init__(source)
        self._job_rows = job_rows

    def size(self, _gathered: Gathered, /) -> int:
        """How many rows all parts have together."""
        return self._job_rows

    def last_pass(self, rounds: Rounds, _lanes: int, /) -> int:
        """Leave what waits to whoever works on the job when all parts are done."""
        return rounds.hold_back()


class RowsOfPart(SomeRows):
    """One part of the job's own source, while other processes do the others; the last one closes the job.

    Args:
        close: does what is left when all parts are done, given how many rows this one holds back.
    """

    is_measured = True
    cuts_records = False

    def __init__(self, part: Part, close: Callable[[int], None]) -> None:
        super().__init__()
        self._part, self._close = part, close
        self._rows: OwnRows | None = None
        self._held_back = 0

    def own(self, source: Source, mapper: Mapper, /) -> Source:
        """Keep the rows of the part."""
        self._rows = OwnRows(source, mapper, self._part)
        return self._rows

    def size(self, gathered: Gathered, /) -> int:
        """How many rows the whole source has."""
        return self._rows.rows if self._rows else gathered.rows

    def last_pass(self, rounds: Rounds, _lanes: int, /) -> int:
        """Leave what waits to the part that closes the job."""
        self._held_back = rounds.hold_back()
        return self._held_back

    def closes(self, books: Books, counts: Mapping[str, int], result: Mapping[str, Any], /) -> bool:
        """Close the job if this part is the last one."""
        if not books.is_last(self._part.of, counts, result):
            return False
        self._close(self._held_back)
        return True
