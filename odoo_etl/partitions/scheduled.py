"""One part of each job, while other processes do the others: any scheduler starts them, they share only the ledger.

part 1/3   run ──────────╪═ next job
part 2/3   run ─ wait ...╪═ next job
part 3/3   run ─ close ══╪═ next job       the last one closes: what waited for other parts, what vanished
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace

from odoo_etl.errors import OdooEtlError
from odoo_etl.events import Wait
from odoo_etl.observers import JobObserver
from odoo_etl.partitions.director import PartFailed, anything_follows, close, closing, why_whole
from odoo_etl.partitions.observers import EachOnce, GoesOn
from odoo_etl.partitions.sums import rejects_of_all
from odoo_etl.results import Counts, KeepSuccess, RejectSink
from odoo_etl.so_far import INTERRUPTED, JobSoFar, JobsSoFar
from odoo_etl.spec import FileKeys, Job, JobSpec
from odoo_etl.state import JobPart
from odoo_etl.stop import Stop
from odoo_etl.sync import JobRequest, RowsOfPart, ending_recorded, run_job, supplied
from odoo_etl.sync.counts import check_rejects
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.session import Booking, known_database
from odoo_etl.sync.staging import Part

POLL_S = 1.0


class PartsMissing(OdooEtlError):
    """Other parts of a job that ours depends on are not done."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The last that is done for a job, when all of its parts are done.

    Attributes:
        ended: carries out the steps after the job's work.
        keep_success: keeps the rows that landed; None where nobody asks for them.
    """

    ended: Callable[[Counts], object] = lambda _: None
    keep_success: KeepSuccess | None = None


class ScheduledParts:
    """Does one part of each job of a run.

    Args:
        sinks: keep the rejected rows, and the first of the skipped ones.

    Attributes:
        groups: job to its database and what its parts are known by, for jobs whose part is done or on its way.
    """

    def __init__(
        self,
        part: Part,
        observer: JobObserver,
        sinks: tuple[RejectSink, RejectSink],
        so_far: JobsSoFar,
        stop: Stop,
    ) -> None:
        self._part, self._observer, self._so_far, self._stop = part, observer, so_far, stop
        self._rejects, self._skipped = sinks
        self.groups: dict[str, tuple[str, str]] = {}

    def run(self, job: Job, client: Odoo, booking: Booking, depends_on: Collection[str], ending: Ending) -> None:
        """Do our part of a job, once all parts of the jobs before it are done.

        Args:
            ending: what whoever is the last does.
        """
        spec = job.spec
        so_far = self._so_far.begin(spec.job, spec.target.model, str(self._part))
        try:
            with rejects_of_all(self._rejects, so_far, self._so_far):
                with ending_recorded(client, GoesOn(self._observer), so_far):
                    database = known_database(
                        client, booking.database, booking.ledger, so_far.note, booking.destination
                    )
                    job_part = self._join(spec, database, booking, depends_on)
                if so_far.result.status == "done":
                    so_far.know(status="failed", error=INTERRUPTED)  # unless its work tells of another end
                    self._work(job, client, replace(booking, job_part=job_part), so_far, ending)
        finally:
            self._observer.job_finished(so_far.result)

    def _join(self, spec: JobSpec, database: str, booking: Booking, depends_on: Collection[str]) -> JobPart:
        """Our part, once all parts of the jobs before are done."""
        if why := why_whole(spec):
            raise PartFailed(f"job {spec.job} cannot be divided: {why}; run it without --partition")
        if any(isinstance(one, FileKeys) and one.is_stdin for one in spec.every_source):
            raise PartFailed(
                f"job {spec.job} reads the standard input, which comes to one process: write it to a file that all"
                " parts can read, or run the job with --workers"
            )
        if spec.before:
            raise PartFailed(
                f"job {spec.job}: nobody knows which part comes first, so its `before` cannot be done once; let the"
                " scheduler do it before it starts the parts"
            )
        self._wait_for(depends_on, spec, booking)
        group = booking.ledger.group_of(spec.job, database, str(self._part), self._part.of)
        self.groups[spec.job] = (database, group)
        return JobPart(group, str(self._part))

    def _work(self, job: Job, client: Odoo, shared: Booking, so_far: JobSoFar, ending: Ending) -> None:
        """Do our part, and what is left if it is the last."""
        spec, ledger = job.spec, shared.ledger
        database, group = self.groups[spec.job]
        rejects = EachOnce(self._rejects)

        def last(held_back: int) -> None:
            others = [one for part, one in ledger.parts(spec.job, database, group).items() if part != str(self._part)]
            theirs = {kind: sum(one.counts.get(kind, 0) for one in others) for kind in asdict(Counts())}
            counts = so_far.result.counts.plus(**theirs)
            check_rejects(spec, counts.rejected, counts.of_job, "nothing was done that follows from all parts")
            held_back += sum(entry.counts.get("held_back", 0) for entry in others)
            expects = bool(spec.expect) or ending.keep_success is not None
            if anything_follows(spec, held_back, counts.created + counts.updated, expects=expects):
                request = closing(shared, rejects.again(), ending.keep_success)
                so_far.know(success_file=close(spec, client, self._observer, self._so_far, request))
            ending.ended(counts)

        rows = RowsOfPart(self._part, last)
        request = JobRequest(booking=shared, rows=rows, settler=shared.settler, rejects=rejects)
        request = replace(request, problem=job.problem, skipped=self._skipped)
        if spec.creating:
            request = supplied(spec.job, client, self._observer, self._so_far.begin, request)
        result = run_job(spec, client, GoesOn(self._observer), so_far, request)
        if result.status == "done" and (missing := ", ".join(self._missing(spec.job, shared))):
            so_far.note(
                f"not done yet, or not in the ledger that this part uses: {missing}; whichever part is the last one"
                " sees to what waits for others and to what vanished"
            )

    def _wait_for(self, jobs: Collection[str], spec: JobSpec, booking: Booking) -> None:
        """Wait until all parts of these jobs are done, as far as our run has them.

        Raises:
            PartsMissing: they are not, for as long as `load.retry.deadline`.
        """
        left_s = spec.load.retry.deadline
        while missing := [text for job in jobs for text in self._missing(job, booking)]:
            if left_s <= 0:
                raise PartsMissing(
                    f"job {spec.job} waits for {', '.join(missing)}: start those parts, too, then run this one again"
                )
            booking.settler.tell(Wait("parts", f"waiting for {', '.join(missing)}", POLL_S))
            self._stop.pause(POLL_S)
            left_s -= POLL_S

    def _missing(self, job: str, booking: Booking) -> Iterator[str]:
        if job in self.groups:
            parts = booking.ledger.parts(job, *self.groups[job])
            for number in range(1, self._part.of + 1):
                part = str(Part(number, self._part.of))
                if part not in parts or parts[part].status != "done":
                    yield f"part {part} of {job}"
