"""Before a job stops since Odoo refuses each of its rows: whether any others land.

The first hundred rows say little where the good ones stand behind them, and the order is the same at every run. So rows
from the rest of the batch, and some of the next batches, are tried: a bounded number for a job. As soon as one lands,
the job goes on with all of them. What was only sounded has no verdict: it counts as failed when the job stops.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from odoo_etl.mapping import Record
from odoo_etl.sync.batch import Sync
from odoo_etl.sync.counts import AllRefused, BatchProgress, Tally
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.outcome import Refusal
from odoo_etl.sync.refused import Swaps

SOUNDED = 300  # rows of a job, at most
OF_A_BATCH = 100  # the same of one batch: a small one is tried to its end
OF_A_LATER_BATCH = 25  # the same of a large one that comes after the first that is in question
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A batch that waits for the first row that lands."""

    number: int
    progress: BatchProgress
    records: Sequence[Record]


class Soundings:
    """The soundings of one job; may be used from several lanes."""

    def __init__(self, sync: Sync, swaps: Swaps, tally: Tally) -> None:
        self._sync, self._swaps, self._tally = sync, swaps, tally
        self._left = SOUNDED
        self._stop: AllRefused | None = None
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    def first(self, records: Sequence[Record], progress: BatchProgress, number: int) -> bool:
        """The first pass of a batch; False where it was left waiting.

        Raises:
            AllRefused: nothing landed, and enough was tried.
        """
        some = records if self._stop is None or self._tally.any_landed else _few(records)
        try:
            self._sync.first(some, progress, number)
        except AllRefused as stop:
            self._stop = stop
            if not self._lands(progress, number):
                self._let_wait(_Waiting(number, progress, _without(records, some)))
                return False
        self._rest(_Waiting(number, progress, _without(records, some)))
        return True

    def conclude(self, lanes: int) -> list[tuple[int, BatchProgress]]:
        """The batches that were left waiting, now that all were looked at.

        Raises:
            AllRefused: nothing landed.
        """
        if self._waiting and self._stop is not None and not self._tally.any_landed:
            raise self._stop
        waiting, self._waiting = self._waiting, []
        run_lanes(waiting, self._rest, lanes)
        return [(one.number, one.progress) for one in waiting]

    def _lands(self, progress: BatchProgress, number: int) -> bool:
        """Whether a row of the batch lands: of those that were not tried yet, then of those that want what others have.

        What is refused here stays among those without a verdict.
        """
        untried, refused = _sample(progress.untried, OF_A_BATCH), list[Refusal]()
        for start in range(0, len(untried), AT_ONCE):
            if self._tally.any_landed or not (some := self._granted(untried[start : start + AT_ONCE])):
                break
            self._sync.again(some, progress, number, refused)
            progress.untried = _without(progress.untried, some)
        if not self._tally.any_landed:
            sounded = {one.record.number for one in refused}
            progress.refused += refused
            self._swaps.land([(number, progress)])
            refused = [one for one in progress.refused if one.record.number in sounded]
            progress.refused = [one for one in progress.refused if one.record.number not in sounded]
        progress.untried += [one.record for one in refused]
        return self._tally.any_landed

    def _granted(self, records: Sequence[Record]) -> Sequence[Record]:
        with self._lock:
            granted = records[: self._left]
            self._left -= len(granted)
        return granted

    def _let_wait(self, batch: _Waiting) -> None:
        with self._lock:
            self._waiting.append(batch)
            if self._left <= 0 and self._stop is not None:
                raise self._stop

    def _rest(self, batch: _Waiting) -> None:
        """Write what is left of a batch."""
        untried, batch.progress.untried = batch.progress.untried, []
        if untried:
            self._sync.more(untried, batch.progress, batch.number)
        if batch.records:
            self._sync.first(batch.records, batch.progress, batch.number)


def _few(records: Sequence[Record]) -> Sequence[Record]:
    return records if len(records) <= OF_A_BATCH else _sample(records, OF_A_LATER_BATCH)


def _sample(records: Sequence[Record], count: int) -> list[Record]:
    """Some records from all over the batch; other ones in another run."""
    return random.sample(list(records), min(count, len(records)))


def _without(records: Sequence[Record], some: Sequence[Record]) -> list[Record]:
    """The records without some of them, which are known by their rows: a plan may hold copies."""
    if len(some) == len(records):
        return []
    taken = {one.number for one in some}
    return [one for one in records if one.number not in taken]
