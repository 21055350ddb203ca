"""The records that the rows of a job stand for, in bounded memory: what their rows say, and what Odoo has.

A record is found as a run finds it, by its key, once its last row was read. So it makes no difference which run wrote
it, or whether that run was killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from odoo_etl.fieldtypes import BadValue, Convert
from odoo_etl.mapping import Key, Record, Row, shown_key
from odoo_etl.spec import JobSpec, SourceSide
from odoo_etl.sync.existing import Finder, Lookups
from odoo_etl.sync.expectations.cells import added, is_empty, number_cells
from odoo_etl.sync.expectations.rows import RowReader, SeenRows
from odoo_etl.sync.staging import Gathered


@dataclass(slots=True)
class Standing:
    """The rows of one key, and the record that they stand for.

    Attributes:
        line, file: where the last of its rows stands.
        file_name: what reports call the file, where there are several; else "".
        said: what its rows say, by the column that says it.
        row: the record, with the fields that were asked for; None where Odoo has none.
        missing: why there is none.
    """

    key: Key
    line: int = 0
    file: str = ""
    file_name: str = ""
    said: dict[SourceSide, Decimal] = field(default_factory=dict)
    shown: str = ""
    row: Mapping[str, Any] | None = None
    missing: str = ""


class Sayings:
    """Adds up what the rows of each key say.

    Args:
        sides: the sums of columns that are wanted.
    """

    def __init__(self, spec: JobSpec, sides: Iterable[SourceSide]) -> None:
        self._numbers: dict[SourceSide, Convert] = {
            side: number_cells(spec, side.sum, side) for side in dict.fromkeys(sides) if side.sum is not None
        }

    def add(self, standing: Standing, rows: SeenRows, index: int) -> None:
        """Add what a row says; a cell that is no number says nothing."""
        for side, number in self._numbers.items():
            column = side.sum or ""
            cell, own = rows.cells(column)[index], None if side.per == "record" else rows.own([column])
            try:
                value = Decimal(0) if is_empty(cell) or (own is not None and not own[index]) else number(cell)
            except BadValue:  # told before the first write
                value = Decimal(0)
            before = Decimal(0) if side.per == "record" else standing.said.get(side, Decimal(0))
            standing.said[side] = added(before, value)


@dataclass(frozen=True, slots=True)
class JobRecords:
    """Reads the records of a job.

    Args:
        names: the fields of its key; none where records are found by external id.
    """

    reader: RowReader
    lookups: Lookups
    finder: Finder
    names: Sequence[str]

    def pages(self, gathered: Gathered, sayings: Sayings, fields: Sequence[str]) -> Iterator[list[Standing]]:
        """All records, some at a time: those whose last row stands in the same chunk."""
        waiting: dict[Key, Standing] = {}
        for rows in self.reader.of(gathered):
            ready = list(self._ready(rows, waiting, sayings))
            self._find(ready, fields)
            yield ready
        left = list(waiting.values())  # of keys that have the hash of another one
        self._find(left, fields)
        yield left

    def _ready(self, rows: SeenRows, waiting: dict[Key, Standing], sayings: Sayings) -> Iterator[Standing]:
        """The keys whose last row is among these."""
        for index, key in enumerate(rows.keys):
            if key is None:  # the row stands for no record
                continue
            standing = waiting.pop(key, None) or Standing(key)
            standing.line, standing.file, standing.file_name = rows.chunk.lines[index], rows.chunk.file, rows.file
            sayings.add(standing, rows, index)
            if rows.is_last(index):
                yield standing
            else:
                waiting[key] = standing

    def _find(self, standings: Sequence[Standing], fields: Sequence[str]) -> None:
        """Ask Odoo for the records of some keys, with these fields."""
        records = []
        for number, one in enumerate(standings):
            values = dict(zip(self.names, one.key, strict=True)) if self.names else {}
            records.append(Record(one.key, values, [Row(one.line, one.file, (), number)]))
            one.shown, one.missing = shown_key(records[-1]), "missing in Odoo"
        ready, flawed = self.lookups.resolve(records, last=True)
        for reject in flawed:
            standings[reject.row.number].missing = f"missing in Odoo: {reject.flaws[0].reason}"
        found = self.finder.fetch({self.finder.key_of(one) for one in ready}, fields) if ready else None
        for record in ready:
            rows = found.existing.get(self.finder.key_of(record), ()) if found is not None else ()
            standing = standings[record.number]
            standing.row = rows[0] if len(rows) == 1 else None
            if len(rows) > 1:
                standing.missing = f"{len(rows)} records in Odoo have this key"
