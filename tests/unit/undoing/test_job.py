"""The jobs of one run are undone together: what one of them touches of another's records is nobody's change."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Refused
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing.job import UndoRequest, judge_job, undo_job
from tests.builders import PATIENT, Heard, ListSource, job_spec, undone_numbers
from tests.memory_odoo import MemoryOdoo

ORDERS, LINES = "sale.order", "sale.order.line"
ORDER = {"column": "order", "lookup": {"model": ORDERS, "by": "name"}}


class Shop:
    """An Odoo whose orders are touched with their lines, at a new minute for each call; and a ledger."""

    def __init__(self, ledger):
        self.ledger, self.minute, self.refused = ledger, 0, ""
        self.odoo = MemoryOdoo(before=self._before, keeps=self._keeps)

    def run(self, run_id, orders, lines):
        """One run of two jobs."""
        self.ledger.start_run(run_id, "run")
        self._job(run_id, "orders", job_spec({"name": "name"}, model=ORDERS, key="name"), ["name"], orders)
        fields = {"name": "name", "order_id": ORDER, "quantity": "quantity"}
        of_lines = job_spec(fields, model=LINES, key=["order_id", "name"])
        self._job(run_id, "lines", of_lines, ["order", "name", "quantity"], lines)

    def plan_orders(self, run_id, orders):
        """A later run of another job of orders, which gives them dates."""
        self.ledger.start_run(run_id, "run")
        spec = job_spec({"name": "name", "date_planned": "date"}, model=ORDERS, key="name")
        self._job(run_id, "dates", spec, ["name", "date"], orders, made=0)

    def undo(self, run_id, undo_id="u1"):
        """Take it back; what was left alone, and why; a plan had said the same."""
        planned = list(self._undone(run_id, "", shown=1))
        self.ledger.start_run(undo_id, "undo", run_id)
        done = list(self._undone(run_id, undo_id))
        if not self.refused:  # which no plan foresees
            assert list(map(undone_numbers, planned)) == list(map(undone_numbers, done))
        return [f"{each.name}: {each.reason}" for one in done for each in one.undone.left]

    def _undone(self, run_id, undo_id, shown=None):
        entries = self.ledger.jobs(run_id)
        request = UndoRequest(self.ledger, undo_id, "db", PATIENT)
        judged = {one.id: judge_job(one, self.odoo, Heard(), request) for one in entries} if shown is None else {}
        for one in reversed(entries):
            so_far = JobSoFar.begun(one.job, one.model)
            again = UndoRequest(self.ledger, undo_id, "db", PATIENT, shown, judged=judged.get(one.id, {}))
            result = undo_job(one, self.odoo, Heard(), so_far, again)
            assert result.error == ""
            yield result

    def touch(self):
        """Orders are written now."""
        for one in self.odoo.records.get(ORDERS, {}).values():
            one["write_date"] = self._now()

    def _job(self, run_id, name, spec, columns, rows, *, made=None):
        spec = spec.model_copy(update={"job": name})
        so_far = JobSoFar.begun(name, spec.target.model)
        booking = Booking(self.ledger, run_id, "db", PATIENT, lambda _: None)
        result = run_job(
            spec,
            self.odoo,
            Heard(),
            so_far,
            JobRequest(None, booking, AllRows(ListSource(columns, rows)), PATIENT, rejects=Heard()),
        )
        assert (result.error, result.counts.created) == ("", len(rows) if made is None else made)

    def _before(self, method, _):
        self.minute += 1
        if method == self.refused:
            raise Refused("it is confirmed", name="odoo.exceptions.UserError")
        if method == f"{LINES}.unlink":
            self.touch()

    def _keeps(self, model, _values, record, _others):
        record |= {"write_date": self._now(), "display_name": record["name"]}
        if model == LINES:
            self.touch()

    def _now(self):
        return f"2024-01-01 {self.minute // 60:02}:{self.minute % 60:02}:00"


@pytest.fixture
def shop(ledger):
    """Two orders with lines, which one run made."""
    shop = Shop(ledger)
    shop.run("r1", [["A"], ["B"]], [["A", "1", "5"], ["A", "2", "6"], ["B", "1", "7"]])
    return shop


def test_orders_go_with_their_lines(shop):
    """Although Odoo wrote the orders with the lines, and once more when these were deleted."""
    assert shop.undo("r1") == []
    assert (shop.odoo.records[ORDERS], shop.odoo.records[LINES]) == ({}, {})


def test_orders_that_somebody_changed_stay(shop):
    """Also when their lines go."""
    shop.touch()
    assert [reason[:21] for reason in shop.undo("r1")] == ["B: changed since, at ", "A: changed since, at "]
    assert (len(shop.odoo.records[ORDERS]), shop.odoo.records[LINES]) == (2, {})


def test_records_that_odoo_refuses_are_named(shop):
    """A confirmed order is told by its name, with Odoo's reason."""
    shop.refused = f"{ORDERS}.unlink"
    assert shop.undo("r1") == ["A: it is confirmed", "B: it is confirmed"]
    assert (len(shop.odoo.records[ORDERS]), shop.odoo.records[LINES]) == (2, {})


@pytest.fixture
def planned(ledger):
    """An order that one run made, and to which another job gave a date in the next run."""
    shop = Shop(ledger)
    shop.run("r1", [["A"]], [])
    shop.plan_orders("r2", [["A", "2024-02-29"]])
    return shop


def test_what_another_job_did_later_and_is_undone_is_nobodys_change(planned):
    """The undo of the later run wrote the record once more."""
    assert (planned.undo("r2", "u1"), planned.undo("r1", "u2")) == ([], [])
    assert planned.odoo.records[ORDERS] == {}


def test_what_another_job_did_later_stays(planned):
    """Also where it was undone, and that undone in its turn."""
    (reason,) = planned.undo("r1", "u1")
    assert reason.startswith("A: changed since, at ")
    assert (planned.undo("r2", "u2"), planned.undo("u2", "u3")) == ([], [])
    (reason,) = planned.undo("r1", "u4")
    assert reason.startswith("A: changed since, at ")
    (order,) = planned.odoo.records[ORDERS].values()
    assert order["date_planned"] == "2024-02-29"


def test_what_somebody_changed_after_the_other_undo_stays(planned):
    """Be it a minute later."""
    assert planned.undo("r2", "u1") == []
    planned.minute += 1
    planned.touch()
    (reason,) = planned.undo("r1", "u2")
    assert reason.startswith("A: changed since, at ")
