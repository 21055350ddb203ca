"""Jobs whose fields Odoo computes from what later jobs write: looked at once more, and what that comes to is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from odoo_etl.loading.journal.books import Booking
from odoo_etl.loading.journal.coverage import RejectedPlaces
from odoo_etl.loading.revisits import Kept, KeptRows, is_due, look_again
from odoo_etl.loading.runner import JobRequest, run_job
from odoo_etl.results import Counts, JobResult, RejectedRow
from odoo_etl.sources import Chunk
from odoo_etl.spec import Job
from odoo_etl.state import open_ledger
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo

ORDERS = job_spec({"name": "name", "date_planned": "date"}, model="sale.order", key="name")
ROWS = [("S1", "2024-01-01"), ("S2", "2024-01-02"), ("S3", "none")]


class World:
    """An Odoo and a ledger; orders are loaded, then looked at again."""

    def __init__(self, ledger):
        self.ledger, self.odoo, self.runs, self.kept = ledger, MemoryOdoo(), 0, []
        self.odoo.add("sale.order.line", {"name": "l"})

    def load(self, rows=ROWS):
        """Load orders, whose lines come later; what is kept of them."""
        result = JobResult("partners", "sale.order")
        source, job = ListSource(["name", "date"], rows), Job(ORDERS, Path("orders.yaml"))

        def keep(gathered, rejected, behind):
            self.kept.append(Kept(job, result, KeptRows(gathered, rejected), behind, 0))

        request = JobRequest(source=source, later=frozenset({"sale.order.line"}), keep=keep, **self.how())
        run_job(ORDERS, self.odoo, Heard(), result, request)
        return result

    def again(self):
        """Look at them again; what the job's result says then."""
        (kept,) = self.kept
        look_again(kept, self.odoo, Heard(), JobRequest(**self.how()))
        kept.rows.close()
        return kept.result

    def how(self):
        """A run of its own."""
        self.runs += 1
        return {"booking": Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None), "settler": PATIENT}

    def compute(self, order, date):
        """Odoo computes the date of an order from its lines."""
        self.odoo.records["sale.order"][order]["date_planned"] = date

    def dates(self):
        """Of all orders."""
        return [one["date_planned"] for one in self.odoo.records["sale.order"].values()]


@pytest.fixture
def world(tmp_path):
    """Nothing is loaded yet."""
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        yield World(ledger)


def test_what_a_later_job_made_odoo_compute_anew_is_written_once_more(world):
    """Of the rows that landed; the counts of the job stay."""
    first = world.load()
    assert (first.counts.created, first.counts.rejected, world.kept[0].behind) == (2, 1, {"sale.order.line"})
    world.compute(1, "2030-01-01")
    result = world.again()
    assert (world.dates(), result.counts.created, result.counts.updated) == (["2024-01-01", "2024-01-02"], 2, 0)
    assert [note.partition(":")[0] for note in result.notes] == ["1 rows were written once more"]
    assert result.not_kept_values == 0


def test_what_odoo_refuses_then_is_told_as_not_kept(world):
    """The row landed and is no reject; and no later run fights over it."""
    world.load()
    world.compute(2, "2030-01-01")
    world.odoo.refuses = lambda values: values.get("date_planned") == "2024-01-02"
    result = world.again()
    (one,) = result.not_kept
    assert (one.key, one.field, one.sent, one.kept) == ("S2", "date_planned", "2024-01-02", "2030-01-01")
    assert (result.status, result.counts.rejected, result.not_kept_values) == ("done", 1, 1)


def test_rows_are_kept_of_whichever_file(world):
    """A reject of one file is no reject of the same line of another."""
    rejected = RejectedPlaces()
    rejected.note([RejectedRow(2, "a.csv", ("x",), "", "map", "bad", "bad")])

    class Two:
        def chunks(self):
            yield Chunk({"name": ["x", "y"]}, [2, 3], "a.csv")
            yield Chunk({"name": ["z"]}, [2], "b.csv")

    assert [chunk.columns["name"] for chunk in KeptRows(Two(), rejected).chunks(10)] == [["y"], ["z"]]


def test_a_job_is_behind_another_that_writes_a_model_of_its(world):
    """Not behind itself: what it wrote is what it wants."""
    orders, lines = (
        Kept(Job(ORDERS, Path("a.yaml")), JobResult(model, model), KeptRows(None, RejectedPlaces()), behind, 0)
        for model, behind in (("sale.order", frozenset({"sale.order.line"})), ("sale.order.line", frozenset()))
    )
    own = replace(lines, behind=frozenset({"sale.order.line"}))
    assert (orders.is_behind(lines), lines.is_behind(orders), own.is_behind(own)) == (True, False, False)
    assert own.is_behind(lines)


@pytest.mark.parametrize(("kin", "behind"), [(False, []), (True, [{"res.partner"}])])
def test_a_job_whose_records_have_relatives_in_other_jobs_is_kept(world, kin, behind):
    """Whatever its fields depend on: Odoo does not say that it keeps one address for a company and its contacts."""
    kept = []

    def keep(gathered, _rejected, models):
        gathered.close()
        kept.append(models)

    request = JobRequest(source=ListSource(["ref", "name"], [("a", "A")]), kin=kin, keep=keep, **world.how())
    run_job(job_spec({"ref": "ref", "name": "name"}), world.odoo, Heard(), JobResult("p", "res.partner"), request)
    assert kept == behind


def test_only_a_later_job_that_wrote_behind_the_fields_is_a_reason(world):
    """Not one before it, nor one that found everything equal."""
    own = JobResult("orders", "sale.order", counts=Counts(created=1))
    kept = Kept(
        Job(ORDERS, Path("orders.yaml")), own, KeptRows(None, RejectedPlaces()), frozenset({"sale.order.line"}), 1
    )
    before, equal = (
        JobResult("lines", "sale.order.line", counts=one) for one in (Counts(created=1), Counts(unchanged=1))
    )
    assert not is_due(kept, [before, own, equal])
    assert is_due(kept, [before, own, JobResult("lines", "sale.order.line", counts=Counts(updated=1))])
