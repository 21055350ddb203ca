"""One job from its source to Odoo: the whole way of the data on one screen.

    rows ─► records ─► lookups ⇒ ids ─► held ⇒ plan ⇒ outcomes ─► counts, rejects and journal
            gather     resolve          finder      writer      tally, books
            rows/      held/            held/         writing/           journal/
                       └──────────────── sync ────────────────┘

⇒ marks what talks to Odoo. `plan` takes the same way and leaves the last step out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import asdict, dataclass, field
from functools import partial

from odoo_etl.errors import OdooEtlError
from odoo_etl.mapping import Record
from odoo_etl.planning import Plan, Update
from odoo_etl.results import JobObserver, JobResult, RejectSink
from odoo_etl.sources import Source
from odoo_etl.spec import JobSpec
from odoo_etl.state import CLOSING
from odoo_etl.sync.chunk import Sync
from odoo_etl.sync.circuit_breaker import Breaker
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.ending import ending_recorded, rejects_recorded, server_recorded
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.mirror import (
    Mirror,
    NoMirror,
    ReturnedRecords,
    RowFinder,
    Vanishing,
    check_shrinkage,
    tell_strangers,
)
from odoo_etl.sync.misfits import ProblemAt, without_file
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.read_back import CarryOut, NoWrites, Ties, of_own_making, ties_of
from odoo_etl.sync.refused import RefusedRecords, SecondTries, Swaps
from odoo_etl.sync.rounds import Rounds
from odoo_etl.sync.session import Booking, Books, Coverage, Past, RejectedLines, as_rejected, open_books
from odoo_etl.sync.staging import Batch, Gathered, OwnRows, Part, check_size
from odoo_etl.sync.wiring import Reading, assemble_read_back, assemble_reading, assemble_writing
from odoo_etl.sync.writing import Recorder, Settler


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a run wants of a job besides what the job says.

    Attributes:
        planned: given, the job is only planned.
        booking: where the run keeps its books, which a plan only looks into.
        source: gives the rows in place of the source that the job names.
        limit: read only so many rows.
        partial: the rows are not all of the job's source, so that nothing follows from those that are absent.
        settler: waits for open outcomes.
        attempts: how often the row of a line and file was rejected before.
        part: only this part of the rows is looked at; what waits for rows of other parts is held back.
        job_rows: how many rows the job has, where `source` gives a part of them.
        close: does what is left when all parts are done, given how many rows this one holds back.
        now: seconds since 1970.
        problem: says where in the job's file a key stands.
        once: what is written now is not fought over: what undoes it again before a later run is told, not written.
        beside: models that other jobs of the run write.
        kin: among them is one that writes the same fields of the same model, or records related to this job's.
        keep: takes the job's rows, to be closed, and its ties to other jobs, where there are others.
        rejects: keeps the rejected rows.
    """

    planned: Planned | None = None
    booking: Booking | None = None
    source: Source | None = None
    limit: int | None = None
    partial: bool = False
    settler: Settler = field(default_factory=Settler)
    attempts: Callable[[int, str], int] = lambda _line, _file: 0
    part: Part | None = None
    job_rows: int = 0
    close: Callable[[int], None] | None = None
    now: Callable[[], float] = time.time
    problem: ProblemAt = without_file
    once: bool = False
    beside: frozenset[str] = frozenset()
    kin: bool = False
    keep: Callable[[Gathered, RejectedLines, Ties], object] | None = None
    rejects: RejectSink = field(kw_only=True)


def run_job(spec: JobSpec, client: Odoo, observer: JobObserver, result: JobResult, request: JobRequest) -> None:
    """Run a job, a part of one, or only plan it. Every way out, errors included, is told in `result`."""
    with ending_recorded(client, observer, result), rejects_recorded(request.rejects, result):
        _JobRun(spec, client, observer, result, request).run()


class _JobRun:
    """One run of one job."""

    def __init__(
        self, spec: JobSpec, client: Odoo, observer: JobObserver, result: JobResult, request: JobRequest
    ) -> None:
        self._spec, self._client, self._observer, self._request = spec, client, observer, request
        self._planned, self._result = request.planned, result
        shown = request.planned.shown if request.planned else 0
        self._tally = Tally(spec, result, request.rejects, shown_changes=shown, attempts=request.attempts)
        self._breaker = Breaker(spec.load.breaker)
        self._refused = RefusedRecords(self._tally)
        self._recorder: Recorder | None = None
        self._rejected = RejectedLines()
        self._past = _past(spec, client, request.booking, result.notes.append) if request.booking else None
        self._coverage = Coverage(spec.source, None if request.source else self._past)

    def run(self) -> None:
        """Read the source, then open the books and load."""
        source = self._request.source or self._coverage.open()
        source.columns()  # a source that cannot be read is found before anything is asked of Odoo
        # Asked first, with the short patience of a start: a wrong address says so in seconds, over every protocol.
        booking = self._request.booking
        server_recorded(self._client, self._result, booking.destination if booking else None)
        now, problem = self._request.now, self._request.problem
        self._reading = assemble_reading(self._spec, self._client, self._planned, self._past, now=now, problem=problem)
        if self._request.part is not None and self._request.source is None:
            source = OwnRows(source, self._reading.mapper, self._request.part)
        self._vanishing = self._vanishing_of(self._reading)
        with self._open_books() as self._books:
            self._result.settled = self._books.settled
            try:
                self._gather_and_load(source)
            except OdooEtlError:
                self._finish("failed")
                raise
            except BaseException:
                self._finish("interrupted")
                raise
            self._end()

    def _gather_and_load(self, source: Source) -> None:
        with ExitStack() as stack:
            gathered = stack.enter_context(
                closing(Gathered(self._spec, source, self._reading.mapper, self._request.limit))
            )
            whole = source.rows if isinstance(source, OwnRows) else self._request.job_rows or gathered.rows
            self._check(gathered, whole)
            self._load(gathered)
            if self._request.keep is not None and (self._request.beside or self._request.kin):
                stack.pop_all()
                self._request.keep(gathered, self._rejected, self._ties())

    def _ties(self) -> Ties:
        model, reading, request = self._spec.target.model, self._reading, self._request
        return ties_of(model, reading.fields, reading.schema, request.beside, kin=request.kin)

    def _check(self, gathered: Gathered, rows: int) -> None:
        """Whatever can be said against the source, which has so many rows, is said before the first write."""
        self._result.counts.read, self._tally.job_rows = gathered.rows, rows
        self._result.duplicates = gathered.duplicates
        self._request.rejects.begin(self._spec.job, gathered.columns)
        self._observer.job_started(self._spec.job, gathered.rows)
        if not self._request.partial or self._request.close is not None:
            check_size(self._spec, rows)
            check_shrinkage(self._spec, self._past, rows)
        self._books.gathered(gathered.fingerprint, gathered.rows)
        self._result.before = self._books.before
        if (
            self._request.booking is not None and self._request.booking.job_part.part != CLOSING
        ):  # the parts have said it
            self._coverage.tell(self._result.notes.append)
        self._vanishing.begin()

    def _load(self, gathered: Gathered) -> None:
        """Work on the records in lanes; then on those that waited for others; then on what vanished."""
        settler, lanes = self._request.settler, self._spec.load.concurrency
        writing = assemble_writing(self._spec, self._reading, self._books, settler, self._tally)
        self._recorder = writing.recorder
        planned, fields = self._planned, self._reading.fields
        carry_out: CarryOut = writing.writer.apply if planned is None else self._take_note
        attempts = self._spec.load.retry.attempts
        memory, self._second = assemble_read_back(
            self._spec, self._reading, self._past, self._result, writing, resumed=bool(self._books.confirmed)
        )
        if self._request.once:
            carry_out = memory.before(of_own_making(carry_out))
        self._sync = Sync(
            self._reading,
            carry_out,
            self._tally,
            self._vanishing,
            memory=memory,
            after=NoWrites() if planned is not None else self._second,
            attempts=attempts,
            kept=self._refused,
            begun=self._begun(),
            foreseen=None if planned is None else partial(planned.complete, fields),
        )
        tries = SecondTries(self._sync, self._refused, fields)
        swaps = Swaps(self._sync, fields, self._spec.target.key)
        self._rounds = Rounds(self._sync, tries, swaps, self._refused, self._tally, self._breaker, self._confirm)
        if self._planned is None:
            self._coverage.begin(self._result.notes.append)
        run_lanes(gathered.batches(), self._work, lanes)
        self._result.notes += gathered.warnings()
        self._rounds.end_first(lanes)
        if self._request.part is None:
            self._rounds.second(lanes)
        else:
            self._hold_back()
        self._breaker.check()
        self._look_again(gathered)
        self._vanishing.conclude(gathered, self._rejected, writing.remover if self._planned is None else None)
        if self._planned is None and self._past is not None:
            writing.recorder.stamp(self._reading.target)
            if not self._request.partial:
                self._coverage.confirm(gathered, self._rejected)

    def _begun(self) -> Collection[int]:
        """Records of earlier runs that ended before they wrote what waited, and that the mode would leave alone."""
        unfinished = self._spec.target.mode == "create" and self._spec.deferred
        begun = self._past.begun() if unfinished and self._past is not None else set()
        if not begun or self._past is None:
            return ()
        return begun - tell_strangers(self._reading.finder, self._past.keys_of(begun), self._result)

    def _work(self, batch: Batch) -> None:
        """What a lane does with a batch."""
        number = batch.number
        if confirmed := self._books.confirmed.get(number):
            rejects = list(map(as_rejected, confirmed.rejects))
            self._rejected.note(rejects)
            self._tally.restore(confirmed.counts, rejects)
            return
        self._request.settler.pause(0)  # whoever directs this process may request its end
        progress = BatchProgress()
        self._tally.rejected(progress, batch.rejects)
        self._rounds.first(batch.records, progress, number)

    def _look_again(self, gathered: Gathered) -> None:
        """Look once more at records that may not be as their rows want; then tell what Odoo does not keep."""
        second, lanes = self._second, self._spec.load.concurrency
        refused_now = self._request.once and bool(self._rejected.lines)
        if self._planned is not None or not (second.begin() or refused_now):
            return
        run_lanes(self._again(gathered), lambda batch: second.write_again(self._differing(batch), batch.number), lanes)
        if second.odd:
            run_lanes(self._again(gathered), lambda batch: second.conclude(self._differing(batch)), lanes)

    def _again(self, gathered: Gathered) -> Iterator[Batch]:
        """The records to look at again."""
        for batch in gathered.batches():
            if records := [one for one in batch.records if self._is_due(one)]:
                yield Batch(records, [])

    def _is_due(self, record: Record) -> bool:
        """Rejected rows have been told; but for those that landed before, which Odoo refuses now."""
        rejected = any(self._rejected.has(row.line, row.file) for row in record.rows)
        return self._request.once if rejected else self._second.wants(record)

    def _differing(self, batch: Batch) -> list[Update]:
        return self._sync.differing(batch.records)

    def _hold_back(self) -> None:
        """Leave what waits for rows of other parts to whoever works on the job when all parts are done."""
        for _, progress in self._rounds.deferred:
            self._result.held_back += self._tally.hold_back(progress)

    def _end(self) -> None:
        """All is done; the last of several parts first sees to what they left."""
        if self._request.part is not None and self._request.close is not None:
            self._tally.finish()
            if not self._books.is_last(self._request.part.of, self._counts()):
                return
            self._request.close(self._result.held_back)
        self._finish("done")

    def _counts(self) -> dict[str, int]:
        return {**asdict(self._result.counts), "held_back": self._result.held_back}

    def _confirm(self, number: int, progress: BatchProgress) -> None:
        """Every row of the batch has its outcome."""
        counts = {name: count for name, count in asdict(progress.counts).items() if count}
        self._books.journal.confirmed(number, counts, [asdict(row) for row in progress.rejects])
        self._rejected.note(progress.rejects)
        self._observer.progressed(self._spec.job, self._result.counts)
        self._tally.check_rejects()

    def _finish(self, status: str) -> None:
        self._refused.give_up(self._refused.batches())  # when something ended the job before their second try
        self._tally.finish()
        self._result.wrote = self._recorder is not None and self._recorder.landed
        self._books.journal.finish(status, self._counts())

    def _take_note(self, plan: Plan, _: int, outcome: Outcome, __: Refuse) -> None:
        """What `plan` does in place of writing."""
        if self._planned is not None:
            self._planned.note(self._spec.target.model, self._reading.fields, plan, outcome, self._tally)

    def _open_books(self) -> AbstractContextManager[Books]:
        booking = self._request.booking
        if booking is None or self._past is None or self._planned is not None:
            return nullcontext(Books())
        return open_books(self._spec, self._client, booking, self._past, partial=self._request.partial)

    def _vanishing_of(self, reading: Reading) -> Vanishing:
        """What looks after records that the source lacks."""
        if self._spec.target.mode != "mirror" or self._past is None or self._request.partial:
            return NoMirror(ReturnedRecords(self._spec, reading.target, self._past, self._result, reading.finder))
        row_finder = RowFinder(reading.mapper, reading.lookups, reading.finder)
        return Mirror(self._spec, reading.target, self._past, self._result, row_finder)


def _past(spec: JobSpec, client: Odoo, booking: Booking, note: Callable[[str], object]) -> Past:
    asked = (booking.full_refresh, booking.retried)
    return Past(spec, client, booking.ledger, booking.run_id, booking.database, note, *asked)
