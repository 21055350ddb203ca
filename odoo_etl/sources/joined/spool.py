"""Records and lines put aside in a temporary database, so that lines are found by their match in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from odoo_etl.sources.joined.match import NOTHING, matches, storable
from odoo_etl.sources.joined.temporary import MOST_PAGES, kept, restored, temporary_database
from odoo_etl.sources.model import Chunk

_TABLES = """
CREATE TABLE chunk (first INTEGER PRIMARY KEY, content BLOB);
CREATE TABLE header (field INTEGER, match TEXT, number INTEGER, identity TEXT, several INTEGER,
    PRIMARY KEY (field, match)) WITHOUT ROWID;
CREATE TABLE filtered (field INTEGER, match TEXT, PRIMARY KEY (field, match)) WITHOUT ROWID;
CREATE TABLE line (number INTEGER PRIMARY KEY, field INTEGER, match TEXT, file TEXT, line INTEGER, cells BLOB);
"""
_INDEXES = """
CREATE INDEX line_match ON line (field, match);
CREATE INDEX header_number ON header (field, number);
"""
_HEADER = """
INSERT INTO header VALUES (?, ?, ?, ?, 0)
ON CONFLICT DO UPDATE SET several = several OR identity <> excluded.identity
"""
_LINES_OF = """
SELECT header.number, file, line, cells FROM header JOIN line USING (field, match)
WHERE field = ? AND header.number BETWEEN ? AND ? AND NOT several ORDER BY header.number, line.number
"""
_LOST = """
SELECT file, line, cells, several, filtered.match IS NOT NULL FROM line
LEFT JOIN header USING (field, match) LEFT JOIN filtered USING (field, match)
WHERE field = ? AND (header.match IS NULL OR several) ORDER BY line.number
"""
_SHARED = "SELECT match FROM header JOIN line USING (field, match) WHERE field = ? AND several GROUP BY match"


class Line(NamedTuple):
    """A row of the source of lines.

    Attributes:
        header: the number of the row of its record.
    """

    header: int
    file: str
    line: int
    cells: tuple[Any, ...]


class LostLine(NamedTuple):
    """A row of the source of lines that belongs to no record, or to one of several.

    Attributes:
        filtered: the row of its record is not the job's.
    """

    file: str
    line: int
    cells: tuple[Any, ...]
    several: bool
    filtered: bool


class Spool:
    """The rows of the sources of one job; fields of lines are known by their number.

    Args:
        most_pages: of 4 kB, that the file may have.
    """

    def __init__(self, most_pages: int = MOST_PAGES) -> None:
        self._db = temporary_database(_TABLES, most_pages)
        self.headers = 0

    def close(self) -> None:
        """Give the temporary file back."""
        self._db.close()

    def put_filtered(self, field: int, columns: Sequence[Sequence[Any]]) -> None:
        """Note the matches of rows of records, before anybody asks whether they are the job's."""
        rows = [(field, match) for match in dict.fromkeys(matches(columns))]
        self._db.executemany("INSERT OR IGNORE INTO filtered VALUES (?, ?)", rows)

    def put_headers(self, chunk: Chunk) -> int:
        """Keep rows of records; the number of the first of them."""
        first = self.headers
        self._db.execute("INSERT INTO chunk VALUES (?, ?)", (first, kept(chunk)))
        self.headers += max(len(chunk.lines), 1)  # also a chunk without rows has a number of its own
        return first

    def put_matches(self, field: int, first: int, columns: Sequence[Sequence[Any]], identities: Sequence[str]) -> None:
        """Note which rows of records lines may belong to.

        Args:
            first: the number of the first row.
            identities: equal for rows of one record.
        """
        rows = zip(matches(columns), count(first), identities, strict=False)
        some = [(field, match, number, identity) for match, number, identity in rows if match != NOTHING]
        self._db.executemany(_HEADER, some)

    def put_lines(self, field: int, columns: Sequence[Sequence[Any]], chunk: Chunk, file: str) -> None:
        """Keep lines by what stands in these columns."""
        cells = (kept(one) for one in zip(*chunk.columns.values(), strict=True))
        rows = zip(matches(columns), chunk.lines, cells, strict=True)
        self._db.executemany(
            "INSERT INTO line (field, match, file, line, cells) VALUES (?, ?, ?, ?, ?)",
            ((field, match, storable(file), line, some) for match, line, some in rows),
        )

    def ready(self) -> None:
        """All rows are there: they are going to be asked for."""
        self._db.execute("COMMIT")
        self._db.executescript(_INDEXES)

    def header_chunks(self) -> Iterator[tuple[int, Chunk]]:
        """The rows of records, each chunk with the number of its first row."""
        for first, content in self._db.execute("SELECT first, content FROM chunk ORDER BY first"):
            yield first, restored(content)

    def lines_of(self, field: int, first: int, last: int) -> Iterator[Line]:
        """The lines of the records with these numbers, record by record."""
        for number, file, line, cells in self._db.execute(_LINES_OF, (field, first, last)):
            yield Line(number, file, line, restored(cells))

    def lost(self, field: int) -> Iterator[LostLine]:
        """The lines that have no record of their own, in the order of their source."""
        for file, line, cells, several, filtered in self._db.execute(_LOST, (field,)):
            yield LostLine(file, line, restored(cells), bool(several), bool(filtered))

    def shared(self, field: int) -> set[str]:
        """The matches of lines that several records have."""
        return {match for (match,) in self._db.execute(_SHARED, (field,))}
