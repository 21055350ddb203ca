"""A batch from its first pass to its end: what Odoo refused has a second try, what waits for others a second pass.

    first pass ─► second tries ─► second pass ─► second tries ─► confirmed

Each stage begins when the one before is done with all batches; batches that have nothing to do there are left out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from odoo_etl.errors import OdooError, TransientError, UnknownOutcome
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Record, unbound
from odoo_etl.planning import Update
from odoo_etl.spec import JobSpec
from odoo_etl.sync.batch import Sync
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.read_back import SecondLook
from odoo_etl.sync.refused import RefusedRecords, SecondTries, Swaps
from odoo_etl.sync.session import RejectedLines
from odoo_etl.sync.soundings import Soundings
from odoo_etl.sync.staging import Batch, Gathered

Begun = tuple[int, BatchProgress]  # a batch by its number in the journal, and what became of it so far
Differing = Callable[[Sequence[Record]], Sequence[Update]]


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
        while self._woke(lanes):
            pass  # what landed now may be what others wait for
        while self.deferred:
            chunks, self.deferred = self.deferred, []
            run_lanes(chunks, self._second, lanes)
            self.try_again(lanes)

    def hold_back(self) -> int:
        """Leave what waits for rows of other parts; how many rows wait."""
        return sum(self._tally.hold_back(progress) for _, progress in self.deferred)

    def _woke(self, lanes: int) -> bool:
        """Write records whose lines wait for nothing any more; whether there were any, and others wait still."""
        chunks = [one for one in self.deferred if one[1].held]
        before = _held(chunks)
        if chunks:
            self.deferred = [one for one in self.deferred if not one[1].held]
            self._sync.look_anew()
            run_lanes(chunks, self._wake, lanes)
        return 0 < _held(self.deferred) < before

    @contextmanager
    def _outages(self, *batches: BatchProgress) -> Iterator[None]:
        """An outage fails the batches, and the job only when it goes on."""
        try:
            yield
        except (TransientError, UnknownOutcome) as error:
            self._refused.give_up(batches)
            for progress in batches:
                self._tally.lost(progress)
            self._breaker.failed(error)
        else:
            self._breaker.worked()

    def _second(self, item: Begun) -> None:
        number, progress = item
        with self._outages(progress):
            self._sync.second(progress, number)
            self._go_on(number, progress)

    def _wake(self, item: Begun) -> None:
        number, progress = item
        with self._outages(progress):
            self._sync.wake(progress, number)
            self.deferred.append(item)

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
        elif progress.deferred or progress.waiting or progress.held:
            self.deferred.append((number, progress))
        else:
            self._confirm(number, progress)


def _held(chunks: Sequence[Begun]) -> int:
    """How many records wait as a whole."""
    return sum(len(progress.held) for _, progress in chunks)


class ChunksFailed(OdooError):
    """Chunks could not be written although Odoo refused none of their rows; `resume` writes them."""


class Breaker:
    """Counts chunks that failed; may be used from several lanes.

    Args:
        most: so many in a row end the job.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._row = self._failed = 0
        self._first: OdooError | None = None
        self._lock = threading.Lock()

    def worked(self) -> None:
        """A chunk is done."""
        with self._lock:
            self._row = 0

    def failed(self, error: OdooError) -> None:
        """A chunk failed for reasons that lie in the moment.

        Raises:
            ChunksFailed: so many did in a row that the others would fail too.
        """
        with self._lock:
            self._row += 1
            self._failed += 1
            self._first = self._first or error
            stop = self._row >= self._most
        if stop:
            raise self._summary(f"{self._row} chunks failed in a row, so the job was stopped") from error

    def check(self) -> None:
        """Tell at the end of the job that not everything was written.

        Raises:
            ChunksFailed: at least one chunk failed.
        """
        if self._first is not None:
            chunks = "1 chunk" if self._failed == 1 else f"{self._failed} chunks"
            raise self._summary(f"{chunks} could not be written") from self._first

    def _summary(self, what: str) -> ChunksFailed:
        return ChunksFailed(f"{what}: {self._first}. `odoo-etl resume` goes on where it ended")


def look_again(  # noqa: PLR0913 - what is looked at, and how
    second: SecondLook,
    gathered: Gathered,
    rejected: RejectedLines,
    differing: Differing,
    lanes: int,
    *,
    refused_too: bool,
) -> None:
    """Look once more at records that may not be as their rows want; then report what Odoo does not keep.

    Args:
        differing: plans records anew.
        refused_too: rejected rows landed before, and Odoo refuses now what they want.
    """
    if not second.begin() and not (refused_too and rejected.lines):
        return

    def due() -> Iterator[Batch]:
        for batch in gathered.batches():
            if records := [
                one for one in unbound(batch.records) if _is_due(one, second, rejected, refused_too=refused_too)
            ]:
                yield Batch(records, [])

    run_lanes(due(), lambda batch: second.write_again(differing(batch.records), batch.number), lanes)
    if second.odd:
        run_lanes(due(), lambda batch: second.conclude(differing(batch.records)), lanes)


def _is_due(record: Record, second: SecondLook, rejected: RejectedLines, *, refused_too: bool) -> bool:
    """Whether a record is looked at; rejected rows have their report, but for those that landed before."""
    if any(rejected.lacks(row.line, row.file, row.cells) for row in record.rows):
        return refused_too
    return second.wants(record)
