"""A table as the job will read it: its columns, its broken rows, and what is no row of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from odoo_etl.guessing.forms import Form
from odoo_etl.guessing.names import folded
from odoo_etl.guessing.table_form import form_of
from odoo_etl.guessing.words import known_words
from odoo_etl.sources import BadLine, Headed, open_source
from odoo_etl.spec import SourceSpec

MOST_ROWS: Final = 100_000
_CHUNK: Final = 5_000
_LAST_ROWS: Final = 5  # among which those may be that add up the others
_LEAST_SHORT: Final = 3
_SOURCE: Final[TypeAdapter[Any]] = TypeAdapter(SourceSpec)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file.

    Attributes:
        source: the keys of `source:`, with the absolute path.
        columns: cells by column; None is null.
        lines: where each row stands.
        bad: lines that are no rows.
        filtered: the lines that `where` leaves out.
        is_whole: whether all rows of the file were read.
        notes: for people.
    """

    source: Mapping[str, Any]
    columns: Mapping[str, Sequence[Any]]
    lines: Sequence[int]
    bad: Sequence[BadLine]
    filtered: Sequence[int]
    is_whole: bool
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return len(self.lines)


def read_table(path: Path, sheet: str = "") -> Table:
    """The rows of a file, with whatever its source needs to be told to read them. Raises as `form_of` does."""
    form = form_of(path, sheet)
    table = _read(form)
    table = _with_nulls(table, form)
    for keys, note in (
        ({"ragged": "pad"}, "rows that lack cells at their end are filled up"),
        ({"quoting": "lenient"}, "quotes inside of cells are taken as they stand"),
    ):
        table = _mended(table, keys, note)
    if where := _total_lines(table):
        table = _read(Form({**table.source, "where": where}, table.notes))
    return table


def filled_down(table: Table, columns: Sequence[str]) -> Table:
    """The table with what stands above in the empty cells of some columns."""
    return _read(Form({**table.source, "fill_down": list(columns)}, table.notes))


def _read(form: Form) -> Table:
    source = open_source(_SOURCE.validate_python(dict(form.source)), reads=())  # no rows of lines
    columns: dict[str, list[Any]] = {name: [] for name in source.columns()}
    lines: list[int] = []
    bad: list[BadLine] = []
    filtered: list[int] = []
    whole = True
    for chunk in source.chunks(_CHUNK):
        for name, cells in chunk.columns.items():
            columns[name] += cells
        lines += chunk.lines
        bad += chunk.bad
        filtered += chunk.filtered
        if len(lines) >= MOST_ROWS:
            whole = False
            break
    return Table(form.source, columns, lines, bad, filtered, whole, (*form.notes, *_ambiguous(source)))


def _ambiguous(source: Any) -> Iterator[str]:
    """Columns that cannot be read, since several have their name."""
    if isinstance(source, Headed):
        for name, places in source.ambiguous.items():
            yield f"{places} are both called {name!r} and cannot be read: give them names of their own"


def typed_by_people(source: Mapping[str, Any]) -> bool:
    """Whether the cells of a source are what people, or programs for them, wrote into a file."""
    kind = source["type"]
    return kind in {"csv", "excel"}


def _with_nulls(table: Table, form: Form) -> Table:
    """The table with the words that stand for nothing in it as such."""
    if not typed_by_people(form.source):
        return table
    counted = Counter(
        cell for cells in table.columns.values() for cell in cells if isinstance(cell, str) and len(cell) < 10
    )
    found = [word for word in known_words().nulls if counted.get(word)]
    return _read(Form({**form.source, "null_values": ["", *found]}, form.notes)) if found else table


def _mended(table: Table, keys: Mapping[str, Any], note: str) -> Table:
    """The table as it is read with further keys, where that makes rows of several bad lines."""
    if table.source["type"] != "csv" or len(table.bad) < _LEAST_SHORT or len(table.bad) < 0.02 * table.rows:
        return table
    other = _read(Form({**table.source, **keys}))
    if len(other.bad) > len(table.bad) / 2:
        return table
    return replace(other, notes=(*table.notes, f"{note}: there are {len(table.bad) - len(other.bad)} of them"))


def _total_lines(table: Table) -> str:
    """An expression that leaves out lines that add up those above; "" where there are none."""
    totals = known_words().totals
    for at in range(max(0, table.rows - _LAST_ROWS), table.rows):
        for name, cells in table.columns.items():
            cell = cells[at]
            if isinstance(cell, str) and _without_numbers(folded(cell)) in totals and _is_sparse(table, at):
                return _unlike(name, cell)
    return _without_key(table) if table.rows > 2 else ""


def _without_numbers(words: str) -> str:
    return " ".join(word for word in words.split() if not word.isdigit())


def _unlike(name: str, cell: str) -> str:
    """An expression for rows whose cell is another one; a number in it will be another one in the next file."""
    lasting = re.split(r"\d", cell)[0]
    quoted = lasting.replace("\\", "\\\\").replace("'", "\\'")
    if lasting != cell:
        return f"({_reached(name)} | string)[:{len(lasting)}] != '{quoted}'"
    return f"{_reached(name)} != '{quoted}'"


def _reached(name: str) -> str:
    """A column in an expression."""
    if (
        name.isidentifier()
        and name.isascii()
        and name not in {"row", "not", "and", "or", "in", "is", "if", "else", "none"}
    ):
        return name
    return "row['{}']".format(name.replace("\\", "\\\\").replace("'", "\\'"))


def _is_sparse(table: Table, at: int) -> bool:
    """Whether a row lacks cells that nearly all rows have."""
    usual = [cells for cells in table.columns.values() if sum(cell is None for cell in cells) <= 0.1 * table.rows + 1]
    return sum(cells[at] is None for cells in usual) >= max(1, 0.3 * len(usual))


def _without_key(table: Table) -> str:
    """An expression for a last row that has the sum of a column, and nothing in one that all others fill."""
    last = table.rows - 1
    summed = any(_is_sum(cells) for cells in table.columns.values())
    lacking = next(
        (name for name, cells in table.columns.items() if cells[last] is None and None not in cells[:last]), ""
    )
    return _reached(lacking) if summed and lacking and _is_sparse(table, last) else ""


def _is_sum(cells: Sequence[Any]) -> bool:
    try:
        *values, total = [Decimal(str(cell or 0)) for cell in cells]
    except ArithmeticError:
        return False
    return total != 0 and abs(sum(values, Decimal()) - total) < Decimal("0.005")
