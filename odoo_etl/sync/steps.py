"""The steps of a job, one after the other as `job.run_job` takes them, and what they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.events import Phase
from odoo_etl.observers import JobObserver
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import Source
from odoo_etl.spec import JobSpec
from odoo_etl.state import CLOSING
from odoo_etl.sync.after import Verdicts
from odoo_etl.sync.batch import Sync
from odoo_etl.sync.bonds import UNBOUND, Groups
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.effect import effect_of
from odoo_etl.sync.ending import server_recorded
from odoo_etl.sync.expecting import assemble_expectations
from odoo_etl.sync.line_counts import without_lines
from odoo_etl.sync.mirror import check_shrinkage
from odoo_etl.sync.missing_records import supply
from odoo_etl.sync.noted_ids import noting_ids
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.read_back import Ties, ValueReport, of_own_making, ties_of
from odoo_etl.sync.refused import RefusedRecords
from odoo_etl.sync.reported_rows import ReportedRows, SkippedRows
from odoo_etl.sync.request import JobRequest, Neighbours
from odoo_etl.sync.rounds import Breaker, Rounds, look_again
from odoo_etl.sync.session import Coverage, RejectedLines, as_rejected, counts_kept, history_of, stored_result
from odoo_etl.sync.staging import Batch, Gathered, check_size, gather, takes_lines_away
from odoo_etl.sync.stepping import Around, assemble_steps
from odoo_etl.sync.success import SuccessRows
from odoo_etl.sync.wiring import (
    assemble_read_back,
    assemble_reading,
    assemble_vanishing,
    assemble_writing,
    begun_records,
    witnessed,
)
from odoo_etl.sync.writing import Recorder


class Steps:
    """The steps of one run of one job; `batch` may be called from several lanes."""

    def __init__(
        self, spec: JobSpec, client: Odoo, observer: JobObserver, so_far: JobSoFar, request: JobRequest
    ) -> None:
        self._spec, self._client, self._observer, self._so_far = spec, client, observer, so_far
        self._request, self._rows = request, request.rows
        rows = ReportedRows(spec, self._rows.attempts)
        changes = request.planned.changes(rows.file_of) if request.planned else None
        skipped = SkippedRows(spec, request.skipped, rows)
        self._tally = Tally(spec, so_far, request.rejects, skipped=skipped, changes=changes)
        self._tally.ahead.tell(partial(observer.progressed, spec.job))
        self._past = history_of(spec, client, request.booking, so_far.note)
        self._coverage = Coverage(spec, self._past if self._rows.remembers else None)
        self._witness = request.witness.of(spec, again=request.once)
        self._effect = effect_of(spec, client, self._past, request, self._tally)
        self._breaker, self._refused = Breaker(spec.load.breaker), RefusedRecords(self._tally)
        self._rejected, self._values = RejectedLines(), ValueReport()
        self._columns: list[str] = []
        self._recorder: Recorder | None = None

    def prepare(self) -> None:
        """Carry out what comes before the job; a plan only tells of it."""
        if self._spec.before:
            self._phase(Phase.BEFORE)
        if self._request.planned is None:
            self._request.before()
        else:
            self._so_far.add(notes=self._request.listed)

    def follow(self) -> None:
        """Carry out what comes after the job."""
        if self._spec.last_hooks:
            self._phase(Phase.AFTER)
        if self._request.planned is None:
            self._request.ended(self._so_far.result.counts)

    def opened(self) -> Source:
        """The source, which can be read."""
        source = self._rows.open(self._coverage)
        source.columns()
        return source

    def meet_server(self, source: Source) -> Source:
        """Learn what must be known of Odoo; the rows that are ours.

        A wrong address says so in seconds, over every protocol.
        """
        request, booking = self._request, self._request.booking
        self._phase(Phase.SERVER)
        server_recorded(self._client, self._so_far, booking.destination if booking else None)
        self._reading = assemble_reading(
            self._spec, self._client, request.planned, self._past, now=request.now, problem=request.problem
        )
        mirror = request.mirror if self._rows.is_whole else None
        self._vanishing = assemble_vanishing(self._spec, self._reading, self._past, self._so_far.note, mirror)
        leaves_out = self._coverage.leaves_out
        self._expected = assemble_expectations(self._spec, self._reading, self._so_far, request, leaves_out=leaves_out)
        return self._rows.own(source, self._reading.mapper)

    @contextmanager
    def books(self) -> Iterator[None]:
        """Have the job's entry in the ledger, and tell there how the job ends."""
        self._phase(Phase.LOCKS)
        with self._reading.target.contents_at_hand(), self._effect.open_books() as self._books:
            self._so_far.know(settled=self._books.settled)
            with self._failure_noted():
                yield
            self._tally.finish()
            result = stored_result(self._so_far.result, self._columns)
            if self._rows.closes(self._books, counts_kept(self._so_far.result), result):
                self._finish("done", stored_result(self._so_far.result, self._columns))

    @contextmanager
    def gathered(self, source: Source) -> Iterator[Gathered]:
        """Read the whole source; its rows are given up when the job ends, unless somebody took them over."""
        self._phase(Phase.SOURCE)
        with ExitStack() as self._rows_kept:
            mapper, rows = self._reading.mapper, self._rows
            whole = gather(self._spec, source, mapper, rows.limit, cuts_records=rows.cuts_records)
            yield self._rows_kept.enter_context(closing(whole))

    def check(self, gathered: Gathered) -> None:
        """Say whatever can be said against the source before the first write."""
        rows = self._rows.size(gathered)
        self._so_far.count(read=gathered.rows + gathered.filtered, filtered=gathered.filtered)
        self._tally.job_rows = rows
        if not self._spec.lines:  # else all rows of a key are one record
            self._so_far.know(duplicates=gathered.duplicates)
        self._columns = gathered.columns
        for sink in (self._request.rejects, self._request.skipped):
            sink.begin(self._spec.job, gathered.columns)
        self._observer.job_started(self._spec.job, gathered.rows + gathered.filtered)
        self._phase(Phase.CHECKS)
        if self._rows.is_measured:
            check_size(self._spec, rows)
            check_shrinkage(self._spec, self._past, rows)
        self._expected.of_source(gathered)
        self._witness.gathered(gathered.fingerprint, gathered.rows, self._coverage.mark)
        self._books.gathered(gathered.fingerprint, gathered.rows)
        self._so_far.know(before=self._books.before)
        if skipped := sum(chunk.counts.get("skipped", 0) for chunk in self._books.confirmed.values()):
            before = self._books.before["run"]
            self._so_far.note(f"{skipped} rows were skipped before: the folder of run {before} lists them")
        if self._request.booking is not None and self._request.booking.job_part.part != CLOSING:  # the parts said it
            self._coverage.tell(self._so_far.note)
        self._vanishing.begin()

    def supply(self, gathered: Gathered) -> None:
        """Create what lookups do not find and are to create."""
        self._phase(Phase.MISSING)
        if self._request.create_missing is not None:
            supply(self._spec, self._reading, gathered, self._past, self._request.create_missing)
        self._books.supplied()

    def begin(self, gathered: Gathered) -> None:
        """Put together what works on a batch; the books are open."""
        self._phase(Phase.ROWS)
        self._assemble()
        self._reading.lookups.expect(gathered.batch_count - len(self._books.confirmed))
        self._effect.begin(self._coverage, self._so_far.note)

    def batch(self, batch: Batch) -> None:
        """Work on a batch, unless the run that is resumed has confirmed it."""
        number = batch.number
        if confirmed := self._books.confirmed.get(number):
            rejects = list(map(as_rejected, confirmed.rejects))
            self._rejected.note(rejects)
            self._tally.restore(confirmed.counts, rejects)
            self._observer.resumed(self._spec.job, sum(without_lines(confirmed.counts).values()))
            return
        self._request.settler.pause(0)  # whoever directs this process may request its end
        rows = sum(len(record.rows) for record in batch.records) + len(batch.rejects)
        progress = BatchProgress(number, rows=rows)
        self._observer.batch_started(self._spec.job, number, rows)
        try:
            self._tally.rejected(progress, batch.rejects)
            self._rounds.first(batch.records, progress, number)
        finally:
            self._observer.batch_ended(self._spec.job, number)

    def end_rounds(self, gathered: Gathered) -> None:
        """Write what was refused or waited for others, now that all rows were looked at."""
        lanes = self._spec.load.concurrency
        self._phase(Phase.AGAIN)
        self._so_far.add(notes=tuple(gathered.warnings()))
        self._rounds.end_first(lanes)
        self._so_far.know(held_back=self._rows.last_pass(self._rounds, lanes))
        if takes_lines_away(self._spec.lines.values()):
            self._so_far.add(notes=tuple(self._spared_lines()))
        self._breaker.check()

    def carry_on(self, gathered: Gathered) -> None:
        """Carry out the steps of the job on the records that it wrote, or list them."""
        self._phase(Phase.STEPS)
        try:
            self._after.run(gathered, self._spec.load.concurrency)
        finally:
            self._so_far.know(steps=self._after.results())
        self._so_far.add(notes=tuple(self._after.notes()))

    def look_again(self, gathered: Gathered) -> None:
        """Look once more at records that may not be as their rows want; then report what Odoo does not keep."""
        self._phase(Phase.LOOK)
        self._effect.follow_up(lambda: self._look_again(gathered))
        self._after.conclude()

    def end_writing(self, gathered: Gathered) -> None:
        """Work on what vanished; then note when Odoo wrote what was written."""
        self._phase(Phase.VANISHED)
        self._vanishing.conclude(gathered, self._rejected, self._effect.remover(self._writing))
        if self._request.planned is not None:
            for kind, names in self._vanishing.listed.items():
                self._witness.removals(kind, names)
        self._may_confirm = self._effect.end(self._writing, self._reading, self._vanishing) and self._rows.is_whole

    def expect(self, gathered: Gathered) -> None:
        """Hold Odoo against what the job expects of it, now that all is written."""
        self._phase(Phase.EXPECTATIONS)
        self._expected.of_odoo(gathered, self._rejected)

    def tell_success(self, gathered: Gathered) -> None:
        """List the rows that landed, where somebody asks for them."""
        keep, booking = self._request.keep_success, self._request.booking
        if keep is None or booking is None or self._past is None:
            return
        spec, reading = self._spec, self._reading
        written = self._past.written(booking.job_part.group)
        rows = SuccessRows(spec, reading.lookups, reading.finder, self._rejected, written)
        self._so_far.know(success_file=keep(spec.job, rows.names, rows.of(gathered)))
        if rows.lost:
            lost = "1 row: its record is" if rows.lost == 1 else f"{rows.lost:,} rows: their records are"
            self._so_far.note(f"the success file lacks {lost} not found by the key any more")

    def end(self, gathered: Gathered) -> None:
        """Every row has its outcome: the next run may begin behind these rows."""
        if self._may_confirm:
            self._coverage.confirm(gathered, self._rejected)

    def hand_over(self, gathered: Gathered) -> None:
        """Leave the rows to the run, if it wants them: it closes them."""
        if others := self._request.neighbours:
            others.keep(gathered, self._rejected, self._ties(others))
            self._rows_kept.pop_all()

    @contextmanager
    def _failure_noted(self) -> Iterator[None]:
        try:
            yield
        except OdooEtlError:
            self._finish("failed")
            raise
        except BaseException:
            self._finish("interrupted")
            raise
        finally:
            self._so_far.know(vanished=self._vanishing.vanished, discrepancies=self._values.found)

    def _finish(self, status: str, result: Mapping[str, Any] | None = None) -> None:
        self._refused.give_up(self._refused.batches())  # when something ended the job before their second try
        self._tally.finish()
        self._tally.ended(self._recorder.unanswered if self._recorder else 0)
        self._so_far.know(wrote=self._recorder is not None and self._recorder.landed)
        self._books.journal.finish(status, counts_kept(self._so_far.result), result)

    def _assemble(self) -> None:
        spec, reading, request = self._spec, self._reading, self._request
        reading.source_ids.begin(self._columns)
        writing = assemble_writing(spec, reading, self._books, request.settler, self._tally)
        self._writing = witnessed(writing, self._witness, reading, request.settler)
        self._recorder = self._writing.recorder
        memory, self._second = assemble_read_back(
            spec, reading, self._past, self._values, self._writing, resumed=bool(self._books.confirmed)
        )
        verdicts = Verdicts(self._books, self._tally, self._rejected)
        around = Around(self._writing, self._second, verdicts, self._books.confirmed.keys(), self._witness)
        self._after = assemble_steps(spec, reading, self._past, request, around)
        self._so_far.add(settled=self._after.settled)
        carry_out = self._after.noting(self._effect.carry_out(reading, self._writing))
        self._sync = Sync(
            reading,
            memory.before(of_own_making(carry_out)) if request.once else carry_out,
            self._tally,
            self._vanishing,
            memory=memory,
            after=noting_ids(reading.source_ids, self._after.hearing(self._effect.after(self._second))),
            attempts=spec.load.retry.attempts,
            refused=self._refused,
            begun=begun_records(spec, reading, self._past, self._so_far.note),
            foreseen=self._effect.foreseen(reading),
            bonds=Groups(spec.load.together, reading.planner) if spec.load.together else UNBOUND,
            witness=self._witness,
        )
        self._rounds = Rounds(
            spec, self._sync, reading.fields, self._refused, self._tally, self._breaker, self._confirm
        )

    def _phase(self, phase: Phase) -> None:
        self._observer.phase(self._spec.job, phase)

    def _confirm(self, number: int, progress: BatchProgress) -> None:
        """Note that every row of the batch has its outcome."""
        self._books.journal.confirmed(number, progress.kept(), [asdict(row) for row in progress.rejects])
        self._rejected.note(progress.rejects)
        self._rejected.note_skipped(progress.skipped)
        self._tally.check_rejects()

    def _look_again(self, gathered: Gathered) -> None:
        lanes, once = self._spec.load.concurrency, self._request.once
        look_again(self._second, gathered, self._rejected, self._sync.differing, lanes, refused_too=once)
        if lost := len(self._sync.incomparable):
            self._so_far.note(
                f"{lost} rows could not be compared once more with what Odoo keeps: since they landed, their record or"
                " one that they look up has gone or has got a double. Run the job again: it says which rows"
            )

    def _spared_lines(self) -> Iterator[str]:
        """Say where lines stay that the rows lack."""
        if self._rows.cuts_records and not self._request.once:
            yield "no line was removed or archived: the rows may be some of their records' only"
        if self._sync.leaves_alone:
            yield "no line was removed or archived of records some of whose rows were left alone (`skip_row`)"

    def _ties(self, others: Neighbours) -> Ties:
        model, reading = self._spec.target.model, self._reading
        return ties_of(model, reading.fields, reading.schema, others.models, kin=others.are_kin)
