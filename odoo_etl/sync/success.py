"""The rows that landed, each with the id of its record: read once more when the job has ended, where somebody asks.

A record is found as a run finds it, by its key. So it makes no difference which run, or which part of it, wrote the
record, or whether that one was killed; what became of the record, the calls in the ledger say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from odoo_etl.mapping import Record, Ref, unbound
from odoo_etl.results import SuccessRow
from odoo_etl.spec import EXTERNAL_ID, JobSpec
from odoo_etl.state import WrittenRecords
from odoo_etl.sync.existing import Finder, Lookups
from odoo_etl.sync.reported_rows import ReportedRows
from odoo_etl.sync.session import RejectedLines
from odoo_etl.sync.staging import Gathered


class SuccessRows:
    """Lists the rows of a job that landed.

    Args:
        rejected: the rows that did not.
        written: what the run created and updated.

    Attributes:
        names: of the values that make a key.
        lost: rows that landed, and whose record is not found by their key any more.
    """

    def __init__(
        self, spec: JobSpec, lookups: Lookups, finder: Finder, rejected: RejectedLines, written: WrittenRecords
    ) -> None:
        self._lookups, self._finder, self._rejected, self._written = lookups, finder, rejected, written
        self._own_key, self._mode = spec.target.own_key, spec.target.mode
        self._may_skip = any(one.on_missing == "skip_row" for one in spec.lookups)
        self._file_of = ReportedRows(spec).file_of
        self.names = tuple(self._own_key) or (EXTERNAL_ID,)
        self.lost = 0

    def of(self, gathered: Gathered) -> Iterator[SuccessRow]:
        """The rows of every record, a batch at a time; rows of one key stand together, where the last of them stood."""
        for batch in gathered.batches():
            records = self._not_skipped(unbound(batch.records))
            ids = self._ids(records)
            for number, record in enumerate(records):
                yield from self._rows(record, ids.get(number))

    def _not_skipped(self, records: Sequence[Record]) -> list[Record]:
        """The records without those that `skip_row` leaves alone."""
        if not self._may_skip:
            return list(records)
        _, flawed = self._lookups.resolve(records, last=True)
        skipped = {reject.row.number for reject in flawed if reject.is_skipped}
        return [record for record in records if skipped.isdisjoint(row.number for row in record.rows)]

    def _ids(self, records: Sequence[Record]) -> dict[int, int]:
        """Number of a record to its id, by its key alone; absent where there is none, or several."""
        names = self._own_key
        keyed = [
            Record(one.key, dict(zip(names, one.key, strict=True)) if names else {}, [one.rows[0]._replace(number=n)])
            for n, one in enumerate(records)
        ]
        ready, _ = self._lookups.resolve(keyed, last=True)
        keys = {record.rows[0].number: self._finder.key_of(record) for record in ready}
        found = self._finder.ids(set(keys.values())) if keys else {}
        return {number: found[key][0] for number, key in keys.items() if len(found.get(key, [])) == 1}

    def _rows(self, record: Record, number: int | None) -> Iterator[SuccessRow]:
        has = self._rejected.has
        landed = [row for row in record.rows if not has(row.line, row.file, row.cells)]
        if number is None:
            self.lost += 0 if self._mode == "update" else len(landed)  # which leaves alone what Odoo lacks
            return
        file, action, key = self._file_of(record), self._action(number), tuple(map(_said, record.key))
        for row in landed:
            name = file if row.file == record.rows[0].file else self._file_of(Record(record.key, {}, [row]))
            yield SuccessRow(name, row.line, key, action, number)

    def _action(self, number: int) -> str:
        return self._written.action(number) or ("skipped" if self._mode == "create" else "unchanged")


def _said(value: Any) -> Any:
    """A value of a key as the source says it: of a lookup, what is looked for."""
    return ", ".join(map(str, value.key)) if isinstance(value, Ref) else value
