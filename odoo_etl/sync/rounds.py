"""A batch from its first pass to its end: what Odoo refused has a second try, what waits for others a second pass.

    first pass ─► second tries ─► second pass ─► second tries ─► confirmed

Each stage begins when the one before is done with all batches; batches that have nothing to do there are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from odoo_etl.errors import TransientError, UnknownOutcome
from odoo_etl.mapping import Record
from odoo_etl.sync.chunk import Sync
from odoo_etl.sync.circuit_breaker import Breaker
from odoo_etl.sync.counts import Share, Tally
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.refused.second_try import Kept, SecondTries
from odoo_etl.sync.refused.swaps import Swaps
from odoo_etl.sync.soundings import Soundings

Begun = tuple[int, Share]  # a batch by its number in the journal, and what became of it so far


class Rounds:
    """The batches of one job; `first` may be used from several lanes.

    Args:
        confirm: told of a batch all of whose rows have their outcome.

    Attributes:
        deferred: batches that wait for others.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what works on a batch
        self,
        sync: Sync,
        tries: SecondTries,
        swaps: Swaps,
        kept: Kept,
        tally: Tally,
        breaker: Breaker,
        confirm: Callable[[int, Share], None],
    ) -> None:
        self._sync, self._tries, self._swaps, self._kept, self._tally = sync, tries, swaps, kept, tally
        self._breaker, self._confirm = breaker, confirm
        self._soundings = Soundings(sync, swaps, tally)
        self.deferred: list[Begun] = []
        self._refused: list[Begun] = []

    def first(self, records: Sequence[Record], share: Share, number: int) -> None:
        """The first pass of a batch."""
        with self._outages(share):
            if not self._soundings.first(records, share, number):
                return
            if share.refused and self._tally.would_exceed(self._kept.rows):
                self._swaps.land([(number, share)])
                self._last_try(number, share)  # more rejects may stop the job before its next write
            self._go_on(number, share)

    def end_first(self, lanes: int) -> None:
        """All batches had their first pass, but for those that waited for a row that lands."""
        for number, share in self._soundings.conclude(lanes):
            self._go_on(number, share)
        self.try_again(lanes)

    def try_again(self, lanes: int) -> None:
        """Try once more what Odoo refused, now that all rows were looked at; then it is a reject."""
        if not self._refused:
            return
        chunks, self._refused = self._refused, []
        with self._outages(*[share for _, share in chunks]):
            self._swaps.land(chunks)
            run_lanes(chunks, self._once_more, lanes)

    def second(self, lanes: int) -> None:
        """Write what batches left out because the records it refers to were not there yet."""
        while self.deferred:
            chunks, self.deferred = self.deferred, []
            run_lanes(chunks, self._second, lanes)
            self.try_again(lanes)

    @contextmanager
    def _outages(self, *shares: Share) -> Iterator[None]:
        """An outage fails the batches, and the job only when it goes on."""
        try:
            yield
        except (TransientError, UnknownOutcome) as error:
            self._kept.give_up(shares)
            self._breaker.failed(error)
        else:
            self._breaker.worked()

    def _second(self, item: Begun) -> None:
        number, share = item
        with self._outages(share):
            self._sync.second(share, number)
            self._go_on(number, share)

    def _once_more(self, item: Begun) -> None:
        number, share = item
        with self._outages(share):
            self._last_try(number, share)
            self._go_on(number, share)

    def _last_try(self, number: int, share: Share) -> None:
        self._tries.once_more(share, number)
        self._tries.conclude(share, number)
        self._tally.check_rejects()

    def _go_on(self, number: int, share: Share) -> None:
        """What comes next for a batch: a second try, the second pass, or its end."""
        if share.refused:
            self._refused.append((number, share))
        elif share.deferred or share.waiting:
            self.deferred.append((number, share))
        else:
            self._confirm(number, share)
