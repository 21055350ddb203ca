"""One job from its source to Odoo: the whole way of the data on one screen.

    rows ─► records ─► lookups ⇒ ids ─► held ⇒ plan ⇒ outcomes ─► counts and rejects
            gather     resolve          resolve       writer      tally

⇒ marks what talks to Odoo. `plan` takes the same way and leaves the last step out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.loading.gather import Batch, Gathered
from odoo_etl.loading.lanes import run_lanes
from odoo_etl.loading.planned import Planned
from odoo_etl.loading.ports import Odoo
from odoo_etl.loading.resolve import Holdings, Lookups
from odoo_etl.loading.schema import Schema
from odoo_etl.loading.tally import Tally
from odoo_etl.loading.writer import Outcome, Writer, refusal
from odoo_etl.mapping import Mapper, Record, TargetField
from odoo_etl.planning import Planner
from odoo_etl.results import JobResult, Observer
from odoo_etl.sources import Source, open_source
from odoo_etl.spec import JobSpec

# Reads see archived records; writes send no mails, follow nothing and log no changes (odoo.md, side effects).
CONTEXT = {
    "active_test": False,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "no_reset_password": True,
}


def run_job(  # noqa: PLR0913 - the parts of a run, put together in `schedule`
    spec: JobSpec,
    client: Odoo,
    observer: Observer,
    result: JobResult,
    planned: Planned | None = None,
    *,
    source: Source | None = None,
) -> None:
    """Run a job, or with `planned` only plan it. Every way out, errors included, is told in `result`.

    Args:
        source: gives the rows in place of the source that the job names.
    """
    started = time.monotonic()
    before = Counter(client.calls)
    try:
        _JobRun(spec, client, observer, result, planned).run(source or open_source(spec.source))
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

    def __init__(
        self, spec: JobSpec, client: Odoo, observer: Observer, result: JobResult, planned: Planned | None
    ) -> None:
        self._spec, self._client, self._observer, self._planned = spec, client, observer, planned
        self._result = result
        self._tally = Tally(spec, result, observer, planned.shown if planned else 0)

    def run(self, source: Source) -> None:
        """Gather the records, then work on them in lanes."""
        spec = self._spec
        source.columns()  # a source that cannot be read is found before anything is asked of Odoo
        self._get_ready()
        gathered = Gathered(spec, source, self._mapper)
        try:
            self._result.counts.read = gathered.rows
            self._result.duplicates = gathered.duplicates
            self._observer.job_started(spec.job, gathered.rows, gathered.columns)
            gathered.check_size()
            run_lanes(gathered.batches(), self._work, spec.load.concurrency)
        finally:
            gathered.close()

    def _get_ready(self) -> None:
        """Learn what must be known of Odoo before the first row."""
        spec, client = self._spec, self._client
        context = {**CONTEXT, **spec.target.context}
        self._result.protocol, self._result.server = client.protocol, client.version().text
        schema = Schema(client, context)
        self._fields = fields = schema.fields(spec.target.model, spec.fields)
        self._mapper = Mapper(spec, fields, schema.find)
        self._planner = Planner(
            spec.target.mode, spec.target.key, fields, spec.target.model, _currency_decimals(client, fields)
        )
        self._lookups = Lookups(client, schema, context, growing=spec.target.model, planned=self._planned)
        self._holdings = Holdings(client, spec.target, self._planner, fields, context)
        self._writer = Writer(client, spec.target.model, context)

    def _work(self, batch: Batch) -> None:
        """What a lane does with a batch."""
        self._tally.rejected(batch.rejects)
        self._sync(batch.records)
        self._tally.progressed()
        self._tally.check_limit()

    def _sync(self, records: list[Record]) -> None:
        """Resolve, plan, write, count."""
        ready, rejects = self._lookups.resolve(records)
        self._tally.rejected(rejects)
        plan = self._planner.plan(ready, self._holdings.of(ready))
        self._tally.rejected(plan.rejects)
        self._tally.check_limit()
        outcome = Outcome(unchanged=plan.unchanged, skipped=plan.skipped)
        try:
            if self._planned is not None:
                self._planned.note(self._spec.target.model, self._fields, plan, outcome, self._tally)
            else:
                self._writer.apply(plan, outcome)
        finally:
            self._tally.count(outcome)
            self._tally.rejected(
                one for record, error in outcome.refused if not record.parts for one in refusal(record, error)
            )
        # One of the rows with the same key is bad: find out which, oldest first.
        for record in [*plan.apart, *(record for record, _ in outcome.refused)]:
            for part in record.parts:
                self._sync([part])


def _currency_decimals(client: Odoo, fields: Mapping[str, TargetField]) -> dict[int, int]:
    """Digits after the point by currency, asked only where an amount of money is mapped."""
    if not any(one.ttype == "monetary" for one in fields.values()):
        return {}
    rows: list[dict[str, Any]] = client.search_read(
        "res.currency", [], ["decimal_places"], context={"active_test": False}
    )
    return {row["id"]: row["decimal_places"] for row in rows}
