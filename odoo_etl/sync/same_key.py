"""Rows of one key, folded into one record (`mapping.fold`), that Odoo refuses: which of them stand is found out here.

See docs/decisions/0010-rows-of-one-key.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from odoo_etl.mapping import Record, Reject, fold, joined
from odoo_etl.sync.one_pass import Pass, now
from odoo_etl.sync.outcome import Outcome

Land = Callable[[Sequence[Record], Pass], None]


class SameKey:
    """Judges the rows of one key.

    Args:
        land: plans and writes records whose lookups are resolved.
        one_row_creates: the first row that Odoo takes makes the record, and the others with its key are left alone.
    """

    def __init__(self, land: Land, *, one_row_creates: bool) -> None:
        self._land, self._one_row_creates = land, one_row_creates

    def judge(self, record: Record, at: Pass) -> None:
        """Find out which rows stand of a record that Odoo has.

        The newest comes first: what an older row then writes is final, so that the same rows again have nothing to
        write.
        """
        standing: list[Record] = []
        for part in reversed(record.parts):
            whole = replace(fold([part, *standing]), rows=part.rows, parts=())
            rejects: list[Reject] = []
            self._land([whole], replace(at, reject=rejects.extend, keep=now))
            at.reject(rejects)
            if not rejects:
                standing = [whole]

    def create(self, record: Record, at: Pass) -> None:
        """Create a record from those of its rows that suffice; the second pass judges all of them."""
        refused: dict[int, Reject] = {}  # by the number of the row
        for candidate in self._candidates(record.parts):
            rejects: list[Reject] = []
            outcome = Outcome()
            self._land([candidate], replace(at, outcome=outcome, reject=rejects.extend, keep=now))
            if outcome.created:
                at.outcome.created.append(self._created(record, candidate, refused, at))
                return
            refused.update({reject.row.number: reject for reject in rejects})
        at.reject([refused[row.number] for row in record.rows])

    def _candidates(self, parts: Sequence[Record]) -> Iterator[Record]:
        """The rows that may make the record: the oldest, with ever more of the next ones; then each of these alone."""
        yield replace(parts[0], later=None)
        if not self._one_row_creates:
            for count in range(2, len(parts)):
                yield replace(fold(parts[:count]), rows=parts[count - 1].rows, parts=(), later=None)
        for part in parts[1:]:
            yield replace(part, later=None)

    def _created(self, record: Record, candidate: Record, refused: Mapping[int, Reject], at: Pass) -> Record:
        """The record as it was made; where other rows may still change it, they are looked at in the second pass."""
        if not self._one_row_creates:
            return replace(record, values=candidate.values, later=record.later or joined(record.parts))
        at.reject(list(refused.values()))
        return replace(record, values=candidate.values, rows=[row for row in record.rows if row.number not in refused])
