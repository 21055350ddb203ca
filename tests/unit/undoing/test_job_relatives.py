"""Undo of records that change with one another: what Odoo did to the relatives of a record is taken back, or told."""

from __future__ import annotations

from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import LoadSpec
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing.job import UndoRequest, undo_job
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo

SPEC = job_spec({"ref": "ref", "name": "name", "email": "email"})


def handed_down(_model, sent, record, table):
    """A firm gives its address to its contacts, one write after the other."""
    if "email" in sent:
        record["email"] = sent["email"]
        contacts = [one for one in table.values() if table.get(one.get("parent_id")) is record]
        for one in contacts:
            one["email"] = sent["email"]


def one_address(model, sent, record, table):
    """A contact gives its address to its firm, too."""
    handed_down(model, sent, record, table)
    if "email" in sent and record.get("parent_id"):
        table[record["parent_id"]]["email"] = sent["email"]


def dropped(_model, sent, record, _table):
    """Odoo takes no address."""
    if "email" in sent:
        record["email"] = False


class Firm:
    """A firm and a contact of it; runs, and the undo of the last."""

    def __init__(self, ledger, firm, contact):
        self.ledger, self.odoo, self.runs = ledger, MemoryOdoo(), 0
        (number,) = self.odoo.add("res.partner", {"ref": "firm", "name": "old", "email": firm})
        self.odoo.add("res.partner", {"ref": "contact", "name": "old", "email": contact, "parent_id": number})

    def run(self, keeps, *rows, chunk_size=10, name="new"):
        """Run a job on rows of ref and address."""
        self.odoo.keeps, self.runs = keeps, self.runs + 1
        self.ledger.start_run(f"r{self.runs}", "run")
        so_far = JobSoFar.begun("partners", "res.partner")
        source = ListSource(["ref", "name", "email"], [(ref, name, email) for ref, email in rows])
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None)
        spec = SPEC.model_copy(update={"load": LoadSpec(chunk_size=chunk_size)})
        result = run_job(
            spec, self.odoo, Heard(), so_far, JobRequest(None, booking, AllRows(source), PATIENT, rejects=Heard())
        )
        assert result.error == ""

    def undo(self):
        """Take the last run back; why records were left alone."""
        (entry,) = self.ledger.jobs(f"r{self.runs}")
        so_far = JobSoFar.begun("partners", "res.partner")
        result = undo_job(entry, self.odoo, Heard(), so_far, UndoRequest(self.ledger, "u1", "db", PATIENT))
        assert result.error == ""
        return [one.reason for one in result.undone.left]

    @property
    def existing(self):
        """Names and addresses of firm and contact."""
        return [(one["name"], one["email"]) for one in self.odoo.records["res.partner"].values()]


def test_what_a_relative_took_on_the_way_is_not_what_was_there_before(ledger):
    """The contact was as its row wants; the firm's address came over it, and was written over once more."""
    firm = Firm(ledger, "a@x.example", "a@x.example")
    firm.run(one_address, ("firm", "f@x.example"), ("contact", "a@x.example"))
    assert firm.existing == [("new", "a@x.example")] * 2
    assert (firm.undo(), firm.existing) == ([], [("old", "a@x.example")] * 2)


def test_what_undo_itself_moves_is_put_back(ledger):
    """The firm gets its address back, which Odoo hands down to the contact."""
    firm = Firm(ledger, "a@x.example", "b@x.example")
    firm.run(handed_down, ("firm", "c@x.example"), ("contact", "d@x.example"))
    assert firm.existing == [("new", "c@x.example"), ("new", "d@x.example")]
    assert (firm.undo(), firm.existing) == ([], [("old", "a@x.example"), ("old", "b@x.example")])


def test_what_odoo_does_not_take_back_is_told(ledger):
    """By record and field."""
    firm = Firm(ledger, "a@x.example", "b@x.example")
    firm.run(handed_down, ("firm", "c@x.example"), ("contact", "d@x.example"))
    firm.odoo.keeps = dropped
    assert (firm.undo(), firm.existing) == (["Odoo keeps other values than before: email"] * 2, [("old", False)] * 2)


def test_what_odoo_is_known_not_to_keep_is_not_put_back(ledger):
    """One row asks for an address that the other takes away from it, whatever the run before it wrote."""
    firm = Firm(ledger, "a@x.example", "a@x.example")
    firm.run(one_address, ("contact", "c@x.example"), ("firm", "f@x.example"))
    assert firm.existing == [("new", "c@x.example")] * 2
    firm.run(one_address, ("contact", "d@x.example"), ("firm", "f@x.example"), name="newer")
    assert (firm.undo(), firm.existing) == ([], [("new", "c@x.example")] * 2)


def test_what_was_written_first_is_what_the_ledger_knows_best(ledger):
    """In another batch, the contact held already what the firm had got from the run."""
    firm = Firm(ledger, "a@x.example", "a@x.example")
    firm.run(one_address, ("firm", "f@x.example"), ("contact", "c@x.example"), chunk_size=1)
    assert len(firm.undo()) == 1
    assert firm.existing == [("old", "a@x.example")] * 2
