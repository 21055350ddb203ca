"""One job from its source to Odoo: the whole way of the data on one screen.

    rows ─► records ─► lookups ⇒ ids ─► held ⇒ plan ⇒ outcomes ─► counts, rejects and journal
            gather     resolve          resolve       writer      tally, books

⇒ marks what talks to Odoo. `plan` takes the same way and leaves the last step out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any

from odoo_etl.errors import OdooEtlError, Refused, TransientError, UnknownOutcome
from odoo_etl.loading.books import Booking, Books, as_rejected, open_books
from odoo_etl.loading.breaker import Breaker
from odoo_etl.loading.coverage import Coverage, RejectedPlaces
from odoo_etl.loading.creates import Creates, Imports, Target
from odoo_etl.loading.gather import Batch, Gathered
from odoo_etl.loading.holdings import ExternalHoldings, Holdings, KeyHoldings
from odoo_etl.loading.lanes import run_lanes
from odoo_etl.loading.mirror import Finders, Mirror, NoMirror, Vanishing
from odoo_etl.loading.outcome import Outcome, refusal
from odoo_etl.loading.past import Past
from odoo_etl.loading.planned import Planned
from odoo_etl.loading.ports import Odoo
from odoo_etl.loading.recorder import Recorder
from odoo_etl.loading.removals import Remover
from odoo_etl.loading.resolve import Lookups
from odoo_etl.loading.schema import Schema
from odoo_etl.loading.settle import Settler
from odoo_etl.loading.tally import Share, Tally
from odoo_etl.loading.writer import Writer
from odoo_etl.mapping import Mapper, Record, TargetField
from odoo_etl.planning import Planner
from odoo_etl.planning.loadable import Loader
from odoo_etl.results import JobResult, Observer
from odoo_etl.sources import Source
from odoo_etl.spec import JobSpec, TargetSpec

# Reads see archived records; writes send no mails, follow nothing and log no changes (odoo.md, side effects).
CONTEXT = {
    "active_test": False,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "no_reset_password": True,
}


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
    """

    planned: Planned | None = None
    booking: Booking | None = None
    source: Source | None = None
    limit: int | None = None
    partial: bool = False
    settler: Settler = field(default_factory=Settler)


def run_job(spec: JobSpec, client: Odoo, observer: Observer, result: JobResult, request: JobRequest) -> None:
    """Run a job, or only plan it. Every way out, errors included, is told in `result`."""
    started = time.monotonic()
    before = Counter(client.calls)
    try:
        _JobRun(spec, client, observer, result, request).run()
    except OdooEtlError as error:
        result.status, result.error, result.exit_code = "failed", str(error), error.exit_code
    except BaseException:
        result.status, result.error = "failed", "interrupted"
        raise
    finally:
        result.counts.failed = max(0, result.counts.read - result.counts.accounted)
        result.calls = dict(sorted((client.calls - before).items()))
        result.elapsed_s = round(time.monotonic() - started, 3)
        observer.job_finished(result)


class _JobRun:
    """The parts of one run of one job."""

    def __init__(self, spec: JobSpec, client: Odoo, observer: Observer, result: JobResult, request: JobRequest) -> None:
        self._spec, self._client, self._observer, self._request = spec, client, observer, request
        self._planned, self._result = request.planned, result
        self._tally = Tally(spec, result, observer, request.planned.shown if request.planned else 0)
        self._breaker = Breaker(spec.load.breaker)
        self._deferred: list[tuple[int, Share]] = []
        self._rejected = RejectedPlaces()
        booking = request.booking
        self._past = Past(spec, client, booking.ledger, booking.run_id, booking.database) if booking else None
        self._coverage = Coverage(spec.source, None if request.source else self._past)

    def run(self) -> None:
        """Read the source, then open the books and load."""
        source = self._request.source or self._coverage.open()
        source.columns()  # a source that cannot be read is found before anything is asked of Odoo
        self._get_ready()
        with self._open_books() as self._books:
            self._result.settled = self._books.settled
            self._prepare_writing()
            try:
                self._gather_and_load(source)
            except OdooEtlError:
                self._finish("failed")
                raise
            except BaseException:
                self._finish("interrupted")
                raise
            self._finish("done")

    def _finish(self, status: str) -> None:
        self._tally.finish()
        self._books.journal.finish(status, asdict(self._result.counts))

    def _gather_and_load(self, source: Source) -> None:
        gathered = Gathered(self._spec, source, self._mapper, self._request.limit)
        try:
            self._load(gathered)
        finally:
            gathered.close()

    def _load(self, gathered: Gathered) -> None:
        """Work on the records in lanes; then on those that waited for others."""
        self._result.counts.read = gathered.rows
        self._result.duplicates = gathered.duplicates
        self._observer.job_started(self._spec.job, gathered.rows, gathered.columns)
        if not self._request.partial:
            gathered.check_size()
        self._books.gathered(gathered.fingerprint, gathered.rows)
        self._vanishing.begin(gathered.rows)
        if self._planned is None:
            self._coverage.begin(self._result.notes.append)
        lanes = self._spec.load.concurrency
        run_lanes(gathered.batches(), self._work, lanes)
        run_lanes(self._deferred, self._work_on_deferred, lanes)
        self._breaker.check()
        self._vanishing.conclude(gathered, self._rejected, self._remover)
        if self._planned is None and self._past:
            self._recorder.stamp(self._client, self._spec.target.model, self._context)
            if not self._request.partial:
                self._coverage.confirm(gathered, self._rejected)

    def _open_books(self) -> AbstractContextManager[Books]:
        booking = self._request.booking
        if booking is None or self._past is None or self._planned is not None:
            return nullcontext(Books())
        return open_books(self._spec, self._client, booking, self._past, partial=self._request.partial)

    def _get_ready(self) -> None:
        """Learn what must be known of Odoo before the first row."""
        spec, client = self._spec, self._client
        self._context = context = {**CONTEXT, **spec.target.context}
        self._result.protocol, self._result.server = client.protocol, client.version().text
        schema = Schema(client, context)
        self._fields = fields = schema.fields(spec.target.model, spec.fields)
        self._mapper = Mapper(spec, fields, schema.find)
        self._planner = Planner(
            spec.target.mode, spec.target.key, fields, spec.target.model, _currency_decimals(client, fields)
        )
        self._lookups = Lookups(client, schema, context, growing=spec.target.model, planned=self._planned)
        self._holdings = self._holdings_of(spec.target)
        self._vanishing = self._vanishing_of(spec, Target(client, spec.target.model, context))

    def _vanishing_of(self, spec: JobSpec, target: Target) -> Vanishing:
        """What looks after records that the source lacks."""
        if spec.target.mode != "mirror" or self._past is None or self._request.partial:
            return NoMirror()
        finders = Finders(self._mapper, self._lookups, self._holdings)
        return Mirror(spec, target, self._past, self._result, finders)

    def _holdings_of(self, target: TargetSpec) -> Holdings:
        """What finds the job's records in Odoo."""
        if target.external_id is None:
            return KeyHoldings(self._client, target, self._planner, self._fields, self._context)
        module = target.external_id.partition(".")[0]
        return ExternalHoldings(self._client, target.model, module, self._fields, self._context)

    def _prepare_writing(self) -> None:
        """Put together what writes, now that the books are open."""
        target = Target(self._client, self._spec.target.model, self._context)
        self._recorder = Recorder(self._books.journal, self._request.settler.pause)
        parts = (target, self._recorder, self._holdings, self._request.settler, self._tally.settled)
        creates = Creates(*parts) if self._spec.target.key else Imports(self._loader(), *parts)
        self._writer = Writer(target, self._recorder, creates)
        self._remover = None
        if self._planned is None:
            self._remover = Remover(target, self._recorder, self._request.settler, self._books.check)

    def _loader(self) -> Loader:
        """What makes rows of `load`; it must know what selections are called."""
        names = [name for name, one in self._fields.items() if one.ttype == "selection"]
        if not names:
            return Loader(self._fields, {})
        answer = self._client.fields_get(self._spec.target.model, names, ["selection"], context=self._context)
        return Loader(self._fields, {name: one.get("selection", ()) for name, one in answer.items()})

    def _work(self, batch: Batch) -> None:
        """What a lane does with a batch; an outage fails the batch, and the job when it goes on."""
        number = batch.number
        if confirmed := self._books.confirmed.get(number):
            self._tally.restore(confirmed.counts, map(as_rejected, confirmed.rejects))
            return
        self._books.check()
        share = Share()
        self._tally.rejected(share, batch.rejects)
        try:
            self._sync(batch.records, share, number)
        except (TransientError, UnknownOutcome) as error:
            self._breaker.failed(error)
            return
        self._breaker.worked()
        if share.deferred:
            self._deferred.append((number, share))
        else:
            self._confirm(number, share)

    def _work_on_deferred(self, item: tuple[int, Share]) -> None:
        """Write what a batch left out because the records it refers to were not there yet."""
        number, share = item
        outcome = Outcome()
        try:
            self._sync([record for record, _ in share.deferred], share, number, second=outcome)
        except (TransientError, UnknownOutcome) as error:
            self._breaker.failed(error)
            return
        self._breaker.worked()
        self._tally.count_deferred(share, outcome)
        self._confirm(number, share)

    def _confirm(self, number: int, share: Share) -> None:
        """Every row of the batch has its outcome."""
        counts = {name: count for name, count in asdict(share.counts).items() if count}
        self._books.journal.confirmed(number, counts, [asdict(row) for row in share.rejects])
        self._rejected.note(share.rejects)
        self._tally.progressed()
        self._tally.check_limit()

    def _sync(self, records: list[Record], share: Share, chunk: int, *, second: Outcome | None = None) -> None:
        """Resolve, plan, write, count; in a second pass the outcome is collected in `second` instead."""
        ready, rejects = self._lookups.resolve(records, last=second is not None)
        self._tally.rejected(share, rejects)
        for _ in range(self._spec.load.retry.attempts):
            ready = self._land(ready, share, chunk, second)
            if not ready:
                return
        raise UnknownOutcome(
            f"{len(ready)} records of {self._spec.target.model} were sent again and again without answer"
        )

    def _land(self, ready: list[Record], share: Share, chunk: int, second: Outcome | None) -> list[Record]:
        """Bring Odoo in step with these records; returns those to try again."""
        found = self._holdings.of(ready)
        self._vanishing.seen(found)
        plan = self._planner.plan(ready, found.held, found.flaws)
        self._tally.rejected(share, plan.rejects)
        self._tally.check_limit()
        outcome = Outcome() if second is None else second
        outcome.unchanged += plan.unchanged
        outcome.skipped += plan.skipped
        apart = list(plan.apart)

        def refuse(record: Record, error: Refused) -> None:
            if record.parts:
                apart.append(record)
                return
            self._tally.rejected(share, refusal(record, error))
            self._tally.check_limit()

        try:
            if self._planned is not None:
                self._planned.note(self._spec.target.model, self._fields, plan, outcome, self._tally)
            else:
                self._writer.apply(plan, chunk, outcome, refuse)
        finally:
            rejects, outcome.rejects = outcome.rejects, []
            self._tally.rejected(share, rejects)
            if second is None:
                self._tally.count(share, outcome)
        # One of the rows with the same key is bad: find out which, oldest first.
        for record in apart:
            for part in record.parts:
                self._sync([part], share, chunk, second=second)
        again, outcome.again = outcome.again, []
        return again


def _currency_decimals(client: Odoo, fields: Mapping[str, TargetField]) -> dict[int, int]:
    """Digits after the point by currency, asked only where an amount of money is mapped."""
    if not any(one.ttype == "monetary" for one in fields.values()):
        return {}
    rows: list[dict[str, Any]] = client.search_read(
        "res.currency", [], ["decimal_places"], context={"active_test": False}
    )
    return {row["id"]: row["decimal_places"] for row in rows}
