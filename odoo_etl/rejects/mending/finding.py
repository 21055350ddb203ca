"""Finds rows in the index: by reason, field, text, and whether they were changed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Final

from odoo_etl.rejects.cells import guarded
from odoo_etl.rejects.mending.index import WHOLE_ROWS, Index
from odoo_etl.rejects.mending.model import RejectGroupCount, RejectsFilter
from odoo_etl.rejects.mending.searched import CELLS, ROWS, hits, needle_of, same

NUMBERS: Final = "q"


def found(index: Index, wanted: RejectsFilter, columns: Sequence[str]) -> array[int]:
    """The numbers of the rows that a filter finds, in the order of the file.

    Args:
        columns: of the file.
    """
    if wanted == RejectsFilter():
        return array(NUMBERS, range(index.rows))
    said: dict[str, str | bool] = {"code": guarded(wanted.code), "field": guarded(wanted.field)}
    said |= {"changed": wanted.changed, "new_key": wanted.new_key}
    rows = array(NUMBERS, (n for (n,) in index.db.execute(_ROWS, said)))
    if not wanted.text:
        return rows
    matching = _with_text(index, wanted, columns)
    if not (wanted.code or wanted.field or wanted.changed or wanted.new_key):
        return array(NUMBERS, matching)
    own = set(rows)
    return array(NUMBERS, (n for n in matching if n in own))


def candidates(index: Index, column: int, text: str, *, part: bool) -> array[int]:
    """The rows in whose column a text may stand, in whatever case: whoever asks looks at the cells."""
    needle, rows = needle_of(text), array(NUMBERS)
    for first, data in index.db.execute(_COLUMN, (column,)):
        places = hits(data, CELLS, needle) if part else same(data, needle)
        rows.extend(first + place for place in places)
    return rows


def groups(index: Index, wanted: RejectsFilter, columns: Sequence[str]) -> list[RejectGroupCount]:
    """The rows that a filter finds, counted by reason and field; the most first."""
    if wanted == RejectsFilter():
        query = "SELECT code, field, COUNT(*), MIN(n) FROM rows GROUP BY code, field"
        counted = {(code, field): (rows, first) for code, field, rows, first in index.db.execute(query)}
    else:
        counted = {}
        for number in found(index, wanted, columns):
            pair = index.db.execute("SELECT code, field FROM rows WHERE n = ?", (number,)).fetchone()
            rows, first = counted.get(pair, (0, number))
            counted[pair] = (rows + 1, first)
    ordered = sorted(counted.items(), key=lambda one: (-one[1][0], one[0]))
    return [RejectGroupCount(code, field, rows, first) for (code, field), (rows, first) in ordered]


_COLUMN: Final = "SELECT first, text FROM cells JOIN blocks USING (block) WHERE col = ? ORDER BY block"


# All that is said but the text; what is not said is "" or 0.
_ROWS: Final = """
SELECT n FROM rows
WHERE (:code = '' OR code = :code) AND (:field = '' OR instr(', ' || field || ', ', ', ' || :field || ', '))
  AND (NOT :changed OR changed) AND (NOT :new_key OR new_key)
ORDER BY n
"""


def _with_text(index: Index, wanted: RejectsFilter, columns: Sequence[str]) -> Iterator[int]:
    needle = needle_of(wanted.text)
    column, between = (columns.index(wanted.column), CELLS) if wanted.column else (WHOLE_ROWS, ROWS)
    for first, data in index.db.execute(_COLUMN, (column,)):
        yield from (first + place for place in hits(data, between, needle))
