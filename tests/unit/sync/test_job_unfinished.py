"""Records that a run made and did not finish: the next one gives them all that new records get."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Interrupted
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.session import Booking
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo

BOM = "mrp.bom"


class Silent(MemoryOdoo):
    """An Odoo whose answer to a creation may be lost with the run."""

    is_silent = False

    def create(self, model, *args, **options):
        """The ids, or a signal in their place."""
        made = super().create(model, *args, **options)
        if self.is_silent:
            raise Interrupted(15)
        return made


class World:
    """An Odoo with French, and a ledger."""

    def __init__(self, ledger):
        self.ledger, self.odoo, self.runs = ledger, Silent(), 0
        self.odoo.add("res.lang", {"code": "en_US"}, {"code": "fr_FR"})

    def run(self, spec, rows):
        """The counts of a run over code, name and French name."""
        self.runs += 1
        self.ledger.start_run(f"r{self.runs}", "run")
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None)
        rows = AllRows(ListSource(["code", "name", "fr"], rows))
        so_far, request = JobSoFar.begun(spec.job, BOM), JobRequest(None, booking, rows, PATIENT, rejects=Heard())
        counts = run_job(spec, self.odoo, Heard(), so_far, request).counts
        return counts.created, counts.updated, counts.unchanged

    def killed(self, spec, rows, number):
        """A run that a signal ends before a call that writes."""
        writes = iter(range(100))

        def before(method, _payload):
            if method.partition(f"{BOM}.")[2] in {"create", "write", "web_save_multi"} and next(writes) == number:
                raise Interrupted(15)

        self.odoo.before = before
        with pytest.raises(Interrupted):
            self.run(spec, rows)
        self.odoo.before = lambda _method, _payload: None

    @property
    def texts(self):
        """Code, name and French name of each record."""
        return [(one["code"], one["name"], one.get("name@fr_FR")) for one in self.odoo.records[BOM].values()]


@pytest.mark.parametrize("write", ["always", "create", "if_empty"])
def test_texts_of_a_record_whose_creation_got_no_answer_are_written_by_the_next_run(ledger, write):
    """That run finds out first that the record is there."""
    world, rows = World(ledger), [("a", "A", "FA")]
    name = {"column": "name", "translations": {"fr_FR": "fr"}, "write": write}
    spec = job_spec({"code": "code", "name": name}, model=BOM, key="code")
    world.odoo.is_silent = True
    with pytest.raises(Interrupted):
        world.run(spec, rows)
    world.odoo.is_silent = False
    world.run(spec, rows)
    assert world.texts == [("a", "A", "FA")]
    assert world.run(spec, rows) == (0, 0, 1)


@pytest.mark.parametrize("write", ["always", "create", "if_empty"])
@pytest.mark.parametrize("number", [1, 2])
def test_texts_that_were_not_written_are_written_by_the_next_run(ledger, write, number):
    """A kill between a creation and the texts in other languages; what people write afterwards stays theirs."""
    world, rows = World(ledger), [("a", "A", "FA"), ("b", "B", "FB")]
    name = {"column": "name", "translations": {"fr_FR": "fr"}, "write": write}
    spec = job_spec({"code": "code", "name": name}, model=BOM, key="code")
    world.killed(spec, rows, number)
    world.run(spec, rows)
    assert world.texts == [("a", "A", "FA"), ("b", "B", "FB")]
    assert world.run(spec, rows) == (0, 0, 2)
    if write != "always":
        world.odoo.records[BOM][1] |= {"name": "by hand", "name@fr_FR": "de main"}
        assert world.run(spec, rows) == (0, 0, 2)
