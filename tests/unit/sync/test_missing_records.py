"""Records that lookups do not find are created once, as jobs of their own, before the rows that refer to them."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.so_far import JobSoFar, JobsSoFar
from odoo_etl.state import open_ledger
from odoo_etl.sync import AllRows, JobRequest, run_job, supplied
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing.job import UndoRequest, undo_job
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo, raising

COLUMNS = ["ref", "tags", "state", "country"]
TAGS = {"model": "res.partner.category", "by": "name", "on_missing": "create", "create": {"color": 3}}


class World:
    """An Odoo and a ledger; runs of jobs whose lookups create what is missing."""

    def __init__(self, ledger):
        self.ledger, self.odoo, self.runs, self.heard = ledger, MemoryOdoo(), 0, Heard()

    def run(self, fields, rows, *, plan=False, **load):
        """Run a job, or plan it; the results, those of its lookups behind it."""
        self.runs += 1
        spec = job_spec({"ref": "ref", "name": "ref", **fields}, load=load)
        jobs, self.heard = JobsSoFar(), Heard()
        own = jobs.begin(spec.job, spec.target.model)
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None)
        padded = [(*row, "", "", "")[: len(COLUMNS)] for row in rows]
        request = JobRequest(
            Planned([spec], 10) if plan else None,
            booking,
            AllRows(ListSource(COLUMNS, padded)),
            PATIENT,
            rejects=self.heard,
        )
        request = supplied(spec.job, self.odoo, self.heard, jobs.begin, request)
        run_job(spec, self.odoo, self.heard, own, request)
        return jobs.results()

    def undo(self):
        """Take the last run back, its lookups' records last; those that are needed are archived."""
        request = UndoRequest(self.ledger, "u1", "db", PATIENT)
        for one in sorted(self.ledger.jobs(f"r{self.runs}"), key=lambda one: one.job != "partners"):
            undo_job(one, self.odoo, Heard(), JobSoFar.begun(one.job, one.model), request)

    def meanwhile(self, model, values):
        """Somebody creates a record after the first look at its model."""

        def before(call, _):
            if call == f"{model}.search_read":
                self.odoo.before = seen

        def seen(call, _):
            if call == f"{model}.search_read":
                self.odoo.before = lambda *_: None
                self.odoo.add(model, values)

        self.odoo.before = before

    def names(self, model="res.partner.category"):
        """What the records of a model are called."""
        return [one["name"] for one in self.odoo.records.get(model, {}).values()]


@pytest.fixture
def world(tmp_path):
    """Nothing is there yet."""
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        yield World(ledger)


def tags(**lookup):
    """Tags that are created when they are missing."""
    return {"category_id": {"column": "tags", "split": "|", "lookup": {**TAGS, **lookup}}}


def test_each_record_is_created_once_and_found_by_all_rows(world):
    """Across batches and lanes; what is there already is taken."""
    world.odoo.add("res.partner.category", {"name": "red"})
    rows = [(f"r{number}", f"red|blue|t{number % 3}") for number in range(30)]
    job, made = world.run(tags(), rows, chunk_size=4, concurrency=3)
    assert (made.job, made.model, made.counts.created, job.counts.created) == (
        "partners.category_id",
        "res.partner.category",
        4,
        30,
    )
    assert world.names() == ["red", "blue", "t0", "t1", "t2"]
    assert [one.get("color") for one in world.odoo.records["res.partner.category"].values()][1:] == [3] * 4
    before = world.odoo.writes()
    [again] = world.run(tags(), rows)
    assert (again.counts.unchanged, world.odoo.writes() - before) == (30, 0)


def test_a_plan_shows_what_would_be_created(world):
    """And calls nothing missing that would be there."""
    job, made = world.run(tags(), [("a", "red|blue"), ("b", "red")], plan=True)
    assert [change.key for change in made.changes] == ["red", "blue"]
    assert (job.counts.created, job.counts.rejected, world.odoo.writes()) == (2, 0, 0)


def test_texts_that_differ_in_their_case_may_be_one_record(world):
    """As the first row has it."""
    world.run(tags(ignore_case=True), [("a", "Red|RED"), ("b", "red")])
    assert world.names() == ["Red"]


@pytest.mark.parametrize("of_a_tree", [False, True])
def test_a_record_is_the_same_in_any_case_when_it_is_made_active_again(world, of_a_tree):
    """An undo archived it; the next source spells it otherwise. Its name stays as it is."""
    fields = tree(ignore_case=True) if of_a_tree else tags(ignore_case=True)
    world.run(fields, [("a", "Red")])
    world.odoo.needed = {1}
    world.undo()
    job, made = world.run(fields, [("a", "RED")])
    assert (job.counts.rejected, made.counts.created, made.vanished.returned) == (0, 0, 1)
    [record] = world.odoo.records["res.partner.category"].values()
    assert (record["name"], record["active"]) == ("Red", True)


@pytest.mark.parametrize("of_a_tree", [False, True])
def test_a_record_that_came_meanwhile_is_found_in_any_case(world, of_a_tree):
    """Another part of the job made it, under another spelling, while this one waited for the lock."""
    fields = tree(ignore_case=True) if of_a_tree else tags(ignore_case=True)
    world.meanwhile("res.partner.category", {"name": "RED"})
    job, made = world.run(fields, [("a", "Red")])
    assert (job.counts.rejected, made.counts.skipped, world.names()) == (0, 1, ["RED"])


def test_rows_that_are_rejected_by_themselves_create_nothing(world):
    """Their values may be as wrong as they are."""
    [job] = world.run(tags(), [("", "red")])
    assert (job.counts.rejected, world.names()) == (1, [])


def test_a_record_that_is_refused_rejects_the_rows_that_need_it(world):
    """They say why."""
    world.odoo.refuses = lambda values: values.get("name") == "bad"
    job, made = world.run(tags(), [("a", "bad"), ("b", "good|bad"), ("c", "good")])
    assert (made.counts.created, made.counts.rejected, made.rejects_file) == (1, 1, "")
    assert (job.counts.created, job.counts.rejected) == (1, 2)
    assert "no res.partner.category has name = 'bad'; it was not created: " in world.heard.rejects[0].reason


def test_dotted_paths_become_lookups_of_the_new_record(world):
    """What is missing there rejects the row."""
    world.odoo.add("res.country", {"code": "US"})
    lookup = {"model": "res.country.state", "by": ["code", "country_id.code"], "on_missing": "create"}
    fields = {"state_id": {"columns": ["state", "country"], "lookup": {**lookup, "create": {"name": "New"}}}}
    job, made = world.run(fields, [("a", "", "NY", "US"), ("b", "", "NY", "XX")])
    assert (made.counts.created, made.counts.rejected, job.counts.created) == (1, 1, 1)
    assert world.odoo.records["res.country.state"][1]["country_id"] == 1
    assert "no res.country has code = 'XX'" in world.heard.rejects[0].reason


def test_what_the_first_lookups_find_is_not_created(world):
    """Only the last one creates."""
    world.odoo.add("res.partner.category", {"name": "red", "color": 7})
    lookups = [{"model": "res.partner.category", "by": "color"}, TAGS | {"create": {}}]
    fields = {"category_id": {"column": "tags", "lookup": lookups}}
    world.odoo.add("res.partner.category", {"name": "5", "color": 9})
    job, made = world.run({"category_id": {"expr": "tags", "lookup": lookups[1]}}, [("a", "5"), ("b", "6")])
    assert (made.counts.created, world.names()) == (1, ["red", "5", "6"])
    [job] = world.run(fields, [("c", "7"), ("d", "9")])
    assert (job.counts.created, world.names()) == (2, ["red", "5", "6"])


def test_a_tree_grows_level_by_level(world):
    """What is there of it stays as it is; branches that are called alike are told apart."""
    world.odoo.add("res.partner.category", {"name": "A"})
    lookup = {"model": "res.partner.category", "by": "name", "path": " / ", "on_missing": "create"}
    fields = {"category_id": {"column": "tags", "lookup": {**lookup, "create": {"color": 3}}}}
    rows = [("a", "A / x / y"), ("b", "B /  x"), ("c", "A / x"), ("d", "B"), ("e", "A /  / y")]
    job, *levels = world.run(fields, rows)
    assert [one.counts.created for one in levels] == [1, 2, 1]
    tree = world.odoo.records["res.partner.category"]
    assert [(one["name"], one.get("parent_id", False), one.get("color", 0)) for one in tree.values()] == [
        ("A", False, 0),
        ("B", False, 3),
        ("x", 1, 3),
        ("x", 2, 3),
        ("y", 3, 3),
    ]
    assert (job.counts.created, job.reject_codes) == (4, {"bad_path": 1})
    partners = world.odoo.records["res.partner"].values()
    assert [(one["ref"], one["category_id"]) for one in partners] == [("a", [5]), ("b", [4]), ("c", [3]), ("d", [2])]
    assert len(world.run(fields, rows)) == 1


def test_a_tree_is_planned_level_by_level(world):
    """Each level finds the one above it among what would be created."""
    lookup = {"model": "res.partner.category", "by": "name", "path": "/", "on_missing": "create"}
    job, *levels = world.run({"category_id": {"column": "tags", "lookup": lookup}}, [("a", "A/x/y")], plan=True)
    assert [one.counts.created for one in levels] == [1, 1, 1]
    assert (job.counts.created, job.counts.rejected, world.odoo.writes()) == (1, 0, 0)


def tree(**lookup):
    """The ends of ways through the tags."""
    lookup = {"model": "res.partner.category", "by": "name", "path": "/", "on_missing": "create", **lookup}
    return {"category_id": {"column": "tags", "lookup": lookup}}


@pytest.mark.parametrize("plan", [True, False])
def test_a_domain_is_for_the_ends_of_the_ways(world, plan):
    """What is above them is found whatever it is like; an end that does not fit is none."""
    world.odoo.add("res.partner.category", {"name": "A"})
    world.odoo.add("res.partner.category", {"name": "x", "parent_id": 1, "color": 5})
    fields = tree(domain=[["color", "=", 3]], create={"color": 3})
    rows = [("a", "A/x/y"), ("b", "A/w"), ("c", "B/z"), ("d", "B")]
    job, *levels = world.run(fields, rows, plan=plan)
    assert (job.counts.created, job.counts.rejected) == (4, 0)
    if plan:
        assert [change.key for one in levels for change in one.changes] == ["B, False", "w, A", "z, B", "y, A/x"]
    else:
        assert world.names() == ["A", "x", "B", "w", "z", "y"]
        assert len(world.run(fields, rows)) == 1


def test_the_first_of_several_branches_may_be_the_one(world):
    """Above what is created, too."""
    for _ in range(2):
        world.odoo.add("res.partner.category", {"name": "A"})
    job, made = world.run(tree(on_ambiguous="first"), [("a", "A/x")])
    assert (job.counts.created, made.counts.created) == (1, 1)
    assert world.odoo.records["res.partner.category"][3]["parent_id"] == 1
    job, made = world.run(tree(), [("b", "A/y")])
    assert (job.counts.rejected, made.counts.rejected) == (1, 1)


def test_an_external_id_that_no_record_gets_creates_none(world):
    """The row says which one it would be."""
    lookup = {"model": "res.partner.category", "by": "external_id", "on_missing": "create", "create": {"name": "N"}}
    [job] = world.run({"category_id": {"column": "tags", "lookup": lookup}}, [("a", "legacy.a/b")])
    assert (job.counts.rejected, world.names()) == (1, [])
    assert "it was not created: a new record would be legacy.a_b" in world.heard.rejects[0].reason


def test_an_external_id_of_an_installed_module_creates_none(world):
    """Its row is a reject; the others land."""
    world.odoo.add("ir.module.module", {"name": "base", "state": "installed"})
    lookup = {"model": "res.partner.category", "by": "external_id", "on_missing": "create", "create": {"name": "N"}}
    fields = {"category_id": {"column": "tags", "lookup": lookup}}
    [job] = world.run(fields, [("a", "base.typo"), ("b", ""), ("c", "base.typo")])
    assert (job.status, job.counts.created, job.counts.rejected) == ("done", 1, 2)
    reason = "no res.partner.category has external_id = 'base.typo'; it was not created: `base` is an installed module"
    assert world.heard.rejects[0].reason.startswith(reason)


@pytest.mark.parametrize("there", [False, True])
def test_values_that_become_one_external_id_create_none(world, there):
    """Their rows are rejects, as those of `target.external_id` are, also where the record of one is there by now."""
    if there:
        world.odoo.add("res.partner.category", {"name": "N"})
        named = {"module": "legacy", "name": "A_B", "model": "res.partner.category", "res_id": 1}
        world.odoo.add("ir.model.data", named)
    lookup = {"model": "res.partner.category", "by": "external_id", "module": "legacy", "on_missing": "create"}
    fields = {"category_id": {"column": "tags", "split": "|", "lookup": {**lookup, "create": {"name": "N"}}}}
    rows = [("a", "A&B"), ("b", "A+B|C"), ("c", "A B"), ("d", "A B"), ("e", "D")]
    job, made = world.run(fields, rows, plan=True)
    assert [change.key for change in made.changes] == ["legacy.C", "legacy.D"]
    assert (job.counts.created, job.reject_codes) == (1, {"external_id_collision": 4})
    assert world.heard.rejects[0].reason.startswith("'A&B' and 'A+B' would both be legacy.A_B: give one of them")


def test_one_value_is_one_external_id(world):
    """However often it stands there, in whatever form a source has the number."""
    lookup = {"model": "res.partner.category", "external_id": "legacy.t_{tags}", "on_missing": "create"}
    fields = {"category_id": {"column": "tags", "lookup": {**lookup, "create": {"name": "N"}}}}
    job, made = world.run(fields, [("a", 7), ("b", "7"), ("c", 7.0)], plan=True)
    assert ([change.key for change in made.changes], job.counts.created) == (["legacy.t_7"], 3)


def test_what_the_last_lookup_cannot_read_is_not_created(world):
    """The lookups before it find records all the same."""
    last = {"model": "res.partner.category", "by": "external_id", "on_missing": "create", "create": {"name": "N"}}
    world.odoo.add("res.partner.category", {"name": "red"})
    fields = {"category_id": {"column": "tags", "lookup": [{"model": "res.partner.category", "by": "name"}, last]}}
    [job] = world.run(fields, [("a", "red"), ("b", "blue")])
    assert (job.counts.created, job.counts.rejected, world.names()) == (1, 1, ["red"])
    assert "no res.partner.category has name = 'blue'" in world.heard.rejects[0].reason


def test_a_refusal_is_told_in_any_case(world):
    """Also to the row that spells it otherwise."""
    world.odoo.refuses = lambda values: str(values.get("name")).lower() == "bad"
    job, _ = world.run(tags(ignore_case=True), [("a", "Bad"), ("b", "BAD")])
    assert job.counts.rejected == 2
    assert all("it was not created: " in one.reason for one in world.heard.rejects)


def test_a_job_that_cannot_create_what_is_missing_writes_nothing(world):
    """It fails with the error of that."""
    world.odoo.before = raising(AccessRefused("no right"), "res.partner.category.create")
    job, made = world.run(tags(), [("a", "red")])
    assert (made.status, job.status, world.odoo.records.get("res.partner")) == ("failed", "failed", None)
    assert (job.error, job.exit_code) == (
        f"the records that fields.category_id.lookup is to create were not created: {made.error}",
        made.exit_code,
    )


@pytest.mark.parametrize("plan", [True, False])
def test_a_lookup_that_can_never_create_is_refused_before_the_first_write(world, plan):
    """With its place in the job, whatever is missing."""
    [job] = world.run(tags(domain=[["color", "=", 4]]), [], plan=plan)
    assert (job.exit_code, world.odoo.writes()) == (2, 0)
    assert "fields.category_id.lookup.domain: a new record would have `color` 3, and `domain` wants 4" in job.error


def test_calls_are_counted_where_they_were_made(world):
    """Those that created records in the result of that job alone."""
    job, made = world.run(tags(), [("a", "red")])
    assert made.calls["res.partner.category.create"] == 1
    assert "res.partner.category.create" not in job.calls
    assert sum(job.calls.values()) == world.odoo.calls.total()
