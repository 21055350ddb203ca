"""A job on partners whose step `confirm` colours them, and `post` leaves a message that does not show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from odoo_etl.errors import Refused
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import JobSpec
from odoo_etl.sync import AllRows, Extent, JobRequest, run_job
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from tests.builders import PATIENT, Heard, ListSource
from tests.memory_odoo import MemoryOdoo

CONFIRM = {"call": "confirm", "where": [["color", "=", 0]]}
POST = {"call": "post", "kwargs": {"body": "loaded"}, "size": 1}


@dataclass
class Stepped:
    """An Odoo with those methods, and runs of the job against a ledger."""

    ledger: Any
    odoo: MemoryOdoo = field(default_factory=MemoryOdoo)
    posted: list[int] = field(default_factory=list)
    confirmed: list[list[int]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    heard: Heard = field(default_factory=Heard)
    runs: int = 0

    def __post_init__(self) -> None:
        self.odoo.methods = {"confirm": self._confirm, "post": self._post}

    def _confirm(self, records: dict[int, dict[str, Any]]) -> bool:
        for one in records.values():
            if one["ref"] in self.refuses:
                raise Refused(f"{one['ref']} has no lines", name="odoo.exceptions.UserError")
            one.update(color=1, date="2026-01-01")
        self.confirmed.append(list(records))
        return True

    def _post(self, records: dict[int, dict[str, Any]], body: str) -> list[int]:
        assert (len(records), body) == (1, "loaded")
        self.posted += records
        return [len(self.posted)]

    def spec(self, *after: dict[str, Any], fields: Sequence[str] = ("ref", "name"), **target: Any) -> JobSpec:
        """The job with these steps."""
        return JobSpec.model_validate(
            {
                "version": 1,
                "job": "partners",
                "source": {"type": "csv", "path": "rows.csv"},
                "target": {"model": "res.partner", "key": "ref", **target},
                "fields": {name: name for name in fields},
                "after": list(after),
            }
        )

    def run(self, spec: JobSpec, *rows: Sequence[Any], extent: Extent | None = None, **booked: Any) -> JobResult:
        """The result of one more run of the job, which is in the ledger as r1, r2, ..."""
        self.runs, self.heard = self.runs + 1, Heard()
        name, so_far = f"r{self.runs}", JobSoFar.begun(spec.job, spec.target.model)
        self.ledger.start_run(name, "run")
        booking = Booking(self.ledger, name, "db", PATIENT, lambda _: None, **booked)
        source = ListSource(list(spec.fields), rows)
        request = JobRequest(None, booking, extent or AllRows(source), PATIENT, rejects=self.heard)
        result = run_job(spec, self.odoo, self.heard, so_far, request)
        counts = result.counts
        assert counts.read == counts.accounted, counts
        return result

    def plan(self, spec: JobSpec, *rows: Sequence[Any]) -> JobResult:
        """The result of a plan."""
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        booking = Booking(self.ledger, "plan", "db", PATIENT, lambda _: None)
        source = ListSource(list(spec.fields), rows)
        request = JobRequest(Planned([spec], 10), booking, AllRows(source), PATIENT, rejects=Heard())
        return run_job(spec, self.odoo, Heard(), so_far, request)

    def colors(self) -> dict[str, int]:
        """Of each partner, by `ref`."""
        return {one["ref"]: one.get("color", 0) for one in self.odoo.records.get("res.partner", {}).values()}


@pytest.fixture
def stepped(ledger: Any) -> Stepped:
    """A world with a ledger of its own."""
    return Stepped(ledger)


Run = Callable[..., JobResult]
