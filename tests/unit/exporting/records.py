"""Records as a source gives them, which can break and be asked from an id on."""

from __future__ import annotations

from odoo_etl.errors import SourceError
from odoo_etl.exporting import SOURCE_ID, Layout, OutColumn, Reading, Told
from odoo_etl.sources import Chunk

COLUMNS = (
    OutColumn("id", "integer", (SOURCE_ID,)),
    OutColumn("name", "text", ("name",)),
    OutColumn("tags", "list", ("tags",)),
)
LAYOUT = Layout({SOURCE_ID: "id", "name": "name", "tags": "tags"}, COLUMNS)


class Records:
    """A stand-in for an Odoo source: rows of columns, of which one may break it."""

    cursor = None

    def __init__(self, rows, names, breaks_after=None):
        self.fingerprints = {}
        self._rows, self._names, self._breaks_after = rows, names, breaks_after

    def columns(self):
        return list(self._names)

    def chunks(self, chunk_rows):
        for start in range(0, len(self._rows), 3):
            if self._breaks_after is not None and start >= self._breaks_after:
                raise SourceError("the line is cut")
            rows = self._rows[start : start + 3]
            columns = {name: [row[place] for row in rows] for place, name in enumerate(self._names)}
            yield Chunk(columns, list(range(start + 1, start + 1 + len(rows))))


def people(count):
    """Rows of id, name and tags."""
    return [(number, f"Name {number}", ["a", f"b|{number}"] if number % 2 else None) for number in range(1, count + 1)]


def reading(rows, layout=LAYOUT, *, breaks_after=None, limit=None, asked=None):
    """What an export reads; `asked` hears after which id."""

    def source(last_id):
        if asked is not None:
            asked.append(last_id)
        return Records([row for row in rows if row[0] > last_id], list(layout.reads), breaks_after)

    return Reading(layout, source, limit)


def deaf():
    """Nobody hears how far it is."""
    return Told(lambda _: None, lambda _: None)
