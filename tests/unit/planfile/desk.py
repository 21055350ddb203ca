"""A desk where jobs are planned, and plans are carried out, on an Odoo in memory that somebody else may use as well."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odoo_etl.planfile import Comparison, Guard, Keeper, PlanFile, PlanFileMaker
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.state import Ledger
from odoo_etl.sync import UNWITNESSED, AllRows, JobRequest, run_job, supplied
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from tests.builders import PATIENT, Heard
from tests.memory_odoo import MemoryOdoo


@dataclass
class Watched(MemoryOdoo):
    """An Odoo that notes what was written to which partner, once it has landed: (ref, field, value)."""

    landed: list[tuple[Any, str, Any]] = field(default_factory=list)
    replaced: list[tuple[Any, str, Any, Any]] = field(default_factory=list)  # with the value that was there
    meddler: Any = None  # called before each call, with its name and payload

    def _called(self, call, payload, fence=None):
        if self.meddler is not None:
            self.meddler(call, payload)
        super()._called(call, payload, fence)

    def create(self, model, values, **options):
        """Note the new records."""
        ids = super().create(model, values, **options)
        self.landed += [(one.get("ref"), name, value) for one in values for name, value in one.items()]
        return ids

    def web_save_multi(self, model, ids, values_list, **options):
        """Note the changed records."""
        before = self._before(model)
        super().web_save_multi(model, ids, values_list, **options)
        self._note(model, zip(ids, values_list, strict=True), before)

    def write(self, model, ids, values, **options):
        """Note the changed records."""
        before = self._before(model)
        super().write(model, ids, values, **options)
        self._note(model, [(each, values) for each in ids], before)
        return True

    def _before(self, model):
        return {number: dict(one) for number, one in self.records[model].items()}

    def _note(self, model, written, before):
        for number, values in written:
            ref = self.records[model][number].get("ref")
            self.landed += [(ref, name, value) for name, value in values.items()]
            self.replaced += [(ref, name, before[number].get(name), value) for name, value in values.items()]


@dataclass
class Desk:
    """Plans jobs into a file, and carries that out; a job is given as (spec, source)."""

    path: Path
    odoo: Watched = field(default_factory=Watched)
    ledger: Ledger | None = None
    runs: int = 0
    rejected: int = 0

    def plan(self, *jobs):
        """Keep the plan of jobs, as `plan --out` does."""
        maker = PlanFileMaker(self.path)
        results = self._run(jobs, Keeper(maker), planned=True)
        targets = [{"connection": "main", "model": spec.target.model} for spec, _ in jobs]
        maker.finish({"targets": targets})
        return results

    def again(self, *jobs):
        """Plan the jobs again; how that differs from the file."""
        with PlanFile(self.path) as file:
            comparison = Comparison(file)
            self._run(jobs, comparison, planned=True)
            comparison.conclude()
        return comparison

    def apply(self, *jobs, made=None):
        """Run the jobs under the plan, as it is done once it was found to hold."""
        with PlanFile(self.path) as file:
            return self._run(jobs, Guard(file, made and (lambda: made)), planned=False)

    def run(self, *jobs):
        """Run the jobs without a plan."""
        return self._run(jobs, UNWITNESSED, planned=False)

    def ref(self, ref):
        """The partner of that ref."""
        return next(one for one in self.odoo.records["res.partner"].values() if one.get("ref") == ref)

    def _run(self, jobs, witness, *, planned) -> list[JobResult]:
        plans = Planned([spec for spec, _ in jobs], 0) if planned else None
        self.runs += 1
        results = []
        for spec, source in jobs:
            heard, so_far = Heard(), JobSoFar.begun(spec.job, spec.target.model)
            booking = self.ledger and Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None)
            request = JobRequest(plans, booking, AllRows(source), PATIENT, rejects=heard, witness=witness)
            if spec.creating:
                request = supplied(spec.job, self.odoo, heard, JobSoFar.begun, request)
            results.append(run_job(spec, self.odoo, heard, so_far, request))
            if results[-1].exit_code:
                break
        return results
