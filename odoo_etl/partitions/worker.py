"""One part of a job in a process of its own: what it is given, what it does, what it gives back. All can be pickled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from odoo_etl.connections import open_client, retry_policy
from odoo_etl.errors import Interrupted, OdooEtlError
from odoo_etl.gc_pauses import seldom_collected
from odoo_etl.observers import Several
from odoo_etl.odoo import OdooClient
from odoo_etl.partitions.news import PartReporter, Tell
from odoo_etl.partitions.traced import PartTraced
from odoo_etl.results import Destination, JobResult, RejectedRow
from odoo_etl.so_far import JobSoFar, JobsSoFar
from odoo_etl.sources import Source
from odoo_etl.spec import ConnectionSpec, JobSpec, SecretUrl
from odoo_etl.state import JobEntry, JobPart, open_ledger
from odoo_etl.stop import Stop
from odoo_etl.sync import JobRequest, RowsOfWorker, assemble_reading, run_job, supplied
from odoo_etl.sync.session import Booking
from odoo_etl.sync.staging import Part, PartRows, Piece, Scattered, scatter
from odoo_etl.sync.writing import Settler
from odoo_etl.watching import CallsOf


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """Where and for whom the parts of a job work.

    Attributes:
        connection: with the address and the login in use.
        state_url: the ledger, which all parts share.
        state_dir: for the files by which processes of one machine know each other to be alive.
        run_id: of the run whose parts they are.
        destination: the same as the run has it.
        trace: the span that those of the parts are below; "" where nobody wants spans.
    """

    spec: JobSpec
    connection: ConnectionSpec
    state_url: SecretUrl
    state_dir: Path
    run_id: str
    destination: Destination | None = None
    trace: str = ""


@dataclass(frozen=True, slots=True)
class PartTask:
    """One part to work on.

    Attributes:
        columns, offsets: of the pieces, as in `PartRows`.
        job_rows: how many rows the whole job has.
        resumed: the part's entry in the run that is to go on, or None.
        full_refresh: try again what Odoo did not keep.
    """

    setup: WorkerSetup
    part: Part
    columns: Sequence[str]
    offsets: Sequence[int]
    job_rows: int
    resumed: JobEntry | None = None
    full_refresh: bool = False


@dataclass(frozen=True, slots=True)
class PartResult:
    """The result of a part.

    Attributes:
        rejects: its rejected rows, which have no file yet.
        skipped: the first of its skipped rows, likewise.
        supplies: the results of jobs that created what its lookups did not find.
    """

    part: Part
    result: JobResult
    rejects: Sequence[RejectedRow] = ()
    skipped: Sequence[RejectedRow] = ()
    supplies: Sequence[JobResult] = ()


class PartRejects:
    """A sink of a part: its rows go into the result, since who directs the parts has the file."""

    def __init__(self) -> None:
        self.kept: list[RejectedRow] = []

    def begin(self, job: str, columns: list[str]) -> None:
        """Who directs the parts knows the columns."""

    def keep(self, _job: str, row: RejectedRow) -> None:
        """Bring the row to who directs the parts, when this one ends."""
        self.kept.append(row)

    def end(self, _job: str) -> str:
        """The rows have no file yet."""
        return ""


@seldom_collected()
def scatter_range(setup: WorkerSetup, source: Source, of: int, spool: Path | None, stop: Stop) -> Scattered:
    """Read a range of the source and cut it into parts; see `partition.scatter`."""
    with _client(setup, stop, of) as client:
        mapper = assemble_reading(setup.spec, client, None).mapper
        return scatter(source, mapper, of, setup.spec.load.chunk_size, spool, lambda: stop.pause(0))


@seldom_collected()
def run_part(task: PartTask, pieces: Sequence[Piece], stop: Stop, tell: Tell | None = None) -> PartResult:
    """Work on a part; every way out but the end of the process is told in what it returns.

    Args:
        tell: sends news of how far it is.
    """
    setup, spec, there = task.setup, task.setup.spec, task.setup.destination
    so_far, supplies = JobSoFar.begun(spec.job, spec.target.model, str(task.part)), JobsSoFar()
    reporter = PartReporter(so_far, tell)
    traced = PartTraced(setup.trace, str(task.part))
    observer = Several(reporter, *traced.observers)
    settler = Settler(stop.pause, spec.load.settle, tell=partial(observer.waiting, spec.job))
    rejects, skipped = PartRejects(), PartRejects()
    with (
        closing(reporter),
        closing(traced),
        _ending_noted(so_far),
        open_ledger(setup.state_url.get_secret_value(), setup.state_dir) as ledger,
        _client(setup, stop, task.part.of, CallsOf(observer, spec.job)) as client,
    ):
        booking = Booking(
            ledger=ledger,
            run_id=setup.run_id,
            database=client.db,
            settler=settler,
            note=lambda text: observer.note(spec.job, text),
            resumed=task.resumed,
            job_part=JobPart(setup.run_id, str(task.part)),
            full_refresh=task.full_refresh,
            destination=(lambda: there) if there else None,
        )
        source = PartRows(task.columns, pieces, task.offsets)
        rows = RowsOfWorker(source, task.job_rows)
        request = JobRequest(booking=booking, rows=rows, settler=settler, rejects=rejects, skipped=skipped)
        if spec.creating:
            request = supplied(spec.job, client, observer, supplies.begin, request)
        run_job(spec, client, observer, so_far, request)
    made = [replace(one, part=str(task.part)) for one in supplies.results()]
    return PartResult(task.part, so_far.result, rejects.kept, skipped.kept, made)


def _client(
    setup: WorkerSetup, stop: Stop, of: int, calls: CallsOf | None = None
) -> AbstractContextManager[OdooClient]:
    """A client for one of so many processes, which share the connection's limits."""
    return open_client(
        setup.connection,
        setup.state_dir,
        pool_size=setup.spec.load.concurrency,
        retry=retry_policy(setup.spec.load.retry),
        sleep=stop.pause,
        share=1 / of,
        on_retry=calls.retried if calls else None,
        watch=calls,
    )


@contextmanager
def _ending_noted(so_far: JobSoFar) -> Iterator[None]:
    """Tell in the result what ends the work, also before it has begun."""
    try:
        yield
    except (OdooEtlError, Interrupted) as error:
        so_far.fail(error)
