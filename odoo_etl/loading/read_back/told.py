"""What the report says of values that Odoo keeps otherwise than they were sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from odoo_etl.mapping import IdList, Record, Ref
from odoo_etl.results import Discrepancy, JobResult, Rewritten

LONGEST = 500  # characters of a value
SHOWN = 1000  # values that were not kept, of one job; beyond, they are only counted


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one record: what the row wants it to hold, and what Odoo holds."""

    record: Record
    id: int
    field: str
    sent: Any
    kept: Any


class Told:
    """Tells each difference once; may be used from several lanes."""

    def __init__(self, result: JobResult) -> None:
        self._result = result
        self._known: set[tuple[int, str]] = set()
        self._lock = threading.Lock()

    def rewritten(self, one: Difference) -> None:
        """Odoo keeps the value in a form of its own."""
        self._once(one, self._add_rewritten)

    def not_kept(self, one: Difference) -> None:
        """Odoo holds another value."""
        self._once(one, self._add_not_kept)

    def _once(self, one: Difference, add: Callable[[Difference], None]) -> None:
        with self._lock:
            if (one.id, one.field) not in self._known:
                self._known.add((one.id, one.field))
                add(one)

    def _add_rewritten(self, one: Difference) -> None:
        known = self._result.rewritten.get(one.field)
        self._result.rewritten[one.field] = (
            Rewritten(known.records + 1, known.example) if known else Rewritten(1, discrepancy(one))
        )

    def _add_not_kept(self, one: Difference) -> None:
        self._result.not_kept_values += 1
        if len(self._result.not_kept) < SHOWN:
            self._result.not_kept.append(discrepancy(one))


def add_kept(result: JobResult, more: JobResult) -> None:
    """Add what another look at the job, or at another part of it, tells of kept values."""
    for name, one in more.rewritten.items():
        known = result.rewritten.get(name)
        result.rewritten[name] = Rewritten(known.records + one.records, known.example) if known else one
    known_values = {(one.id, one.field) for one in result.not_kept}
    new = [one for one in more.not_kept if (one.id, one.field) not in known_values]
    result.not_kept_values += more.not_kept_values - len(more.not_kept) + len(new)
    result.not_kept += new[: SHOWN - len(result.not_kept)]


def discrepancy(one: Difference) -> Discrepancy:
    """The difference as reports have it."""
    sent, kept = _plain(one.sent, beside=one.kept), _plain(one.kept, beside=one.sent)
    return Discrepancy(shown_key(one.record), one.id, one.field, sent, kept)


def shown_key(record: Record) -> str:
    """What a record is found by, for people."""
    return ", ".join(str(part) for value in record.key for part in (value.key if isinstance(value, Ref) else (value,)))


def _plain(value: Any, beside: Any) -> Any:
    """A value as reports show it; what Odoo has in place of none, where it is not the false of a boolean, as None."""
    if value is False and not isinstance(beside, bool):
        return None
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value):,} characters)"
    return list(value.ids) if isinstance(value, IdList) else value
