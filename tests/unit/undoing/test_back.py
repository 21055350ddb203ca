"""Lines, languages and companies: written, journalled and taken back, at any depth."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from odoo_etl.planning import LineRules
from odoo_etl.undoing.back import Back
from odoo_etl.undoing.traces import Commands
from tests.boms import BOM, FRENCH, LINE, OTHER, BomWorld, bom, line, step
from tests.builders import target


@pytest.fixture
def world(ledger):
    """A chair of two lines, which one run made."""
    world = BomWorld(ledger)
    leg = line(10, step("cut", 5), step("glue", 9), name="Leg", quantity=4.0)
    french = {FRENCH: {"name": "Chaise"}, OTHER: {"cost": 8.0}}
    world.run("r1", bom("C", leg, line(20, name="Top"), variants=french, name="Chair", cost=9.0))
    return world


def changed():
    """The chair with another quantity, a step less glued, a line less, one more, and other words."""
    leg = line(10, step("glue", 7), step("sand", 1), variants={FRENCH: {"name": "Pied"}}, quantity=3.0)
    variants = {FRENCH: {"name": "Tabouret"}, OTHER: {"cost": 7.0}}
    return bom("C", leg, line(30, step("bend", 2), name="Seat"), variants=variants, name="Stool")


def test_a_new_record_is_made_with_its_lines_in_one_call(world):
    """Its values in other languages and companies follow, a call for each."""
    calls = {call: count for call, count in world.odoo.calls.items() if call.startswith(BOM)}
    assert (calls[f"{BOM}.create"], calls[f"{BOM}.write"]) == (1, 2)
    steps = [{"name": "cut", "minutes": 5}, {"name": "glue", "minutes": 9}]
    shown = {"active": True, "name@fr_FR": "Leg", "name": "Leg"}
    (chair,) = world.state()
    assert (chair["name@fr_FR"], chair["cost@company:3"]) == ("Chaise", 8.0)
    assert chair["line_ids"][0] == {"sequence": 10, "quantity": 4.0, "step_ids": steps, **shown}


def test_the_same_records_again_write_nothing(world):
    """Lines and variants are found equal."""
    world.run("r2", changed(), rest="remove")
    before = world.odoo.writes()
    outcome = world.run("r3", changed(), rest="remove")
    assert (len(outcome.unchanged), world.odoo.writes()) == (1, before)


@pytest.mark.parametrize("rest", ["keep", "remove", "archive"])
@pytest.mark.parametrize("major", [18, 19])
def test_undo_puts_lines_and_variants_back(world, rest, major):
    """Old values, lines that went, none of the lines that the run made; a second time, and back again."""
    world.odoo.major = major
    before = world.state()
    world.run("r2", changed(), rest=rest)
    after = world.state()
    assert after != before
    assert world.undo("r2", "u1").undone.left == ()
    assert in_order(world.state()) == in_order(before)
    writes = world.odoo.writes()
    world.undo("r2", "u2")
    assert (in_order(world.state()), world.odoo.writes()) == (in_order(before), writes)
    world.undo("u1", "u3")
    assert in_order(world.state()) == in_order(after)


def in_order(bills):
    """Lines that came back stand at the end."""
    for lines in (one["line_ids"] for one in bills):
        lines.sort(key=lambda one: one["sequence"])
    return bills


def test_runs_are_taken_back_one_after_the_other(world):
    """A line that the first made goes with it, though the second changed it."""
    before = world.state()
    world.run("r2", bom("C", line(10, quantity=3.0), line(30, name="Seat"), name="Stool"))
    world.run("r3", bom("C", line(10, quantity=2.0), line(30, name="Pad"), name="Pouf"))
    world.undo("r3", "u1")
    world.undo("r2", "u2")
    assert world.state() == before


def test_undo_shows_paths(world):
    """Before anything is written."""
    world.run("r2", changed(), rest="remove")
    ids = {one["sequence"]: number for number, one in world.odoo.records[LINE].items()}
    (change,) = world.undo("r2", "", shown=5).changes
    leg, seat = f"line_ids[id {ids[10]}]", f"line_ids[id {ids[30]}]"
    assert (change.changes["name"], change.changes["name@fr_FR"]) == (("Stool", "Chair"), ("Tabouret", "Chaise"))
    assert (change.changes[f"{leg}.quantity"], change.changes[f"{leg}.name@fr_FR"]) == ((3.0, 4.0), ("Pied", "Leg"))
    assert change.changes[seat][1] == "(removed)"
    assert world.odoo.calls[f"{BOM}.web_save_multi"] == world.odoo.calls[f"{BOM}.unlink"] == 0


@pytest.mark.parametrize(
    ("sequence", "values", "reason"),
    [
        (10, {"quantity": 6.0}, "changed since: line_ids[id {id}].quantity"),
        (30, {"name": "Cushion"}, "changed since: line_ids[new]"),
    ],
)
def test_a_record_whose_line_somebody_changed_is_left_alone(world, sequence, values, reason):
    """A line that the run wrote, or made."""
    world.run("r2", changed())
    ids = {one["sequence"]: number for number, one in world.odoo.records[LINE].items()}
    world.odoo.records[LINE][ids[sequence]] |= values
    after = world.state()
    (left,) = world.undo("r2", "u1").undone.left
    assert left.reason == reason.format(id=ids[sequence])
    assert world.state() == after


def test_a_line_that_odoo_refuses_rejects_its_record_alone(world):
    """With its lines nothing of the record is written; others land."""
    world.odoo.refuses = lambda values: values.get("name") == "Bad"
    before = world.state()
    outcome = world.run(
        "r2", bom("C", line(10, name="Foot"), line(20, name="Bad")), bom("D", line(10, name="Leg"), row=3)
    )
    assert [one.row.line for one in outcome.rejects] == [2]
    assert [one["code"] for one in world.state() if one not in before] == ["D"]


def test_a_new_record_whose_translation_is_refused_is_no_created_one(world):
    """It is there, its row has the verdict, and the next run finds it."""
    world.odoo.refuses = lambda values: values.get("name") == "Mal"
    outcome = world.run("r2", bom("D", variants={FRENCH: {"name": "Mal"}}, name="Desk"))
    assert (outcome.created, [one.row.line for one in outcome.rejects]) == ([], [2])
    world.odoo.refuses = lambda _: False
    assert len(world.run("r3", bom("D", variants={FRENCH: {"name": "Bien"}}, name="Desk")).updated) == 1


def test_a_create_without_an_answer_doubles_no_line(world):
    """Its record is found by its key, with its lines."""
    create = world.odoo.create

    def lossy(model, values, **options):
        create(model, values, **options)
        raise UnknownOutcome("no answer")

    world.odoo.create = lossy
    outcome = world.run("r2", bom("D", line(10, name="Leg"), name="Desk"))
    assert (len(outcome.created), [len(one["line_ids"]) for one in world.state()]) == (1, [2, 1])


PRICED = LineRules({"name": target("char", "name"), "price": target("float", "price", depends=["name"])})
WENT = [{"id": 1, "name": "Leg", "price": 4.0}, {"id": 2, "name": "Leg", "price": 5.0}]
GONE = Commands(removed={1, 2})


@pytest.mark.parametrize(
    ("there", "created"),
    [
        ([], ["id 1", "id 2"]),
        ([{"id": 7, "name": "Leg", "price": 9.0}], ["id 2"]),
        ([{"id": 7, "name": "Leg", "price": 9.0}, {"id": 8, "name": "Leg", "price": 9.0}], []),
        ([{"id": 7, "name": "Leg", "price": 5.0}, {"id": 8, "name": "Top", "price": 4.0}], ["id 1"]),
    ],
)
def test_a_line_that_came_back_otherwise_is_not_made_again(there, created):
    """Odoo computes some of its values anew, so that no line is equal to the one that went; each stands for one."""
    changes = Back(PRICED).changes("line_ids", WENT, GONE, there)
    assert sorted(changes.creates) == created
    assert changes.removals == {}


@pytest.mark.parametrize(("written", "gone"), [("2024-01-01", ["id 7"]), ("2024-01-03", []), ("", [])])
def test_a_line_that_the_run_made_goes_though_odoo_computed_it_anew(written, gone):
    """Where nobody has written it since."""
    commands = Commands(creates=[{"name": "Leg", "price": 4.0}])
    rows = [{"id": 7, "name": "Leg", "price": 9.0, "write_date": written}]
    changes = Back(PRICED).changes("line_ids", [], commands, rows, "2024-01-02")
    assert list(changes.removals) == gone
    told = list(Back(PRICED).changed_lines(commands, rows, "2024-01-02"))
    assert told == ([] if gone else ["[new]"])
