"""The lines of a job's own: those that a row of it stood for in an earlier run, as the ledger has them.

Odoo adds lines itself (taxes, parts of a combination, delivery), and so do people. Nothing tells them from lines that
the source has lost, but that no row ever stood for them. So a line is remembered as soon as a row is found to stand for
it, and only such a line is removed or archived, or overwritten where it has no key. What is remembered is the line with
the time at which it was created: after a backup was put back, its id may be another line's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import Record
from odoo_etl.planning import KNOWN, Existing, LineRules, Planner, RecordRules
from odoo_etl.state import KnownRecord, KnownRecords
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.existing.known_equal import key_number

CREATED = "create_date"

Lines = Mapping[str, Sequence[dict[str, Any]]]  # of one record, by their field


class OwnLines:
    """The lines of one job's own; may be used from several lanes.

    Args:
        planner: of the records.
        known: the ledger's; None where there is none.
        learns: False for a plan, which remembers nothing.

    Attributes:
        wanted: whether it matters whose lines are.
    """

    def __init__(self, planner: Planner, known: KnownRecords | None, *, learns: bool) -> None:
        self._planner, self._known, self._learns = planner, known, learns
        self.wanted = (known is not None or not learns) and any(map(_matters, planner.rules.children.values()))

    def mark(self, lines: Mapping[int, Lines]) -> None:
        """Say of each line that Odoo has whether it is one of the job's own."""
        if not self.wanted:
            return
        rows = [pair for fields in lines.values() for pair in _every(fields, self._planner.rules)]
        numbers = [_number(path, row) for path, row in rows]
        known = self._known.recall(numbers) if self._known is not None and rows else {}
        for number, (_, row) in zip(numbers, rows, strict=True):
            row[KNOWN] = number in known and known[number].id == row["id"]

    def learn(self, records: Sequence[Record], found: ExistingRecords, finder: Finder) -> None:
        """Remember the lines that those of these records stand for, of what was found of them."""
        if not self.wanted or not self._learns or self._known is None:
            return
        fresh = dict[int, KnownRecord]()
        for record in records:
            rows = found.existing.get(finder.key_of(record), ())
            if len(rows) == 1 and any(not row[KNOWN] for _, row in _every(rows[0], self._planner.rules)):
                stood = self._planner.stood_for(record, rows[0])
                fresh |= {_number(path, row): KnownRecord(row["id"], b"", "") for path, row in stood if not row[KNOWN]}
        self._known.remember(fresh)


def _matters(rules: LineRules) -> bool:
    return rules.rest != "keep" or not rules.key or any(map(_matters, rules.children.values()))


def _every(record: Existing, rules: RecordRules, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line of a record at any depth, with the path of its field."""
    for name, own in rules.children.items():
        here = f"{path}{name}[]"
        for row in record.get(name, ()):
            yield here, row
            yield from _every(row, own, f"{here}.")


def _number(path: str, row: Existing) -> int:
    return key_number((path, row["id"], str(row.get(CREATED) or "")))
