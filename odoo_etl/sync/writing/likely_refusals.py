"""Rows like those that Odoo refused, by what these have in common: they are sent alone, the rest in one call.

Rows are seldom bad each in its own way: a file lacks a name here and there, or holds a code that Odoo does not take.
After two refusals for the same reason their common values are compared with rows that landed; what no such row has is
likely the cause. That decides only how rows are grouped. Odoo still gives each its verdict.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]

REASONS = 20  # so many are followed; where each row has its own, nothing can be learned
ENOUGH = 2  # refusals for one reason before it counts


@dataclass(slots=True)
class _Cause:
    """The values that rows refused for one reason share and no row that landed has; and how many rows they are."""

    values: dict[str, Any]
    rows: int = 0

    @property
    def counts(self) -> bool:
        """Whether anything follows from it."""
        return self.rows >= ENOUGH and bool(self.values)

    def fits(self, row: Values) -> bool:
        """Whether a row has all of it."""
        return self.counts and all(row.get(name) == one for name, one in self.values.items())


class LikelyRefusals:
    """The lessons of one job from its refusals; may be used from several lanes.

    Args:
        names: the fields to look at; a row that lacks one has no value for it.

    Attributes:
        lessons: grows whenever other rows may be in doubt than before.
    """

    def __init__(self, names: Collection[str] = ()) -> None:
        self._names, self.lessons = names, 0
        self._causes: dict[str, _Cause] = {}
        self._lock = threading.Lock()

    def about(self, row: Values) -> bool:
        """Whether Odoo is likely to refuse a row."""
        return any(cause.fits(row) for cause in tuple(self._causes.values()))  # other lanes may add to them meanwhile

    def refused(self, row: Values, reason: str) -> None:
        """Odoo refused a row."""
        with self._lock:
            cause = self._causes.get(reason)
            if cause is None:
                if len(self._causes) >= REASONS:
                    return
                cause = self._causes[reason] = _Cause({name: row.get(name) for name in self._names})
            self._keep(cause, row, equal=True)
            cause.rows += 1
            self.lessons += cause.rows == ENOUGH

    def landed(self, rows: Iterable[Values]) -> None:
        """Odoo took these rows."""
        with self._lock:
            causes = [cause for cause in self._causes.values() if cause.counts]
            for row in rows if causes else ():
                for cause in causes:
                    self._keep(cause, row, equal=False)

    def _keep(self, cause: _Cause, row: Values, *, equal: bool) -> None:
        """Keep of a cause the values that a row has, or those that it has not."""
        kept = {name: one for name, one in cause.values.items() if (row.get(name) == one) is equal}
        if len(kept) < len(cause.values):
            cause.values = kept
            self.lessons += 1
