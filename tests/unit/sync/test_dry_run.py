"""`plan`: the same way as a run, without a write, and what it would have written."""

from __future__ import annotations

import pytest

from odoo_etl.planning import Planner
from odoo_etl.results import Counts, LineCounts
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.planned_changes import FirstChanges, PlannedChanges
from tests.boms import FRENCH, OTHER, bom, line, rules, step
from tests.builders import PATIENT, Heard, ListSource, World, job_spec
from tests.unit.planning.test_children import CHAIR

FIELDS = {
    "ref": "ref",
    "name": "name",
    "email": {"column": "email", "empty": "clear"},
    "is_company": {"column": "kind", "empty": "clear"},
    "color": {"column": "color", "empty": "clear"},
}
COLUMNS = ["ref", "name", "email", "kind", "color"]


def test_a_plan_writes_nothing_and_counts_as_the_run_would():
    """Counts and rejects are those of the run that follows."""
    world = World()
    world.odoo.add("res.partner", {"ref": "a", "name": "old"}, {"ref": "b", "name": "B"})
    source = ListSource(COLUMNS, [("a", "A"), ("b", "B"), ("c", "C"), ("", "D"), ("c", "C2")])
    source.rows = [(*row, "", "", "") for row in source.rows]
    planned = world.run(job_spec(FIELDS), source, shown=10)
    assert planned.writes == 0
    assert planned.counts == world.run(job_spec(FIELDS), source).counts


def test_changes_show_emptied_fields_by_their_type():
    """An emptied text is None, an emptied number 0, an emptied boolean False; unchanged fields do not show."""
    world = World()
    world.odoo.add("res.partner", {"ref": "a", "name": "A", "email": "a@x", "is_company": True, "color": 3})
    ran = world.run(job_spec(FIELDS), ListSource(COLUMNS, [("a", "A", "", "", "")]), shown=10)
    assert ran.changes[0].changes == {"email": ("a@x", None), "is_company": (True, False), "color": (3, 0)}
    assert (ran.changes[0].action, ran.changes[0].key, ran.changes[0].line) == ("update", "a", 2)


def test_a_new_record_shows_what_it_gets():
    """Old values are None; empty ones show by their type."""
    ran = World().run(job_spec(FIELDS), ListSource(COLUMNS, [("a", "A", "", "yes", "")]), shown=10)
    new = {name: value for name, (_, value) in ran.changes[0].changes.items()}
    assert new == {"ref": "a", "name": "A", "email": None, "is_company": True, "color": 0}
    assert {old for old, _ in ran.changes[0].changes.values()} == {None}


def test_only_the_first_changes_are_kept():
    """As many as asked for."""
    rows = [(str(n), "A", "", "", "") for n in range(30)]
    assert len(World().run(job_spec(FIELDS), ListSource(COLUMNS, rows), shown=7).changes) == 7


@pytest.mark.parametrize(
    ("target", "lookup", "wanted"),
    [
        ({"key": "name"}, {"by": "name"}, "red"),
        ({"key": "name"}, {"by": "name", "ignore_case": True}, "RED"),
        ({"external_id": "legacy.tag_{name}"}, {"by": "external_id"}, "legacy.tag_red"),
        ({"key": "name"}, {"by": "name", "path": " / "}, "red"),
    ],
)
def test_a_later_job_finds_what_an_earlier_one_would_create(target, lookup, wanted):
    """The plan of a first load does not call planned records missing, and gives them made-up ids."""
    world = World()
    tags = job_spec({"name": "name"}, model="res.partner.category", **target)
    lookup = {"model": "res.partner.category", **lookup}
    partners = job_spec({"ref": "ref", "name": "name", "category_id": {"column": "email", "lookup": lookup}})
    planned, results = Planned([tags, partners], 5), []
    for spec, rows in ((tags, [("", "red", "", "", "")]), (partners, [("a", "A", wanted), ("b", "B", "legacy.no")])):
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        padded = [(*row, "", "", "")[:5] for row in rows]
        request = JobRequest(planned, rows=AllRows(ListSource(COLUMNS, padded)), rejects=Heard())
        results.append(run_job(spec, world.odoo, Heard(), so_far, request))
    assert results[1].reject_codes == {"lookup_missing": 1}
    assert results[1].changes[0].changes["category_id"] == (None, ["(new)"])
    assert world.odoo.writes() == 0


PARENT = {"column": "email", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}


def test_what_waits_for_a_later_row_is_planned_once():
    """A later job finds one record, and its change shows what it waited for."""
    world = World()
    partners = job_spec({"ref": "ref", "name": "name", "parent_id": PARENT})
    lookup = {"model": "res.partner", "by": "ref"}
    orders = job_spec({"ref": "ref", "name": "name", "parent_id": {"column": "email", "lookup": lookup}})
    planned, results = Planned([partners, orders], 5), []
    for spec, rows in ((partners, [("c", "C", "p"), ("p", "P", ""), ("x", "X", "no")]), (orders, [("o", "O", "c")])):
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        padded = [(*row, "", "") for row in rows]
        request = JobRequest(planned, rows=AllRows(ListSource(COLUMNS, padded)), rejects=Heard())
        results.append(run_job(spec, world.odoo, Heard(), so_far, request))
    assert [result.reject_codes for result in results] == [{"lookup_missing": 1}, {}]
    shown = {change.key: change.changes.get("parent_id") for change in results[0].changes}
    assert shown["c"] == (None, "(new)")
    assert [change.key for change in results[0].changes].count("c") == 1
    assert results[0].counts.created == 2


def test_what_waits_is_planned_also_when_the_oldest_row_of_its_key_is_rejected_then():
    """The plan and the run count the same, and the change shows what the row that is left waited for."""
    partners = job_spec({"ref": "ref", "name": "name", "parent_id": PARENT})
    rows = [(*row, "", "") for row in [("c", "C", "no"), ("c", "D", "p"), ("p", "P", "")]]
    world, results = World(), []
    for planned in (Planned([partners], 5), None):
        so_far = JobSoFar.begun("partners", "res.partner")
        request = JobRequest(planned, rows=AllRows(ListSource(COLUMNS, rows)), settler=PATIENT, rejects=Heard())
        results.append(run_job(partners, world.odoo, Heard(), so_far, request))
    plan, run = results
    assert (plan.counts, plan.reject_codes) == (run.counts, run.reject_codes)
    shown = {change.key: change.changes for change in plan.changes}
    assert (shown["c"]["name"], shown["c"]["parent_id"]) == ((None, "D"), (None, "(new)"))


def test_a_new_record_whose_last_row_empties_what_it_needs():
    """The plan of it ends; what Odoo says of the second row only the run can tell."""
    world = World()
    first = job_spec({"ref": "ref", "name": {"column": "name", "empty": "clear"}})
    lookup = {"model": "res.partner", "by": "ref"}
    second = job_spec({"ref": "ref", "name": "name", "parent_id": {"column": "email", "lookup": lookup}})
    planned, results = Planned([first, second], 5), []
    for spec, rows in ((first, [("a", "A", ""), ("a", "", "")]), (second, [("b", "B", "a")])):
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        padded = [(*row, "", "") for row in rows]
        request = JobRequest(planned, rows=AllRows(ListSource(COLUMNS, padded)), rejects=Heard())
        results.append(run_job(spec, world.odoo, Heard(), so_far, request))
    counts = results[0].counts
    assert (counts.created, counts.updated, [one.key for one in results[0].changes]) == (1, 1, ["a"])
    assert results[1].reject_codes == {}


def test_lines_and_variants_are_shown_as_paths_and_counted():
    """As the run would write them; nothing is written."""
    chair = bom("C", line(10, step("cut", 6)), line(30, name="Seat"), variants={FRENCH: {"name": "Siège"}})
    new = bom("N", line(10, name="Leg"), row=3, variants={OTHER: {"cost": 2.0}})
    plan = Planner("upsert", rules(rest="remove")).plan([chair, new], {("C",): [CHAIR]})
    so_far, outcome = JobSoFar.begun("boms", "mrp.bom"), Outcome()
    changes = PlannedChanges(FirstChanges(9), 9)
    tally = Tally(job_spec({"ref": "ref"}), so_far, Heard(), changes=changes)
    Planned([], 9).note(job_spec({"ref": "ref"}), rules(), plan, outcome, changes)
    tally.count(BatchProgress(), outcome)
    tally.finish()
    result = so_far.result
    updated, created = result.changes
    assert updated.changes == {
        "name@fr_FR": (None, "Siège"),
        "line_ids[10].step_ids[cut].minutes": (5, 6),
        "line_ids[30].sequence": (None, 30),
        "line_ids[30].name": (None, "Seat"),
        "line_ids[20]": ({"sequence": 20, "name": "Top", "quantity": 1.0, "active": True}, "(removed)"),
    }
    assert created.changes == {
        "code": (None, "N"),
        "cost@company:3": (None, 2.0),
        "line_ids[10].sequence": (None, 10),
        "line_ids[10].name": (None, "Leg"),
    }
    assert (result.counts, result.lines) == (Counts(created=1, updated=1), LineCounts(2, 2, 0, 1))
