"""A batch from its first pass to its end: what Odoo refused has a second try, what waits for others a second pass.

    first pass ─► second tries ─► second pass ─► second tries ─► confirmed

Each stage begins when the one before is done with all batches; batches that have nothing to do there are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from odoo_etl.errors import TransientError, UnknownOutcome
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Record
from odoo_etl.spec import JobSpec
from odoo_etl.sync.batch import Sync
from odoo_etl.sync.circuit_breaker import Breaker
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.refused import RefusedRecords, SecondTries, Swaps
from odoo_etl.sync.soundings import Soundings

Begun = tuple[int, BatchProgress]  # a batch by its number in the journal, and what became of it so far


class Rounds:
    """The batches of one job; `first` may be used from several lanes.

    Args:
        confirm: told of a batch all of whose rows have their outcome.

    Attributes:
        deferred: batches that wait for others.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what works on a batch
        self,
        spec: JobSpec,
        sync: Sync,
        fields: Mapping[str, TargetField],
        refused: RefusedRecords,
        tally: Tally,
        breaker: Breaker,
        confirm: Callable[[int, BatchProgress], None],
    ) -> None:
        self._sync, self._refused, self._tally = sync, refused, tally
        self._tries, self._swaps = SecondTries(sync, refused, fields), Swaps(sync, fields, spec.target.key)
        self._breaker, self._confirm = breaker, confirm
        self._soundings = Soundings(sync, self._swaps, tally)
        self.deferred: list[Begun] = []
        self._again: list[Begun] = []

    def first(self, records: Sequence[Record], progress: BatchProgress, number: int) -> None:
        """The first pass of a batch."""
        with self._outages(progress):
            if not self._soundings.first(records, progress, number):
                return
            if progress.refused and self._tally.would_exceed(self._refused.rows):
                self._swaps.land([(number, progress)])
                self._last_try(number, progress)  # more rejects may stop the job before its next write
            self._go_on(number, progress)

    def end_first(self, lanes: int) -> None:
        """All batches had their first pass, but for those that waited for a row that lands."""
        for number, progress in self._soundings.conclude(lanes):
            self._go_on(number, progress)
        self.try_again(lanes)

    def try_again(self, lanes: int) -> None:
        """Try once more what Odoo refused, now that all rows were looked at; then it is a reject."""
        if not self._again:
            return
        chunks, self._again = self._again, []
        with self._outages(*[progress for _, progress in chunks]):
            self._swaps.land(chunks)
            run_lanes(chunks, self._once_more, lanes)

    def second(self, lanes: int) -> None:
        """Write what batches left out because the records it refers to were not there yet."""
        while self.deferred:
            chunks, self.deferred = self.deferred, []
            run_lanes(chunks, self._second, lanes)
            self.try_again(lanes)

    def hold_back(self) -> int:
        """Leave what waits for rows of other parts; how many rows wait."""
        return sum(self._tally.hold_back(progress) for _, progress in self.deferred)

    @contextmanager
    def _outages(self, *batches: BatchProgress) -> Iterator[None]:
        """An outage fails the batches, and the job only when it goes on."""
        try:
            yield
        except (TransientError, UnknownOutcome) as error:
            self._refused.give_up(batches)
            self._breaker.failed(error)
        else:
            self._breaker.worked()

    def _second(self, item: Begun) -> None:
        number, progress = item
        with self._outages(progress):
            self._sync.second(progress, number)
            self._go_on(number, progress)

    def _once_more(self, item: Begun) -> None:
        number, progress = item
        with self._outages(progress):
            self._last_try(number, progress)
            self._go_on(number, progress)

    def _last_try(self, number: int, progress: BatchProgress) -> None:
        self._tries.once_more(progress, number)
        self._tries.conclude(progress, number)
        self._tally.check_rejects()

    def _go_on(self, number: int, progress: BatchProgress) -> None:
        """Choose what comes next for a batch: a second try, the second pass, or its end."""
        if progress.refused:
            self._again.append((number, progress))
        elif progress.deferred or progress.waiting:
            self.deferred.append((number, progress))
        else:
            self._confirm(number, progress)
