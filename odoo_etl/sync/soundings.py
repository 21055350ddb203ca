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
from odoo_etl.sync.chunk import Sync
from odoo_etl.sync.counts import AllRefused, Share, Tally
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.outcome import Refusal
from odoo_etl.sync.refused.swaps import Swaps

SOUNDED = 300  # rows of a job, at most
OF_A_BATCH = 100  # the same of one batch: a small one is tried to its end
OF_A_LATER_BATCH = 25  # the same of a large one that comes after the first that is in question
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class _Aside:
    """A batch that waits for the first row that lands."""

    number: int
    share: Share
    records: Sequence[Record]


class Soundings:
    """The soundings of one job; may be used from several lanes."""

    def __init__(self, sync: Sync, swaps: Swaps, tally: Tally) -> None:
        self._sync, self._swaps, self._tally = sync, swaps, tally
        self._left = SOUNDED
        self._stop: AllRefused | None = None
        self._aside: list[_Aside] = []
        self._lock = threading.Lock()

    def first(self, records: Sequence[Record], share: Share, number: int) -> bool:
        """The first pass of a batch; False where it was put aside.

        Raises:
            AllRefused: nothing landed, and enough was tried.
        """
        some = records if self._stop is None or self._tally.any_landed else _few(records)
        try:
            self._sync.first(some, share, number)
        except AllRefused as stop:
            self._stop = stop
            if not self._lands(share, number):
                self._put_aside(_Aside(number, share, _without(records, some)))
                return False
        self._rest(_Aside(number, share, _without(records, some)))
        return True

    def conclude(self, lanes: int) -> list[tuple[int, Share]]:
        """The batches that were put aside, now that all were looked at.

        Raises:
            AllRefused: nothing landed.
        """
        if self._aside and self._stop is not None and not self._tally.any_landed:
            raise self._stop
        aside, self._aside = self._aside, []
        run_lanes(aside, self._rest, lanes)
        return [(one.number, one.share) for one in aside]

    def _lands(self, share: Share, number: int) -> bool:
        """Whether a row of the batch lands: of those that were not tried yet, then of those that want what others have.

        What is refused here stays among those without a verdict.
        """
        untried, refused = _sample(share.untried, OF_A_BATCH), list[Refusal]()
        for start in range(0, len(untried), AT_ONCE):
            if self._tally.any_landed or not (some := self._granted(untried[start : start + AT_ONCE])):
                break
            self._sync.again(some, share, number, refused)
            share.untried = _without(share.untried, some)
        if not self._tally.any_landed:
            sounded = {id(one.record.rows[0]) for one in refused}
            share.refused += refused
            self._swaps.land([(number, share)])
            refused = [one for one in share.refused if id(one.record.rows[0]) in sounded]
            share.refused = [one for one in share.refused if id(one.record.rows[0]) not in sounded]
        share.untried += [one.record for one in refused]
        return self._tally.any_landed

    def _granted(self, records: Sequence[Record]) -> Sequence[Record]:
        with self._lock:
            granted = records[: self._left]
            self._left -= len(granted)
        return granted

    def _put_aside(self, batch: _Aside) -> None:
        with self._lock:
            self._aside.append(batch)
            if self._left <= 0 and self._stop is not None:
                raise self._stop

    def _rest(self, batch: _Aside) -> None:
        """Write what is left of a batch."""
        untried, batch.share.untried = batch.share.untried, []
        if untried:
            self._sync.more(untried, batch.share, batch.number)
        if batch.records:
            self._sync.first(batch.records, batch.share, batch.number)


def _few(records: Sequence[Record]) -> Sequence[Record]:
    return records if len(records) <= OF_A_BATCH else _sample(records, OF_A_LATER_BATCH)


def _sample(records: Sequence[Record], count: int) -> list[Record]:
    """Some records from all over the batch; other ones in another run."""
    return random.sample(list(records), min(count, len(records)))


def _without(records: Sequence[Record], some: Sequence[Record]) -> list[Record]:
    """The records without some of them, which are known by their rows: a plan may hold copies."""
    taken = {id(one.rows[0]) for one in some}
    return [one for one in records if id(one.rows[0]) not in taken]
