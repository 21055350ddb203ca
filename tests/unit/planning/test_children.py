"""Lines and variants of records, held against what Odoo has: only what differs is planned."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import fold
from odoo_etl.planning import Currencies, LineRules, Planner, RecordRules
from tests.boms import FRENCH, OTHER, bom, line, rules, step
from tests.builders import target

STEPS = [{"id": 31, "name": "cut", "minutes": 5}, {"id": 32, "name": "glue", "minutes": 9}]
ROWS = [
    {"id": 11, "sequence": 10, "name": "Leg", "quantity": 4.0, "active": True, "step_ids": STEPS},
    {"id": 12, "sequence": 20, "name": "Top", "quantity": 1.0, "active": True, "step_ids": []},
]
CHAIR = {"id": 7, "code": "C", "name": "Chair", "cost": 9.0, "line_ids": ROWS}


def plan(*records, existing=CHAIR, mode="upsert", **options):
    """The plan of some bills, of which Odoo has one."""
    return Planner(mode, rules(**options)).plan(records, {("C",): [existing]} if existing else {})


def commands(*lines, **options):
    """What the one update of a bill with these lines writes."""
    (update,) = plan(bom("C", *lines), **options).updates
    return update.values


def test_a_new_record_is_created_with_its_lines_and_their_lines():
    """One `create` makes all of them."""
    (create,) = plan(bom("N", line(10, step("cut", 5), name="Leg"), line(20, name="Top")), existing=None).creates
    leg = {"sequence": 10, "name": "Leg", "step_ids": [[0, 0, {"name": "cut", "minutes": 5}]]}
    assert create.values == {"code": "N", "line_ids": [[0, 0, leg], [0, 0, {"sequence": 20, "name": "Top"}]]}


def test_equal_lines_and_variants_are_no_change():
    """All the way down, and in each language and company."""
    existing = {**CHAIR, "name@fr_FR": "Chaise", "cost@company:3": 8.0}
    whole = bom(
        "C",
        line(10, step("glue", 9), step("cut", 5), name="Leg", quantity=4),
        line(20, name="Top"),
        variants={FRENCH: {"name": "Chaise"}, OTHER: {"cost": 8.0}},
    )
    assert [one.id for one in plan(whole, existing=existing).unchanged] == [7]


def test_only_lines_that_differ_are_written_together_with_their_record():
    """What the record lacks is created, what differs is written by its id, the rest is not named."""
    (update,) = plan(bom("C", line(10, name="Leg", quantity=3), line(30, name="Seat"), name="Stool")).updates
    assert update.values == {
        "name": "Stool",
        "line_ids": [[1, 11, {"quantity": 3}], [0, 0, {"sequence": 30, "name": "Seat"}]],
    }


def test_lines_of_lines_are_planned_likewise():
    """A line is written for the sake of its own lines, too."""
    assert commands(line(10, step("glue", 8), step("sand", 1))) == {
        "line_ids": [[1, 11, {"step_ids": [[1, 32, {"minutes": 8}], [0, 0, {"name": "sand", "minutes": 1}]]}]]
    }


@pytest.mark.parametrize(
    ("rest", "expected"),
    [("remove", [[2, 12, 0]]), ("archive", [[1, 12, {"active": False}]])],
)
def test_what_becomes_of_lines_that_the_source_lacks(rest, expected):
    """They go, or are archived."""
    assert commands(line(10), rest=rest) == {"line_ids": expected}


def test_lines_that_the_source_lacks_are_kept_unless_told_otherwise_and_archived_only_once():
    """Nothing is to be written."""
    archived = {**CHAIR, "line_ids": [ROWS[0], {**ROWS[1], "active": False}]}
    plans = [plan(bom("C", line(10))), plan(bom("C", line(10)), existing=archived, rest="archive")]
    assert [len(one.unchanged) for one in plans] == [1, 1]


def test_lines_that_share_a_key_are_found_by_their_order():
    """The second of them is the second one in Odoo; a third is new."""
    twice = {**CHAIR, "line_ids": [ROWS[0], {**ROWS[0], "id": 13, "quantity": 1.0}]}
    lines = [line(10, quantity=4), line(10, quantity=2), line(10, quantity=3)]
    (update,) = plan(bom("C", *lines), existing=twice).updates
    assert update.values["line_ids"] == [[1, 13, {"quantity": 2}], [0, 0, {"sequence": 10, "quantity": 3}]]
    assert (list(update.children[0].updates), list(update.children[0].creates)) == (["10 (2)"], ["10 (3)"])


def test_lines_without_a_key_are_compared_in_order():
    """What is behind the last one goes."""
    first = line(0, name="Leg")
    first.key, first.values = (), {"name": "Foot"}
    (update,) = plan(bom("C", first), key=(), rest="remove").updates
    assert update.values["line_ids"] == [[1, 11, {"name": "Foot"}], [2, 12, 0]]
    assert (list(update.children[0].updates), list(update.children[0].removals)) == (["1"], ["id 12"])


def test_values_per_language_and_company_are_compared_each_for_itself():
    """Only what differs there is planned; the record's own values stay as they are."""
    existing = {**CHAIR, "name@fr_FR": "Chaise", "cost@company:3": 8.0}
    both = {FRENCH: {"name": "Siège"}, OTHER: {"cost": 8.0}}
    (update,) = plan(bom("C", variants=both, name="Chair"), existing=existing).updates
    assert (update.changes, update.values) == ({}, {})
    assert [(one.variant, one.changes) for one in update.variants] == [(FRENCH, {"name": ("Chaise", "Siège")})]


def test_what_differs_in_one_language_is_an_update_of_its_own_lines_included():
    """That of another language is none."""
    lines = [line(10, variants={FRENCH: {"name": "Pied"}}), line(20, name="Board")]
    (update,) = plan(bom("C", *lines, variants={FRENCH: {"name": "Chaise"}}, name="Stool")).updates
    french = update.in_variant(FRENCH)
    assert french.values == {"name": "Chaise", "line_ids": [[1, 11, {"name": "Pied"}]]}
    assert update.values == {"name": "Stool", "line_ids": [[1, 12, {"name": "Board"}]]}
    assert update.in_variant(OTHER) is None


@pytest.mark.parametrize("existing", [None, CHAIR], ids=["new", "existing"])
def test_a_new_line_without_a_required_value_rejects_its_record_and_is_named(existing):
    """The whole record: its lines and it are one unit."""
    (reject,) = plan(bom("C", line(10), line(30, name=False), name="Stool"), existing=existing).rejects
    assert [(flaw.code, flaw.field) for flaw in reject.flaws] == [("required", "line_ids[30].name")]


def test_amounts_of_new_lines_are_as_their_currency_keeps_them():
    """As those of new records."""
    fields = {
        "amount": target("monetary", "amount", currency_field="currency_id"),
        "currency_id": target("many2one", "currency_id"),
    }
    money = Currencies({1: 1.0}, {"amount": "currency_id"})
    lines = LineRules(fields, ("currency_id",), money)
    planner = Planner("upsert", RecordRules(rules().fields, ("code",), children={"line_ids": lines}))
    priced = line(10)
    priced.key, priced.values = (1,), {"amount": 2.4, "currency_id": 1}
    (create,) = planner.plan([bom("N", priced)], {}).creates
    assert create.values["line_ids"] == [[0, 0, {"amount": 2.0, "currency_id": 1}]]


def test_rows_of_one_key_are_one_record_with_the_lines_of_all():
    """They stand or fall together; per language the later row wins."""
    first = bom("C", line(10), variants={FRENCH: {"name": "Chaise"}}, name="Chair")
    second = bom("C", line(20, name="Top"), row=3, variants={FRENCH: {"name": "Siège"}, OTHER: {"cost": 1.0}})
    record = fold([first, second])
    assert [one.key for one in record.children[0].records] == [(10,), (20,)]
    assert [tuple(one) for one in record.variants] == [(FRENCH, {"name": "Siège"}), (OTHER, {"cost": 1.0})]
    assert ([row.line for row in record.rows], record.parts) == ([2, 3], ())


def test_what_the_run_itself_made_differ_was_as_wanted_before():
    """Down to the lines, and in each language."""
    (update,) = plan(bom("C", line(10, quantity=3), variants={FRENCH: {"name": "Chaise"}}, name="Stool")).updates
    own = update.of_own_making()
    assert own.changes == {"name": ("Stool", "Stool")}
    assert own.children[0].updates["10"].changes == {"quantity": (3, 3)}
    assert own.variants[0].changes == {"name": ("Chaise", "Chaise")}


def test_an_update_with_fewer_values_has_fewer_lines():
    """It is none only where nothing is left; lines that are new or go stay."""
    (update,) = plan(bom("C", line(10, quantity=3), name="Stool")).updates
    assert update.by_path == {"name": ("Chair", "Stool"), "line_ids[10].quantity": (4.0, 3)}
    assert update.only(["line_ids[10].quantity"]).values == {"line_ids": [[1, 11, {"quantity": 3}]]}
    assert update.only(["name"]).values == {"name": "Stool"}
    assert update.only(()) is None
    (more,) = plan(bom("C", line(10, quantity=3), line(40, name="Pin")), rest="remove").updates
    assert [command[0] for command in more.only(()).values["line_ids"]] == [0, 2]


def test_values_of_lines_take_the_form_of_the_api():
    """As those of records do."""
    tagged = LineRules(
        {"sequence": target("integer", "sequence"), "tag_ids": target("many2many", "tag_ids")}, ("sequence",)
    )
    planner = Planner("upsert", RecordRules(rules().fields, ("code",), children={"line_ids": tagged}))
    existing = {**CHAIR, "line_ids": [{"id": 11, "sequence": 10, "tag_ids": [1]}]}
    lines = [line(10, tag_ids=IdList((2,), "add")), line(20, tag_ids=IdList((3,), "set"))]
    (update,) = planner.plan([bom("C", *lines)], {("C",): [existing]}).updates
    assert update.values["line_ids"] == [
        [1, 11, {"tag_ids": [[4, 2, 0]]}],
        [0, 0, {"sequence": 20, "tag_ids": [[6, 0, [3]]]}],
    ]
