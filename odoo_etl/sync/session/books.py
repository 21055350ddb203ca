"""The books of a job's run: its locks, its journal in the ledger, and what earlier runs left there.

Whoever opens them is alone: no other live run has the job, and none creates records of the same model. Calls of runs
that died on the way are settled first, so that nothing which still may land is created a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.events import Wait
from odoo_etl.results import Destination, RejectedRow
from odoo_etl.spec import JobSpec
from odoo_etl.state import ALL, LOCK_POLL_S, ChunkEntry, JobEntry, JobLedger, JobPart, Ledger, Lock
from odoo_etl.sync.existing import find_companies, own_context
from odoo_etl.sync.line_counts import without_lines
from odoo_etl.sync.ports import Journal, NoJournal, Odoo
from odoo_etl.sync.session.history import Past, spec_identity
from odoo_etl.sync.session.open_calls import Recovery
from odoo_etl.sync.session.steps_to_come import waits_for_steps, with_steps_to_come
from odoo_etl.sync.session.watermark import covers_rows
from odoo_etl.sync.writing import Settler

_TUNING: dict[str, Any] = {
    "load": {"call_time", "compare", "retry", "settle", "breaker", "max_rejects"},
    "target": {"vanish": {"max", "max_shrink"}},
    "unit_tests": True,
    "rejects": True,
    "success": True,
}


class CannotResume(UsageError):
    """A run cannot go on where it ended, because something it builds on has changed."""


@dataclass(frozen=True, slots=True)
class Booking:
    """Where a run keeps its books; a plan only looks into them.

    Attributes:
        database: the `db` of the connection.
        resumed: the entry of the run that is to go on, or None.
        job_part: which part of the job the run does; by default all of it.
        full_refresh: read everything, whatever earlier runs have read.
        retried: the run whose rejected rows are fed again, or "".
        again: it is a second look at a job of the run, with which nothing goes on.
        made_for: the job whose lookups lack the records that this one creates; it waits for others that do the same.
        made_in: the part of that job.
        destination: where the run writes, once the server has answered.
    """

    ledger: Ledger
    run_id: str
    database: str
    settler: Settler
    note: Callable[[str], None]
    resumed: JobEntry | None = None
    job_part: JobPart = ALL
    full_refresh: bool = False
    retried: str = ""
    again: bool = False
    made_for: str = ""
    made_in: JobPart = ALL
    destination: Callable[[], Destination] | None = None


@dataclass(slots=True)
class Books:
    """Open books; without a ledger (a plan) nothing is kept.

    Attributes:
        confirmed: chunks that need no work, because the run that is resumed has confirmed them.
        settled: how many calls of earlier runs were settled.
        before: what the run that is resumed had done: its id, the records that it created and updated, and how many
            rows are counted as it left them; empty without one.
    """

    journal: Journal = field(default_factory=NoJournal)
    confirmed: Mapping[int, ChunkEntry] = field(default_factory=dict)
    settled: int = 0
    before: dict[str, Any] = field(default_factory=dict)
    _resumed: JobEntry | None = None
    _entry: JobLedger | None = None
    _all_rows_count: bool = False
    _moving: bool = False
    _supplied: ExitStack = field(default_factory=ExitStack)

    def is_last(self, parts: int, counts: Mapping[str, int], result: Mapping[str, Any]) -> bool:
        """Whether all other parts of the job have ended well; if not, ours has now."""
        return self._entry is None or self._entry.finish_unless_last(parts, counts, result)

    def every_chunk(self) -> dict[int, ChunkEntry]:
        """The finished chunks of the job by now."""
        return {} if self._entry is None else self._entry.confirmed_chunks()

    def supplied(self) -> None:
        """Let others create what lookups of the job lacked: it is there by now."""
        self._supplied.close()

    def gathered(self, source_hash: str, rows: int) -> None:
        """Note what the source holds; a run that goes on needs the same.

        Not of a source that leaves out what was confirmed: it gives other rows once a run has said so, and each of
        those it gives is looked at.

        Raises:
            CannotResume: the source has changed since.
        """
        self.journal.gathered(source_hash, rows)
        if self._resumed is None or self._entry is None:
            return
        if not self._moving and self._resumed.source_hash and self._resumed.source_hash != source_hash:
            raise CannotResume(
                f"the source of job {self._resumed.job} has changed since run {self._resumed.run_id}"
                f" ({self._resumed.rows} rows then, {rows} now), so it cannot go on where it ended;"
                " nothing was written."
                " Start anew with `odoo-etl run`: it finds what is already there"
            )
        if not self._all_rows_count:
            self._entry.copy_confirmed(self._resumed.id)
            for chunk in filter(waits_for_steps, self._entry.confirmed_chunks().values()):
                again = with_steps_to_come(chunk)
                self._entry.confirmed(again.number, again.counts, again.rejects)
            self.confirmed = self._entry.confirmed_chunks()
        self.before["rows"] = sum(sum(without_lines(chunk.counts).values()) for chunk in self.confirmed.values())


@contextmanager
def open_books(spec: JobSpec, client: Odoo, booking: Booking, past: Past, *, partial: bool) -> Iterator[Books]:
    """Take the job's locks, settle what earlier runs left open, and begin its entry.

    Args:
        partial: the rows of the run are no measure for later ones.

    Raises:
        Busy: another live run has the job, or creates records of the same models for too long.
        CannotResume: the job or the database is another one than in the run that is to go on.
        StateError: the ledger cannot be used.
    """
    database = past.database
    job_hash = spec_identity(_essence(spec))
    check_same(spec, booking, database)
    ledger = booking.ledger
    with ExitStack() as stack:
        supplied = stack.enter_context(ExitStack())
        held = _locks(spec, booking, database, stack, supplied)
        recovery = Recovery(client, ledger, booking.settler, booking.note)
        settled = recovery.settle(
            spec.job, spec.target.model, database, creates=bool(spec.creates), job_part=booking.job_part
        )
        details = {**_details(spec, client, booking), "partial": partial}
        before = _done_before(booking)
        entry = ledger.start_job(
            booking.run_id,
            spec.job,
            spec.target.model,
            database,
            job_hash,
            details,
            job_part=booking.job_part,
            held=held,
        )
        all_rows_count = booking.resumed is not None and _all_rows_count(spec, past)
        moving = covers_rows(spec.source)
        yield Books(entry, {}, settled, before, booking.resumed, entry, all_rows_count, moving, supplied)


def _locks(spec: JobSpec, booking: Booking, database: str, stack: ExitStack, supplied: ExitStack) -> list[Lock]:
    """Take the lock of the job, then those for creating records; those without which it can write nothing.

    All that the job and its lookups need are taken together, in one order for all jobs: of two that create records for
    one another, none then has what the other waits for.

    Args:
        stack: holds them, but for those that only lookups need, which `supplied` holds.
    """

    def take(resource: str, job_part: JobPart, holder: ExitStack = stack, **how: Any) -> Lock:
        lock = holder.enter_context(booking.ledger.lock(resource, database, booking.run_id, job_part=job_part, **how))
        if lock.taken_over:
            booking.note(lock.taken_over)
        return lock

    waiting: dict[str, Any] = {"on_wait": partial(_tell, booking.settler), "wait": booking.settler.pause}
    held = [take(f"job:{spec.job}", booking.job_part, **(waiting if booking.made_for else {}))]
    if booking.made_for:
        model, part = spec.target.model, _of_job(booking.made_for, booking.made_in)
        lent = booking.ledger.held(_creating(model), database, booking.run_id, part)
        return [*held, lent, take(f"supply:{model}", ALL, **waiting)]  # parts of that job share what it lends
    part = _of_job(spec.job, booking.job_part)
    for model in sorted(spec.creates | spec.supplied):
        lock = take(_creating(model), part, stack if model in spec.creates else supplied, **waiting)
        held += [lock] if model in spec.creates else []
    return held


def _tell(settler: Settler, text: str) -> None:
    settler.tell(Wait("lock", text, LOCK_POLL_S))


def _creating(model: str) -> str:
    return f"create:{model}"


def _details(spec: JobSpec, client: Odoo, booking: Booking) -> dict[str, Any]:
    """The facts of a job's run that later runs, and undo, need to know."""
    target = spec.target
    return {
        "connection": target.connection,
        "key": list(target.key),
        "key_domain": target.key_domain,
        **({"ignore_case": True} if target.ignore_case else {}),
        "context": own_context(spec, find_companies(spec, client)) if target.company else target.context,
        "mode": target.mode,
        **({"again": True} if booking.again else {}),
        **({"made_for": booking.made_for} if booking.made_for else {}),
        **({"destination": asdict(booking.destination())} if booking.destination else {}),
    }


def _of_job(job: str, job_part: JobPart) -> JobPart:
    """A part that only parts of the same job have: groups of different jobs may be known by the same."""
    return job_part if job_part == ALL else replace(job_part, group=f"{job} {job_part.group}")


def _all_rows_count(spec: JobSpec, past: Past) -> bool:
    """Whether something follows from rows that are absent, rejected or back, so that a resumed run looks at each."""
    return spec.target.mode == "mirror" or covers_rows(spec.source) or bool(past.archived())


def _done_before(booking: Booking) -> dict[str, Any]:
    resumed = booking.resumed
    return {"run": resumed.run_id, **asdict(booking.ledger.lineage.done_before(resumed)), "rows": 0} if resumed else {}


def check_same(spec: JobSpec, booking: Booking, database: str) -> None:
    """Refuse to build on an earlier run of a job that is another one by now.

    Raises:
        CannotResume: the job, its database or the records are not as that run left them.
    """
    resumed = booking.resumed
    if resumed is None:
        return
    changed, before = "", booking.ledger.database_of(resumed.id)
    if before != database:
        changed = f"was written to another database ({before}, now {database})"
    elif resumed.spec_hash != spec_identity(_essence(spec)):
        changed = "has another job file now"
    elif later := booking.ledger.lineage.written_after(resumed, booking.run_id).run_id:
        changed = f"was followed by run {later}, which wrote to the same records"
    if changed:
        raise CannotResume(
            f"job {spec.job} of run {resumed.run_id} {changed}, so it cannot go on where it ended; nothing was written."
            " Start anew with `odoo-etl run`: it finds what is already there"
        )


def _essence(spec: JobSpec) -> str:
    """The settings that decide about batches and values; no secrets, nor what only tunes the work or ends it early."""
    parts = spec.model_dump(mode="json", exclude=_TUNING)
    return repr(sorted(parts.items()))


def as_rejected(entry: Mapping[str, Any]) -> RejectedRow:
    """A rejected row as the journal kept it."""
    flaws = tuple([(field, code, reason) for field, code, reason in entry.get("flaws", ())])
    return RejectedRow(**{**entry, "cells": tuple(entry["cells"]), "flaws": flaws})


def history_of(spec: JobSpec, client: Odoo, booking: Booking | None, note: Callable[[str], object]) -> Past | None:
    """Open the ledger's pages on a job; None where no ledger is kept."""
    if booking is None:
        return None
    asked = (booking.full_refresh, booking.retried, booking.made_for, booking.destination)
    return Past(spec, client, booking.ledger, booking.run_id, booking.database, note, *asked)
