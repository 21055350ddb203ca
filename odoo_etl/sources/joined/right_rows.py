"""The rows of a joined source, found by their match in bounded memory."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable, Sequence
from typing import Any

from odoo_etl.sources.joined.match import NOTHING, matches
from odoo_etl.sources.joined.temporary import MOST_PAGES, kept, temporary_database

_TABLES = "CREATE TABLE row (number INTEGER PRIMARY KEY, match TEXT, cells BLOB);"
_INDEX = "CREATE INDEX row_match ON row (match)"
_NUMBERS = "SELECT number FROM row WHERE match = ? ORDER BY number"
_CELLS = "SELECT cells FROM row WHERE number = ?"
_KEYS = "SELECT count(*), total(rows > 1) FROM (SELECT count(*) AS rows FROM row GROUP BY match)"
_FIRST = "SELECT match FROM row GROUP BY match HAVING count(*) > 1 ORDER BY min(number) LIMIT 1"


class RightRows:
    """Rows with the match of each; one that matches nothing is not kept.

    Args:
        most_pages: of 4 kB, that the temporary file may have.
    """

    def __init__(self, most_pages: int = MOST_PAGES) -> None:
        self._db = temporary_database(_TABLES, most_pages)

    def close(self) -> None:
        """Give the temporary file back."""
        self._db.close()

    def put(self, compared: Sequence[Sequence[Any]], rows: Iterable[tuple[Any, ...]]) -> None:
        """Keep rows.

        Args:
            compared: the columns by which they are found.
            rows: the cells to keep of each.
        """
        pairs = zip(matches(compared), rows, strict=True)
        some = [(match, kept(cells)) for match, cells in pairs if match != NOTHING]
        self._db.executemany("INSERT INTO row (match, cells) VALUES (?, ?)", some)

    def ready(self) -> None:
        """All rows are there: they are going to be asked for."""
        self._db.execute("COMMIT")
        self._db.execute(_INDEX)

    def numbers(self, match: str) -> list[int]:
        """The rows with a match, in the order in which they were put."""
        return [number for (number,) in self._db.execute(_NUMBERS, (match,))] if match != NOTHING else []

    def content(self, number: int) -> bytes:
        """The cells of a row, as they are kept."""
        ((content,),) = self._db.execute(_CELLS, (number,))
        return bytes(content)

    def keys(self) -> tuple[int, int]:
        """How many matches differ, and how many of them several rows have."""
        ((keys, several),) = self._db.execute(_KEYS)
        return keys, int(several)

    def first_several(self, width: int) -> list[str]:
        """The texts of the first match that several rows have; none where no match has.

        Args:
            width: how many columns are compared.
        """
        found = self._db.execute(_FIRST).fetchone()
        if found is None:
            return []
        texts: list[str] = [found[0]] if width == 1 else literal_eval(found[0])
        return texts
