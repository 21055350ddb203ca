"""Undo of jobs whose records have lines: they come back whole, and what somebody changed since is left alone."""

from __future__ import annotations

from itertools import count

import pytest

from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing import UndoRequest, undo_job
from tests.boms import BOM, LINE
from tests.builders import PATIENT, Heard, ListSource, job_spec, undone_numbers
from tests.memory_odoo import MemoryOdoo

COLUMNS = ["code", "pos", "part"]
FIELDS = {"sequence": {"column": "pos", "type": "integer"}, "name": "part"}


class Bills:
    """Bills of materials whose lines have a quantity that no job maps, and a ledger; each call has its own minute."""

    def __init__(self, ledger):
        self.ledger, self.minutes = ledger, count(1)
        self.now, self.refused = "", False  # what Odoo refuses, no plan foresees
        self.odoo = MemoryOdoo(before=self._before, keeps=self._keeps)

    def run(self, run_id, *rows, rest="remove"):
        """A run over these rows."""
        self.ledger.start_run(run_id, "run")
        lines = {"line_ids": {"key": "sequence", "rest": rest, "fields": FIELDS}}
        spec = job_spec({"code": "code"}, model=BOM, key="code", lines=lines)
        booking = Booking(self.ledger, run_id, "db", PATIENT, lambda _: None)
        request = JobRequest(None, booking, AllRows(ListSource(COLUMNS, rows)), PATIENT, rejects=Heard())
        result = run_job(spec, self.odoo, Heard(), JobSoFar.begun(spec.job, BOM), request)
        assert (result.error, result.counts.rejected) == ("", 0)

    def undo(self, run_id, undo_id, *, delete=False, shown=None):
        """Take it back; what became of it, which a plan had said, and how many calls wrote something."""
        planned = None
        if shown is None:
            planned, _ = self.undo(run_id, undo_id, delete=delete, shown=1)
            self.ledger.start_run(undo_id, "undo", parent=run_id)
        (entry,) = self.ledger.jobs(run_id)
        before = self.odoo.writes()
        request = UndoRequest(self.ledger, undo_id, "db", PATIENT, shown, delete=delete)
        result = undo_job(entry, self.odoo, Heard(), JobSoFar.begun(entry.job, BOM), request)
        assert result.error == ""
        if planned is not None and not self.refused:
            assert undone_numbers(planned) == undone_numbers(result)
        return result, self.odoo.writes() - before

    def lines(self):
        """All lines that are active: sequence, name, quantity."""
        found = [one for one in self.odoo.records.get(LINE, {}).values() if one.get("active", True)]
        return sorted((one["sequence"], one["name"], one.get("quantity") or 0.0) for one in found)

    def change(self, number, **values):
        """Somebody writes to a line."""
        self.odoo.write(LINE, [number], values)

    def _before(self, _method, _payload):
        minute = next(self.minutes)
        self.now = f"2024-01-01 {minute // 60:02}:{minute % 60:02}:00"

    def _keeps(self, _model, _values, record, _others):
        record["write_date"] = self.now


@pytest.fixture
def bills(ledger):
    bills = Bills(ledger)
    bills.run("r1", ["a", "1", "Top"], ["a", "2", "Leg"], ["b", "1", "Leg"])
    bills.change(1, quantity=7.0)
    bills.change(2, quantity=4.0)
    return bills


BEFORE = [(1, "Leg", 0.0), (1, "Top", 7.0), (2, "Leg", 4.0)]


@pytest.mark.parametrize("rest", ["remove", "archive"])
def test_lines_that_went_come_back_whole(bills, rest):
    """With fields that the job does not map; those that it made go; a second time does nothing."""
    bills.run("r2", ["a", "2", "Foot"], ["a", "3", "Pin"], ["b", "1", "Leg"], rest=rest)
    assert bills.lines() == [(1, "Leg", 0.0), (2, "Foot", 4.0), (3, "Pin", 0.0)]
    shown = bills.undo("r2", "", shown=9)[0].changes[0].changes
    assert shown["line_ids[id 2].name"] == ("Foot", "Leg")
    assert [pair[1] for path, pair in shown.items() if path == "line_ids[id 4]"] == ["(removed)"]
    result, _ = bills.undo("r2", "u1")
    assert (result.undone.left, bills.lines()) == ((), BEFORE)
    result, writes = bills.undo("r2", "u2")
    assert (result.undone.left, bills.lines(), writes) == ((), BEFORE, 0)


@pytest.mark.parametrize("delete", [False, True])
def test_a_line_that_somebody_changed_since_is_told(bills, delete):
    """Also where only fields changed that the run did not write; its record is left alone, others are not."""
    bills.change(2, quantity=5.0)
    result, _ = bills.undo("r1", "u1", delete=delete)
    assert [(one.id, one.reason) for one in result.undone.left] == [
        (1, "changed since: line_ids[id 1], line_ids[id 2]")
    ]
    assert bills.odoo.records[BOM].get(2, {"active": False})["active"] is False
    assert [one[:2] for one in bills.lines() if one[2]] == [(1, "Top"), (2, "Leg")]


def test_a_line_that_somebody_added_since_keeps_its_record(ledger):
    """It would go with it."""
    bills = Bills(ledger)
    bills.run("r1", ["a", "1", "Top"])
    bills.odoo.create(LINE, [{"bom_id": 1, "sequence": 9, "name": "Mine"}])
    (left,) = bills.undo("r1", "u1", delete=True)[0].undone.left
    assert left.reason == "changed since: line_ids[id 2]"
    assert bills.lines() == [(1, "Top", 0.0), (9, "Mine", 0.0)]


def test_lines_that_nobody_touched_are_no_reason(bills):
    """A run of a later day may have others changed: only what it wrote itself counts."""
    bills.run("r2", ["b", "1", "Foot"], ["a", "1", "Top"], ["a", "2", "Leg"])
    bills.change(2, quantity=5.0)
    result, _ = bills.undo("r2", "u1")
    assert (result.undone.left, bills.lines()) == ((), [(1, "Leg", 0.0), (1, "Top", 7.0), (2, "Leg", 5.0)])


@pytest.mark.parametrize("on_delete", ["cascade", "set null", "restrict"])
def test_records_are_deleted_with_their_lines(ledger, on_delete):
    """Whatever Odoo does with lines that have lost their record; the record goes first where it may."""
    bills = Bills(ledger)
    bills.run("r1", ["a", "1", "Top"], ["a", "2", "Leg"], ["b", "1", "Leg"])
    bills.odoo.on_delete = on_delete
    bills.odoo.add("ir.model.fields", {"model": LINE, "name": "bom_id", "on_delete": on_delete})
    result, _ = bills.undo("r1", "u1", delete=True)
    assert (result.undone.deleted, result.undone.left) == (2, ())
    assert (bills.odoo.records[BOM], bills.lines()) == ({}, [])
    assert bills.undo("r1", "u2", delete=True)[1] == 0


@pytest.mark.parametrize("on_delete", ["cascade", "set null"])
def test_a_record_that_odoo_does_not_delete_keeps_its_lines(ledger, on_delete):
    """Nothing of it was written."""
    bills = Bills(ledger)
    bills.run("r1", ["a", "1", "Top"], ["b", "1", "Leg"])
    bills.odoo.on_delete, bills.odoo.needed, bills.refused = on_delete, {1}, True
    result, _ = bills.undo("r1", "u1", delete=True)
    assert ([one.id for one in result.undone.left], result.undone.deleted) == ([1], 1)
    assert bills.lines() == [(1, "Top", 0.0)]


def test_a_line_that_stays_behind_is_told(ledger):
    """Odoo deletes its record, and not the line."""
    bills = Bills(ledger)
    bills.run("r1", ["a", "1", "Top"])
    bills.odoo.on_delete = "set null"

    def in_use(call, _payload):
        bills.odoo.needed = {1} if call == f"{LINE}.unlink" else set()

    bills.odoo.before = in_use
    bills.refused = True
    result, _ = bills.undo("r1", "u1", delete=True)
    assert result.undone.deleted == 1
    assert "it is gone, but not its line mrp.bom.line 1: " in result.undone.left[0].reason
