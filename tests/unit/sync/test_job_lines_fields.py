"""What fields of lines take: everything that fields of a job take, at any depth."""

from __future__ import annotations

import pytest

from odoo_etl.so_far import JobSoFar, JobsSoFar
from odoo_etl.state import open_ledger
from odoo_etl.sync import AllRows, JobRequest, run_job, supplied
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing.job import UndoRequest, undo_job
from tests.boms import BOM, LINE, STEP
from tests.builders import PATIENT, Heard, ListSource, Ran, job_spec
from tests.memory_odoo import MemoryOdoo

COLUMNS = ["code", "pos", "part", "a", "b", "step"]
STEPS = {"key": "name", "fields": {"name": "step"}}


class World:
    """An Odoo and a ledger, and runs of jobs of bills of materials."""

    def __init__(self, ledger):
        self.ledger, self.odoo, self.runs, self.made = ledger, MemoryOdoo(), 0, []

    def run(self, fields, *rows, plan=False, load=None, mode="upsert", header=None, **lines):
        """A run of a job whose lines have these fields beside a position and a name."""
        own = {"sequence": {"column": "pos", "type": "integer"}, "name": "part", **fields}
        line_ids = {"key": "sequence", "fields": own, **lines}
        named = {"code": "code", **(header or {})}
        spec = job_spec(named, model=BOM, key="code", mode=mode, lines={"line_ids": line_ids}, load=load)
        self.runs += 1
        jobs, heard, before = JobsSoFar(), Heard(), self.odoo.writes()
        so_far = jobs.begin(spec.job, BOM)
        request = JobRequest(
            Planned([spec], 20) if plan else None,
            Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None),
            AllRows(ListSource(COLUMNS, [(*row, *[""] * 6)[:6] for row in rows])),
            PATIENT,
            rejects=heard,
        )
        run_job(spec, self.odoo, heard, so_far, supplied(spec.job, self.odoo, heard, jobs.begin, request))
        self.made = jobs.results()[1:]
        return Ran(so_far.result, heard, self.odoo.writes() - before)

    def undo(self):
        """Take the last run back."""
        request = UndoRequest(self.ledger, f"u{self.runs}", "db", PATIENT)
        for one in sorted(self.ledger.jobs(f"r{self.runs}"), key=lambda one: one.job != "partners"):
            undo_job(one, self.odoo, Heard(), JobSoFar.begun(one.job, one.model), request)

    def lines(self, *names, model=LINE):
        """The named fields of all lines."""
        return [tuple(one.get(name, False) for name in names) for one in self.odoo.records.get(model, {}).values()]


@pytest.fixture
def world(tmp_path):
    """Nothing is there yet."""
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        some = World(ledger)
        some.odoo.add("res.lang", *({"code": code} for code in ("en_US", "fr_FR", "de_DE")))
        yield some


def test_labels_of_selections(world):
    """As Odoo calls the values in that language; a label that it does not know rejects the record."""
    kind = {"kind": {"column": "a", "labels": "en_US"}}
    rows = [("x", "1", "Top", "Bought"), ("x", "2", "Leg", "Made"), ("y", "1", "Top", "Rented")]
    ran = world.run(kind, *rows)
    assert (ran.counts, world.lines("kind")) == ({"created": 2, "rejected": 1}, [("buy",), ("make",)])
    assert (ran.heard.rejects[0].field, "Bought" in ran.heard.rejects[0].reason) == ("line_ids.kind", True)
    assert world.run(kind, *rows[:2]).writes == 0
    assert "`xx_XX` is not installed" in world.run({"kind": {"column": "a", "labels": "xx_XX"}}, *rows).result.error


def test_fields_of_new_lines(world):
    """Lines that are there keep what they hold, or what they hold is filled where it is empty."""
    fields = {"quantity": {"column": "a", "type": "decimal", "write": "create"}, "note": {"column": "b"}}
    fields["note"]["write"] = "if_empty"
    world.run(fields, ("x", "1", "Top", "5", ""), ("x", "2", "Leg", "6", "Round"))
    rows = [("x", "1", "Top", "7", "Flat"), ("x", "2", "Leg", "8", "Square"), ("x", "3", "Pin", "9", "")]
    ran = world.run(fields, *rows)
    assert (ran.result.lines.created, ran.result.lines.updated) == (1, 1)
    assert world.lines("quantity", "note") == [(5.0, "<p>Flat</p>"), (6.0, "<p>Round</p>"), (9.0, False)]
    rows = [("x", "1", "Top", "1", "Oval"), ("x", "2", "Leg", "1", ""), ("x", "3", "Pin", "1", "")]
    assert (world.run(fields, *rows).writes, world.run(fields, *rows, plan=True).changes) == (0, ())


def test_what_odoo_would_compute_anew_stays(world):
    """The price that somebody wrote goes along when the quantity of its line changes, whatever the source says."""
    fields = {
        "quantity": {"column": "a", "type": "decimal"},
        "price": {"column": "b", "type": "decimal", "write": "create"},
    }

    def keeps(model, values, record, _others):
        if model == LINE and "quantity" in values and "price" not in values:
            record["price"] = 99.0

    world.odoo.keeps = keeps
    world.run(fields, ("x", "1", "Top", "5", "1"))
    world.odoo.records[LINE][1]["price"] = 3.0
    ran = world.run(fields, ("x", "1", "Top", "6", "2"))
    assert (ran.counts, world.lines("quantity", "price")) == ({"updated": 1}, [(6.0, 3.0)])
    world.undo()
    assert world.lines("quantity", "price") == [(5.0, 3.0)]


def test_write_says_nothing_in_mode_create(world):
    """There are new lines only."""
    with pytest.raises(ValueError, match="`write` says nothing"):
        world.run({"note": {"column": "a", "write": "create"}}, mode="create")


STATE = {
    "state_id": {
        "columns": ["a", "b"],
        "lookup": {
            "model": "res.country.state",
            "by": ["code", "country_id.code"],
            "on_missing": "create",
            "create": {"name": "New"},
        },
    }
}
TAGS = {"category_ids": {"column": "a", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}}}
TAGS["category_ids"]["lookup"]["on_missing"] = "create"


def test_records_that_lines_refer_to_are_created(world):
    """Each once, before the rows; `undo` takes them back, too."""
    rows = [("x", "1", "Top", "red|blue"), ("x", "2", "Leg", "blue"), ("y", "1", "Top", "green|red")]
    ran = world.run(TAGS, *rows, load={"chunk_size": 1})
    (made,) = world.made
    assert (ran.counts, made.job, made.counts.created) == ({"created": 3}, "partners.line_ids.category_ids", 3)
    assert world.lines("category_ids") == [([1, 2],), ([2],), ([1, 3],)]
    assert (world.run(TAGS, *rows).writes, world.made) == (0, ())
    world.runs -= 1
    world.undo()
    assert world.lines("active", model="res.partner.category") == [(False,)] * 3


def test_a_plan_shows_records_that_lines_lack(world):
    """And calls none of them missing."""
    world.odoo.add("res.country", {"name": "Belgium", "code": "BE"})
    rows = [("x", "1", "Top", "VAN", "BE"), ("x", "2", "Leg", "WBR", "BE")]
    ran = world.run(STATE, *rows, plan=True)
    (made,) = world.made
    assert (ran.counts, [one.key for one in made.changes]) == ({"created": 2}, ["VAN, BE", "WBR, BE"])
    assert world.run(STATE, *rows).counts == {"created": 2}
    assert world.lines("state_id") == [(1,), (2,)]


def test_lines_of_lines_create_records_too(world):
    """Whatever the depth."""
    steps = {"fields": {"name": "step", "category_id": {"column": "a", "lookup": TAGS["category_ids"]["lookup"]}}}
    steps["key"] = "name"
    rows = [("x", "1", "Top", "saw", "", "cut"), ("x", "1", "Top", "glue", "", "stick")]
    ran = world.run({}, *rows, lines={"step_ids": steps})
    assert (ran.counts, world.made[0].job) == ({"created": 2}, "partners.line_ids.step_ids.category_id")
    assert world.lines("name", "category_id", model=STEP) == [("cut", 1), ("stick", 2)]
    assert world.run({}, *rows, lines={"step_ids": steps}).writes == 0


def test_what_is_not_created_rejects_the_record(world):
    """With Odoo's reason."""
    world.odoo.refuses = lambda values: values.get("name") == "blue"
    ran = world.run(TAGS, ("x", "1", "Top", "red"), ("x", "2", "Leg", "blue"), ("y", "1", "Top", "red"))
    assert (ran.counts, ran.codes) == ({"created": 1, "rejected": 2}, ["line_rejected", "lookup_missing"])
    (bad,) = [one for one in ran.heard.rejects if one.code == "lookup_missing"]
    assert (bad.field, "it was not created" in bad.reason) == ("line_ids.category_ids", True)


def test_records_of_the_lines_own_model_are_not_created(world):
    """They come with their records."""
    other = {"other_bom_id": {"column": "a", "lookup": {"model": BOM, "by": "code", "on_missing": "create"}}}
    with pytest.raises(ValueError, match=r"the job itself creates records of mrp\.bom"):
        world.run(other, ("x", "1", "Top", "y"))


OTHER = {"other_bom_id": {"column": "a", "lookup": {"model": BOM, "by": "code", "on_missing": "defer"}}}


@pytest.mark.parametrize("load", [{"chunk_size": 1}, {"chunk_size": 2, "concurrency": 2}, {}])
def test_a_record_whose_line_waits_lands_as_a_whole(world, load):
    """When what its lines refer to is there, be it in a chain; no line ever stands without its value."""
    rows = [
        ("x", "1", "Top", "y"),
        ("x", "2", "Leg", ""),
        ("y", "1", "Top", "z"),
        ("z", "1", "Top"),
        ("v", "1", "A", "x"),
    ]
    seen = []
    world.odoo.before = lambda call, payload: call == f"{BOM}.create" and seen.extend(one["code"] for one in payload)
    planned = world.run(OTHER, *rows, plan=True, load=load)
    assert (planned.counts, planned.adds_up) == ({"created": 5}, True)
    ran = world.run(OTHER, *rows, load=load)
    assert (ran.counts, ran.adds_up, seen) == ({"created": 5}, True, ["z", "y", "x", "v"])
    codes = {number: one["code"] for number, one in world.odoo.records[BOM].items()}
    table = world.odoo.records[LINE].values()
    found = {(codes[one["bom_id"]], one["name"]): codes.get(one.get("other_bom_id")) for one in table}
    assert found == {("x", "Top"): "y", ("x", "Leg"): None, ("y", "Top"): "z", ("z", "Top"): None, ("v", "A"): "x"}
    assert world.run(OTHER, *rows, load=load).writes == 0


def test_lines_that_wait_in_vain_reject_their_record(world):
    """What is nowhere, and records that wait for each other; nothing of them is written."""
    rows = [("x", "1", "Top", "y"), ("x", "2", "Leg"), ("y", "1", "Top", "x"), ("z", "1", "A", "none"), ("v", "1", "A")]
    ran = world.run(OTHER, *rows)
    assert (ran.counts, ran.adds_up) == ({"created": 1, "rejected": 4}, True)
    assert ran.codes == ["line_rejected", "lookup_missing", "lookup_missing", "lookup_missing"]
    assert {one.field for one in ran.heard.rejects if one.code == "lookup_missing"} == {"line_ids.other_bom_id"}
    assert [one["code"] for one in world.odoo.records[BOM].values()] == ["v"]


def test_a_line_of_a_record_that_is_there_waits_too(world):
    """With all that differs in its record."""
    world.run(OTHER, ("x", "1", "Top", ""), header={"name": {"value": "old"}})
    ran = world.run(OTHER, ("x", "1", "Top", "y"), ("y", "1", "Top", ""), header={"name": {"value": "new"}})
    assert (ran.counts, world.lines("other_bom_id")) == ({"created": 1, "updated": 1}, [(2,), (False,)])
    assert world.odoo.records[BOM][1]["name"] == "new"
    ran = world.run(OTHER, ("x", "1", "Top", "none"), ("y", "1", "Top", ""), header={"name": {"value": "newer"}})
    assert (ran.counts, world.odoo.records[BOM][1]["name"]) == ({"updated": 1, "rejected": 1}, "new")


def test_lines_refer_to_lines(world):
    """Of a record that lands first."""
    like = {"like_id": {"column": "a", "lookup": {"model": LINE, "by": "name", "on_missing": "defer"}}}
    rows = [("x", "1", "Top", "Leg"), ("y", "1", "Leg", "Pin"), ("z", "1", "Pin"), ("v", "1", "Own", "Own")]
    for plan in (True, False):
        ran = world.run(like, *rows, plan=plan, load={"chunk_size": 1})
        assert (ran.counts, ran.heard.rejected_lines) == ({"created": 3, "rejected": 1}, [5]), plan
    assert sorted(world.lines("name", "like_id")) == [("Leg", 1), ("Pin", False), ("Top", 2)]
    assert world.run(like, *rows[:3]).writes == 0
