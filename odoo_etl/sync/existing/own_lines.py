"""The lines of a job's own: those that a row of it stood for in an earlier run, as the ledger has them.

Odoo adds lines itself (taxes, parts of a combination, delivery), and so do people. Nothing tells them from lines that
the source has lost, but that no row ever stood for them. So a line is remembered as soon as a row is found to stand for
it, and only such a line is removed or archived, or overwritten where it has no key. What is remembered is the line with
the time at which it was created: after a backup was put back, its id may be another line's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from odoo_etl.mapping import Record
from odoo_etl.planning import FRESH, KNOWN, Existing, LineRules, Planner, RecordRules, Update
from odoo_etl.state import KnownRecord, KnownRecords
from odoo_etl.sync.existing.finders import ExistingRecords, Finder
from odoo_etl.sync.existing.known_equal import key_number
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Target

CREATED = "create_date"
_MADE = ".made"  # the same in a marked row: it is no value of the line
_OPEN: Final = b"open"
_NONE_AWAITED: Final = KnownRecord(0, b"", "")


class OwnLines:
    """The lines of one job's own; may be used from several lanes.

    Args:
        known: the ledger's; None where there is none.
        touched: the records that the job made or wrote by now; asked where one has lines and none is known.
        learns: False for a plan, which remembers nothing.

    Attributes:
        planner: of the records.
        wanted: whether it matters whose lines are.
    """

    def __init__(
        self, planner: Planner, known: KnownRecords | None, touched: Callable[[], Collection[int]], *, learns: bool
    ) -> None:
        self.planner, self._known = planner, known if learns else None
        self._recall = known.recall if known is not None else _nothing
        self.wanted = (known is not None or not learns) and any(map(_matters, planner.rules.children.values()))
        self._touched, self._made = cache(lambda: frozenset(touched())), set[int]()

    def mark(self, lines: Mapping[int, Existing]) -> None:
        """Say of each line that Odoo has whether it is one of the job's own.

        Args:
            lines: id of a record to its lines, by their field.
        """
        if not self.wanted:
            return
        every = {number: list(_every(number, fields, self.planner.rules)) for number, fields in lines.items()}
        several = [one for some in every.values() for one in some]
        for row in (row for one in several for row in one.rows):
            row[_MADE] = row.pop(CREATED, "")
        places = [_number(one.path, row) for one in several for row in one.rows]
        known = self._recall([*places, *(_awaited(one.path, one.owner) for one in several)])
        for number, some in every.items():
            for one in some:
                self._mark(number, one, known)

    def _mark(self, record: int, lines: _Lines, known: Mapping[int, KnownRecord]) -> None:
        for row in lines.rows:
            row[KNOWN] = _number(lines.path, row) in known
        since = known.get(_awaited(lines.path, lines.owner), _NONE_AWAITED)
        all_new = bool(lines.rows) and not any(row[KNOWN] for row in lines.rows) and self._is_ours(record)
        for row in lines.rows:
            row[FRESH] = all_new or (since.digest == _OPEN and row["id"] > since.id)

    def _is_ours(self, record: int) -> bool:
        """Whether the job made the record, or wrote to it: its lines may be the job's, and it died before it knew."""
        return record in self._made or record in self._touched()

    def made(self, ids: Iterable[int]) -> None:
        """The run has just created these records."""
        if self.wanted:
            self._made.update(ids)

    def await_new(self, updates: Iterable[Update]) -> None:
        """Lines are about to be added to records: what is there afterwards and was not before may be these.

        A line without a key is found again by its values, and Odoo may keep others than it was sent.
        """
        if self.wanted and self._known is not None:
            added = [one for update in updates for one in _adding(update)]
            self._known.remember({number: KnownRecord(last, _OPEN, "") for number, last in added})

    def learn(self, records: Sequence[Record], found: ExistingRecords, finder: Finder) -> None:
        """Remember the lines that those of these records stand for, of what was found of them."""
        if not self.wanted or self._known is None:
            return
        fresh = dict[int, KnownRecord]()
        for record in records:
            rows = found.existing.get(finder.key_of(record), ())
            every = list(_every(rows[0]["id"], rows[0], self.planner.rules)) if len(rows) == 1 else []
            if any(not row[KNOWN] for one in every for row in one.rows):
                stood = self.planner.stood_for(record, rows[0])
                fresh |= {_number(path, row): KnownRecord(row["id"], b"", "") for path, row in stood if not row[KNOWN]}
                awaited = [one for one in every if any(row[FRESH] for row in one.rows)]
                fresh |= {_awaited(one.path, one.owner): _NONE_AWAITED for one in awaited}
        self._known.remember(fresh)


class _Lines(NamedTuple):
    """The lines of one record, or line, in one field."""

    path: str
    owner: int
    rows: Sequence[dict[str, Any]]


def _every(owner: int, fields: Existing, rules: RecordRules, path: str = "") -> Iterator[_Lines]:
    """The lines of a record at any depth, field by field."""
    for name, own in rules.children.items():
        here, rows = f"{path}{name}[]", fields.get(name, ())
        yield _Lines(here, owner, rows)
        for row in rows if own.children else ():
            yield from _every(row["id"], row, own, f"{here}.")


def _adding(update: Update, path: str = "") -> Iterator[tuple[int, int]]:
    """The lists of lines that an update adds to, by number, each with the last line that it has."""
    for one in update.children:
        here = f"{path}{one.name}[]"
        if one.creates:
            yield _awaited(here, update.id), max((row["id"] for row in update.existing.get(one.name, ())), default=0)
        for line in one.updates.values():
            yield from _adding(line, f"{here}.")


def _matters(rules: LineRules) -> bool:
    return rules.rest != "keep" or not rules.key or rules.narrowed or any(map(_matters, rules.children.values()))


def _number(path: str, row: Existing) -> int:
    return key_number((path, row["id"], str(row.get(_MADE) or "")))


def _awaited(path: str, owner: int) -> int:
    return key_number((path, owner))


def _nothing(_places: Iterable[int]) -> dict[int, KnownRecord]:
    return {}


def remember_lines(
    target: Target, schema: Schema, known: KnownRecords, place: tuple[str, str], ids: Sequence[int]
) -> None:
    """Remember lines as the job's own.

    Args:
        place: their model, and the path of their field: `order_line[]`.
    """
    model, path = place
    names = sorted(schema.fields(model, (), [CREATED])) or ["id"]
    rows = target.client.read(model, list(ids), names, context=target.context)
    made = [{**row, _MADE: row.get(CREATED) or ""} for row in rows]
    known.remember({_number(path, row): KnownRecord(row["id"], b"", "") for row in made})
