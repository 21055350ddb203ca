"""A job divided among several processes: who directs them is this one.

    ranges ─► pieces of parts ─► parts side by side ═╪═ what waited for other parts, what vanished, watermarks
    read side by side            `worker.run_part`      barrier       one run over all rows, where it is needed

The ledger decides what may be done twice: a part whose process died is given to another one, which finds there what the
dead one had begun. Fencing keeps whoever comes back from sending anything (`state.locks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing as closing_rows
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import accumulate
from typing import Any, Protocol

from odoo_etl.errors import OdooError, OdooEtlError
from odoo_etl.events import Phase
from odoo_etl.observers import JobObserver
from odoo_etl.partitions.news import PartsProgress, Tell
from odoo_etl.partitions.observers import Closes, EachOnce
from odoo_etl.partitions.sums import judged_again, rejects_of_all, with_part
from odoo_etl.partitions.worker import PartResult, PartTask, WorkerSetup
from odoo_etl.results import Counts, KeepSuccess, RejectedRow, RejectSink
from odoo_etl.so_far import JobSoFar, JobsSoFar
from odoo_etl.sources import Divisible, Source, told_remarks
from odoo_etl.spec import ExpectSpec, Job, JobSpec
from odoo_etl.state import CLOSING, JobEntry, JobPart
from odoo_etl.sync import (
    JobRequest,
    NoSink,
    Reading,
    assemble_expectations,
    assemble_reading,
    ending_recorded,
    in_order,
    run_job,
    server_recorded,
    skipped_recorded,
)
from odoo_etl.sync.counts import check_rejects
from odoo_etl.sync.mirror import check_shrinkage
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.session import Booking, Books, Coverage, Past, counts_kept, covers_rows, open_books, stored_result
from odoo_etl.sync.staging import Gathered, Part, Scattered, check_columns, check_size

COUNT_ROWS = frozenset({"odoo", "sql"})  # sources whose rows have no lines but their numbers
RANGES_A_WORKER = 2  # so that nobody waits long for the slowest


class PartFailed(OdooEtlError):
    """A part ended with an error; the others have done theirs."""


class PartLost(OdooError):
    """The processes that worked on a part ended without a word; `resume` goes on."""


class Executor(Protocol):
    """Where the parts work; `odoo_etl.executors` has them.

    Attributes:
        workers: how many parts work side by side.
    """

    workers: int

    def scatter(self, setup: WorkerSetup, ranges: Sequence[Source], of: int) -> list[tuple[Scattered, list[Any]]]:
        """Read the ranges; for each what it holds, and what stands for its pieces in `run`."""
        ...

    def run(self, tasks: Sequence[tuple[PartTask, list[Any]]], hear: Tell) -> Iterable[PartResult]:
        """Work on parts; results come as they end.

        Args:
            hear: is given the news of the parts meanwhile, from any thread.

        Raises:
            PartLost: a part has lost its process too often.
        """
        ...


def why_whole(spec: JobSpec) -> str:
    """Why a job is done by one process, or ""."""
    if spec.target.mode == "create" and spec.deferred:
        return "mode create with on_missing: defer is done by one process, which knows what it created"
    if spec.deferred_in_lines:
        return "a job whose lines have on_missing: defer is done by one process, which knows what they wait for"
    if not set(spec.load.together) <= set(spec.target.own_key):
        return "groups of load.together by fields that are not in the key are made by one process, which knows all rows"
    if any(one.names_new_records for one in spec.lookups):
        return (
            "a job whose lookups give new records external ids is done by one process, which knows all that cells say"
        )
    return ""


@dataclass(frozen=True, slots=True)
class Division:
    """How a job is to be divided.

    Attributes:
        setup: where the parts work; its connection has the address in use.
        resumed: part to its entry in the run that is to go on.
        rejects: keeps the rejected rows.
        skipped: keeps the first of the skipped rows.
        before, ended: carry out the job's steps before and after its work.
        keep_success: keeps the rows that landed; None where nobody asks for them.
    """

    executor: Executor
    setup: WorkerSetup
    resumed: Mapping[str, JobEntry]
    rejects: RejectSink
    skipped: RejectSink = field(default_factory=NoSink)
    before: Callable[[], object] = lambda: None
    ended: Callable[[Counts], object] = lambda _: None
    keep_success: KeepSuccess | None = None


def run_divided(  # noqa: PLR0913, PLR0917 - what a run of a job needs
    job: Job, client: Odoo, observer: JobObserver, so_far: JobsSoFar, booking: Booking, division: Division
) -> None:
    """Run a job in parts; then, where rows wait for others or something follows from all of them, once over all.

    Every way out, errors included, is told in the results.
    """
    its = so_far.begin(job.name, job.spec.target.model)
    with (
        ending_recorded(client, observer, its),
        rejects_of_all(division.rejects, its, so_far),
        skipped_recorded(division.skipped, its),
    ):
        _Divided(job, client, observer, its, so_far, booking, division).run()


def anything_follows(spec: JobSpec, held_back: int, wrote: int, *, expects: bool = False) -> bool:
    """Whether something is left when all parts of a job are done: steps on its records are, in any case.

    Args:
        held_back: rows that wait for those of other parts.
        wrote: rows that created or updated a record; a relative in another part may have changed with it.
        expects: something is asked that only all rows can answer.
    """
    return bool(
        expects
        or held_back
        or spec.record_steps
        or spec.target.mode == "mirror"
        or covers_rows(spec.source)
        or (wrote and spec.relates_to_itself)
    )


def closing(booking: Booking, rejects: RejectSink, keep_success: KeepSuccess | None) -> JobRequest:
    """The terms of the run over all rows of a job, whose parts have these books."""
    own = replace(booking, job_part=JobPart(booking.job_part.group, CLOSING), resumed=None)
    return JobRequest(booking=own, settler=booking.settler, rejects=rejects, keep_success=keep_success)


def close(spec: JobSpec, client: Odoo, observer: JobObserver, so_far: JobsSoFar, request: JobRequest) -> str:
    """All parts are done: run the job once over all rows; where those that landed are, "" where nobody asked.

    Its calls are told in its own result alone.

    Args:
        request: as `closing` makes it.

    Raises:
        PartFailed: that run failed; what it did is in the last of the results.
    """
    its = so_far.begin(spec.job, spec.target.model, CLOSING)
    result = run_job(spec, client, Closes(observer), its, request)
    client.calls.subtract(result.calls)
    if result.status != "done":
        failed = PartFailed(f"all parts are done, but not what follows from them: {result.error}")
        failed.exit_code = result.exit_code or PartFailed.exit_code
        raise failed
    its.know(success_file="")  # that of the job tells of it
    return result.success_file


class _Divided:
    """One job whose parts run elsewhere."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a run
        self,
        job: Job,
        client: Odoo,
        observer: JobObserver,
        its: JobSoFar,
        so_far: JobsSoFar,
        booking: Booking,
        division: Division,
    ) -> None:
        spec = job.spec
        self._spec, self._client, self._problem = spec, client, job.problem
        self._observer, self._sink, self._skipped = observer, EachOnce(division.rejects), division.skipped
        self._all, self._so_far = so_far, its
        self._booking = replace(booking, job_part=JobPart(booking.run_id))
        self._executor, self._resumed = division.executor, division.resumed
        self._before, self._ended, self._keep_success = division.before, division.ended, division.keep_success
        self._setup = replace(division.setup, spec=_with_fewer_lanes(spec, division.executor.workers))
        note, full_refresh = self._so_far.note, booking.full_refresh
        where, ledger = booking.destination, booking.ledger
        self._past = Past(spec, client, ledger, booking.run_id, booking.database, note, full_refresh, destination=where)
        self._failed: PartFailed | None = None
        self._unheard: set[Part] = set()  # parts that have begun and not ended
        self._not_attempted: int | None = None  # by parts that have ended; None before any has begun
        self._rejects: list[RejectedRow] = []
        self._left_alone: list[RejectedRow] = []

    def run(self) -> None:
        """Scatter the source, then let the parts work."""
        if self._spec.before:
            self._phase(Phase.BEFORE)
        self._before()
        self._phase(Phase.SERVER)
        self._coverage = Coverage(self._spec, self._past)
        source = self._coverage.open()
        columns = check_columns(self._spec, source)
        server_recorded(self._client, self._so_far, self._booking.destination)
        self._setup = replace(self._setup, destination=self._so_far.result.destination)
        reading = assemble_reading(self._spec, self._client, None, problem=self._problem)  # parts know no file
        self._judge_source(reading, source)
        self._phase(Phase.LOCKS)
        with open_books(self._spec, self._client, self._booking, self._past, partial=True) as books:
            self._so_far.know(settled=books.settled)
            try:
                self._run_parts(books, source, columns)
            except BaseException as error:
                self._tell_rejects()
                counts = self._so_far.result.counts
                left = max(0, counts.read - counts.accounted)
                known = left if self._not_attempted is None else min(left, self._not_attempted)
                self._so_far.know(counts=replace(counts, not_attempted=known))
                self._tell_unheard(left - known)
                books.journal.finish("failed" if isinstance(error, OdooEtlError) else "interrupted", self._counts())
                raise
            books.journal.finish("done", self._counts(), stored_result(self._so_far.result, columns))

    def _tell_unheard(self, rows: int) -> None:
        """Say which rows count as failed only since nobody has heard what became of them."""
        unheard = sorted(map(str, self._unheard))
        if rows and unheard:
            parts = f"part {unheard[0]} had" if len(unheard) == 1 else f"parts {', '.join(unheard)} had"
            self._so_far.note(
                f"{parts} not told what became of all rows when the run ended: some of the {rows:,} rows that count as"
                " failed may stand in Odoo; `odoo-etl resume` finds them"
            )

    def _judge_source(self, reading: Reading, source: Source) -> None:
        """Hold the source against what the job expects, before parts of it are written; each part sees a few rows only.

        Raises:
            SafetyLimit: it is not as expected.
        """
        request = JobRequest(booking=self._booking, problem=self._problem, rejects=NoSink())
        leaves_out = self._coverage.leaves_out
        expected = assemble_expectations(self._spec, reading, self._so_far, request, leaves_out=leaves_out)
        if self._spec.expect.reads_source:
            with closing_rows(Gathered(self._spec, source, reading.mapper)) as gathered:
                expected.of_source(gathered)

    def _run_parts(self, books: Books, source: Source, columns: list[str]) -> None:
        of = self._executor.workers
        self._phase(Phase.SOURCE)
        ranges = source.ranges(of * RANGES_A_WORKER) if isinstance(source, Divisible) else [source]
        scattered = self._executor.scatter(self._setup, ranges, of)
        rows = sum(one.rows for one, _ in scattered)
        filtered = sum(one.filtered for one, _ in scattered)
        self._so_far.count(read=rows + filtered, filtered=filtered)
        self._so_far.add(notes=tuple(told_remarks(remark for one, _ in scattered for remark in one.remarks)))
        self._check(books, rows, [one.fingerprint for one, _ in scattered], columns)
        from_one = self._spec.source.type in COUNT_ROWS and len(ranges) > 1  # each range counts them from 1
        lengths = [one.last_line if from_one else 0 for one, _ in scattered]
        offsets = [0, *accumulate(lengths)][: len(lengths)]
        tasks = []
        for number in range(of):
            part = Part(number + 1, of)
            resumed, full_refresh = self._resumed.get(str(part)), self._booking.full_refresh
            task = PartTask(self._setup, part, columns, offsets, rows, resumed, full_refresh)
            self._unheard.add(part)
            tasks.append((task, [pieces[number] for _, pieces in scattered]))
        self._phase(Phase.ROWS)
        self._not_attempted = 0
        progress = PartsProgress(self._spec.job, self._observer, self._so_far.result.counts)
        for done in self._executor.run(tasks, progress.hear):
            progress.ended(str(done.part), done.result.counts)
            self._take(done)
        if self._failed is not None:
            raise self._failed
        result = self._so_far.result
        wrote = result.counts.created + result.counts.updated
        expects = bool(self._spec.expect.odoo) or self._keep_success is not None
        if anything_follows(self._spec, result.held_back, wrote, expects=expects):
            request = closing(self._booking, self._sink, self._keep_success)
            success_file = close(self._spec, self._client, self._observer, self._all, request)
            landed = self._sink.without_kept(self._rejects)
            self._so_far.become(judged_again(result, landed))
            self._so_far.know(success_file=success_file)
            self._rejects.clear()
        if self._spec.last_hooks:
            self._phase(Phase.AFTER)
        self._tell_rejects()
        self._ended(self._so_far.result.counts)

    def _check(self, books: Books, rows: int, fingerprints: Sequence[str], columns: list[str]) -> None:
        """Whatever can be said against the source is said before the first write."""
        self._sink.begin(self._spec.job, columns)
        self._skipped.begin(self._spec.job, columns)
        self._observer.job_started(self._spec.job, self._so_far.result.counts.read)
        self._phase(Phase.CHECKS)
        check_size(self._spec, rows)
        check_shrinkage(self._spec, self._past, rows)
        self._coverage.tell(self._so_far.note)
        self._coverage.begin(self._so_far.note)
        books.gathered(blake2b("".join(fingerprints).encode(), digest_size=16).hexdigest(), rows)

    def _phase(self, phase: Phase) -> None:
        self._observer.phase(self._spec.job, phase)

    def _take(self, done: PartResult) -> None:
        """Add what became of a part to what became of the job."""
        its = done.result
        self._unheard.discard(done.part)
        self._so_far.become(with_part(self._so_far.result, its))
        self._not_attempted = (self._not_attempted or 0) + its.counts.not_attempted
        self._rejects += done.rejects
        self._left_alone += done.skipped
        for result in done.supplies:
            self._all.add(result)
        for name, count in its.calls.items():
            self._client.calls[name] += count
        if its.status != "done" and self._failed is None:
            self._failed = PartFailed(f"part {done.part}: {its.error}")
            self._failed.exit_code = its.exit_code or PartFailed.exit_code
        counts = self._so_far.result.counts
        check_rejects(self._spec, counts.rejected, counts.of_job, "no part was begun after that")

    def _tell_rejects(self) -> None:
        sink = self._sink.again()
        for row in sorted(self._rejects, key=lambda row: (row.file, row.line)):
            sink.keep(self._spec.job, row)
        for row in in_order(self._left_alone):
            self._skipped.keep(self._spec.job, row)
        self._left_alone.clear()

    def _counts(self) -> dict[str, int]:
        return counts_kept(self._so_far.result)


def _with_fewer_lanes(spec: JobSpec, workers: int) -> JobSpec:
    """The job as each of several workers does it: together they have as many lanes as the job says, or one each."""
    lanes = max(1, spec.load.concurrency // workers)
    load = spec.load.model_copy(update={"concurrency": lanes})
    return spec.model_copy(update={"load": load, "expect": ExpectSpec()})  # which is judged over all parts
