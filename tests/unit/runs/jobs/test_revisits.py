"""Jobs whose fields Odoo computes from what later jobs write: looked at once more, and what that comes to is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from odoo_etl.errors import StateError
from odoo_etl.results import Counts, JobResult, RejectedRow
from odoo_etl.runs.jobs.revisits import EarlierJob, LandedRows, is_due, revisit
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import Chunk
from odoo_etl.spec import Job
from odoo_etl.sync import AllRows, JobRequest, Neighbours, run_job
from odoo_etl.sync.read_back.relatives import Ties
from odoo_etl.sync.session.books import Booking
from odoo_etl.sync.session.watermark import RejectedLines
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
        so_far = JobSoFar.begun("partners", "sale.order")
        source, job = ListSource(["name", "date"], rows), Job(ORDERS, Path("orders.yaml"))

        def keep(gathered, rejected, ties):
            self.kept.append(EarlierJob(job, so_far, LandedRows(gathered, rejected), ties, 0))

        request = JobRequest(
            rows=AllRows(source), neighbours=Neighbours(frozenset({"sale.order.line"}), False, keep), **self.how()
        )
        return run_job(ORDERS, self.odoo, Heard(), so_far, request)

    def again(self):
        """Look at them again; what the job's result says then."""
        (kept,) = self.kept
        revisit(kept, self.odoo, Heard(), JobRequest(**self.how()))
        kept.rows.close()
        return kept.result

    def how(self):
        """A run of its own."""
        self.runs += 1
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None)
        return {"booking": booking, "settler": PATIENT, "rejects": Heard()}

    def delete(self, order):
        """A person deletes an order."""
        del self.odoo.records["sale.order"][order]

    def compute(self, order, date):
        """Odoo computes the date of an order from its lines."""
        self.odoo.records["sale.order"][order]["date_planned"] = date

    def dates(self):
        """Of all orders."""
        return [one["date_planned"] for one in self.odoo.records["sale.order"].values()]


@pytest.fixture
def world(ledger):
    """Nothing is loaded yet."""
    return World(ledger)


def test_records_that_are_gone_or_have_a_double_are_told(world):
    """They cannot be compared: nothing is said of their values, and nothing is created."""
    world.load([*ROWS, ("S4", "2024-01-04")])
    world.delete(1)
    world.odoo.add("sale.order", {"name": "S2", "date_planned": "2024-01-02"})
    result = world.again()
    assert (result.status, result.counts.created, result.counts.rejected) == ("done", 3, 1)
    gone, double = sorted(result.notes)
    assert gone.startswith("1 records that rows stand for are gone")
    assert double.startswith("1 rows could not be compared once more")


def test_what_a_later_job_made_odoo_compute_anew_is_written_once_more(world):
    """Of the rows that landed; the counts of the job stay."""
    first = world.load()
    assert (first.counts.created, first.counts.rejected, world.kept[0].ties.behind) == (2, 1, {"sale.order.line"})
    world.compute(1, "2030-01-01")
    result = world.again()
    assert (world.dates(), result.counts.created, result.counts.updated) == (["2024-01-01", "2024-01-02"], 2, 0)
    assert [note.partition(":")[0] for note in result.notes] == ["1 rows were written once more"]
    assert result.discrepancies.not_kept_values == 0


def test_what_odoo_refuses_then_is_told_as_not_kept(world):
    """The row landed and is no reject; and no later run fights over it."""
    world.load()
    world.compute(2, "2030-01-01")
    world.odoo.refuses = lambda values: values.get("date_planned") == "2024-01-02"
    result = world.again()
    (one,) = result.discrepancies.not_kept
    assert (one.key, one.field, one.sent, one.kept) == ("S2", "date_planned", "2024-01-02", "2030-01-01")
    assert (result.status, result.counts.rejected, result.discrepancies.not_kept_values) == ("done", 1, 1)


def test_rows_are_kept_of_whichever_file(world):
    """A reject of one file is no reject of the same line of another."""
    rejected = RejectedLines()
    rejected.note([RejectedRow(2, "a.csv", ("x",), "", "map", "bad", "bad")])

    class Two:
        def chunks(self):
            yield Chunk({"name": ["x", "y"]}, [2, 3], "a.csv")
            yield Chunk({"name": ["z", "x"]}, [2, 3], "b.csv")

    assert [chunk.columns["name"] for chunk in LandedRows(Two(), rejected).chunks(10)] == [["y"], ["z", "x"]]


def test_rows_of_one_line_are_kept_without_the_one_that_was_rejected():
    """As `explode` makes them, and whichever types their cells have: the ledger keeps some as text."""
    rejected = RejectedLines()
    rejected.note([RejectedRow(2, "", ("2024-02-29", "b"), "", "map", "bad", "bad")])

    class Exploded:
        def chunks(self):
            yield Chunk({"day": [date(2024, 2, 29)] * 3, "tag": ["a", "b", "c"]}, [2, 2, 2], "a.csv")

    assert [chunk.columns["tag"] for chunk in LandedRows(Exploded(), rejected).chunks(10)] == [["a", "c"]]


def kept_job(fields, model="res.partner", ties=Ties(), place=0, counts=None, **target):  # noqa: B008 - frozen
    """A job that has ended."""
    spec = job_spec({"ref": "ref", **{name: name for name in fields}}, model=model, **target)
    rows = LandedRows(None, RejectedLines())
    return EarlierJob(
        Job(spec, Path("a.yaml")), JobSoFar(JobResult(model, model, counts=counts or Counts())), rows, ties, place
    )


def test_a_job_is_behind_another_that_writes_a_model_of_its():
    """Not behind itself: what it wrote is what it wants."""
    lines = Ties(frozenset({"sale.order.line"}))
    orders, plain = kept_job(["name"], "sale.order", lines), kept_job(["name"], "sale.order.line")
    own = replace(plain, ties=lines)
    assert (orders.is_behind(plain), plain.is_behind(orders), own.is_behind(own)) == (True, False, False)
    assert own.is_behind(plain)


def test_a_job_is_behind_another_whose_fields_lead_to_its_own():
    """The address of a lead is its partner's; a job that only creates wants nothing of what is there."""
    leads = kept_job(["email_from"], "crm.lead", Ties(reaches=frozenset({("res.partner", "email")})))
    assert kept_job(["email"]).is_behind(leads)
    assert not kept_job(["phone"]).is_behind(leads)
    assert not kept_job(["email"], mode="create").is_behind(leads)


@pytest.mark.parametrize(
    ("others", "ties"),
    [
        (None, None),
        ((frozenset(), True), Ties(frozenset({"res.partner"}))),
        ((frozenset({"sale.order"}), False), Ties()),
    ],
)
def test_the_rows_of_a_job_with_others_beside_it_are_kept(world, others, ties):
    """Whatever its fields depend on: others may lead to its own."""
    kept = []

    def keep(gathered, _rejected, its):
        gathered.close()
        kept.append(its)

    rows = AllRows(ListSource(["ref", "name"], [("a", "A")]))
    request = JobRequest(rows=rows, neighbours=others and Neighbours(*others, keep), **world.how())
    run_job(job_spec({"ref": "ref", "name": "name"}), world.odoo, Heard(), JobSoFar.begun("p", "res.partner"), request)
    assert kept == ([] if ties is None else [ties])


def test_rows_that_nobody_has_taken_over_are_given_back(world):
    """What takes them fails: their temporary files are closed all the same."""
    offered = []

    def keep(gathered, _rejected, _ties):
        offered.append(gathered)
        raise StateError("no room")

    rows = AllRows(ListSource(["ref", "name"], [("a", "A")]))
    request = JobRequest(rows=rows, neighbours=Neighbours(frozenset(), True, keep), **world.how())
    so_far = JobSoFar.begun("p", "res.partner")
    result = run_job(job_spec({"ref": "ref", "name": "name"}), world.odoo, Heard(), so_far, request)
    assert (result.status, result.error) == ("failed", "no room")
    with pytest.raises(ValueError, match="closed file"):
        list(offered[0].batches())


def test_only_a_later_job_that_wrote_behind_the_fields_is_a_reason():
    """Not one before it, nor one that found everything equal."""
    kept = kept_job(["name"], "sale.order", Ties(frozenset({"sale.order.line"})), 1, Counts(created=1))
    before, equal = (
        JobResult("lines", "sale.order.line", counts=one) for one in (Counts(created=1), Counts(unchanged=1))
    )
    assert not is_due(kept, [], [before, kept.result, equal])
    wrote = JobResult("lines", "sale.order.line", counts=Counts(updated=1))
    assert is_due(kept, [], [before, kept.result, wrote])


def test_a_later_job_that_wrote_through_its_fields_is_a_reason():
    """Again not one before it."""
    reaches = Ties(reaches=frozenset({("res.partner", "email")}))
    leads = kept_job(["email_from"], "crm.lead", reaches, counts=Counts(updated=1))
    first, last = (kept_job(["email"], place=place, counts=Counts(created=1)) for place in (0, 1))
    assert is_due(first, [first, leads], [first.result, leads.result])
    assert not is_due(last, [leads, last], [leads.result, last.result])
