"""The rows of a job that an earlier run had done, read again for the second look that it still owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from odoo_etl.runs.jobs.done_before import DoneJob
from odoo_etl.runs.jobs.revisits import LandedRows
from odoo_etl.sources import Chunk
from odoo_etl.spec import Job
from odoo_etl.sync import assemble_reading
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.read_back import Ties, ties_of
from odoo_etl.sync.session import Booking, CannotResume, Coverage, RejectedLines, check_same, covers_rows, history_of
from odoo_etl.sync.staging import gather


class ReopenedRows:
    """A source that is opened when it is first asked, and then gives the rows that landed."""

    cursor: str | None = None
    fingerprints: Mapping[str, str] = MappingProxyType({})

    def __init__(self, reopen: Callable[[], LandedRows]) -> None:
        self._reopen = reopen
        self._rows: LandedRows | None = None

    def columns(self) -> list[str]:
        """The columns of the job's source. Raises what `reopen` does."""
        return self._opened().columns()

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The rows in chunks, without those that were rejected."""
        return self._opened().chunks(chunk_rows)

    def close(self) -> None:
        """Give the rows up."""
        if self._rows is not None:
            self._rows.close()

    def _opened(self) -> LandedRows:
        if self._rows is None:
            self._rows = self._reopen()
        return self._rows


def ties_to_others(job: Job, client: Odoo, models: frozenset[str], *, kin: bool) -> Ties:
    """The ties of a job to others, as a run of it would find them; arguments as for `Neighbours`."""
    reading = assemble_reading(job.spec, client, None, problem=job.problem)
    return ties_of(job.spec.target.model, reading.fields, reading.schema, models, kin=kin)


def reopen(job: Job, client: Odoo, booking: Booking | None, done: DoneJob, note: Callable[[str], object]) -> LandedRows:
    """Read the source of a job again, as it was when the job was done.

    Args:
        note: is told what a person should know of the job.

    Raises:
        CannotResume: the job, its source or the records are not as they were.
        SourceError: the source cannot be read.
    """
    spec, entry = job.spec, done.entry
    past = history_of(spec, client, booking, note)
    if booking is not None and past is not None:
        check_same(spec, booking, past.database)
    mapper = assemble_reading(spec, client, None, problem=job.problem).mapper
    gathered = gather(spec, Coverage(spec, past).open(), mapper)
    if entry.source_hash != gathered.fingerprint:
        gathered.close()
        anew = f"odoo-etl run {spec.job}{' --full-refresh' if covers_rows(spec.source) else ''}"
        raise CannotResume(
            f"the source of job {spec.job} gives other rows than in run {entry.run_id} ({entry.rows} then,"
            f" {gathered.rows} now), so what later jobs changed of its records cannot be put right from it: `{anew}`"
            " looks at them all"
        )
    lines = RejectedLines()
    lines.note(done.rejected)
    return LandedRows(gathered, lines)
