"""What the ledger keeps of a write: lines by id with what was replaced, values of variants under their path."""

from __future__ import annotations

from odoo_etl.mapping import OWN
from odoo_etl.planning import Create, FieldTree, Planner, after, after_create, before, is_field
from tests.boms import FRENCH, NO_VARIANTS, OTHER, bom, line, rules, step
from tests.unit.planning.test_children import CHAIR


def update(*lines, variants=NO_VARIANTS, **values):
    """The update of the chair."""
    (found,) = (
        Planner("upsert", rules(rest="remove"))
        .plan([bom("C", *lines, variants=variants, **values)], {("C",): [CHAIR]})
        .updates
    )
    return found


def test_the_image_before_names_every_line_and_holds_what_is_replaced():
    """A removed line is kept whole, an untouched one by its id alone."""
    one = update(line(10, step("cut", 6), quantity=3), line(30, name="Seat"), name="Stool")
    steps = [{"id": 31, "minutes": 5}, {"id": 32}]
    removed = {"id": 12, "sequence": 20, "name": "Top", "quantity": 1.0, "active": True, "step_ids[]": []}
    assert before(one) == {
        "name": "Chair",
        "line_ids[]": [{"id": 11, "quantity": 4.0, "step_ids[]": steps}, removed],
    }
    assert after(one) == {
        "name": "Stool",
        "line_ids[]": [
            [1, 11, {"quantity": 3, "step_ids[]": [[1, 31, {"minutes": 6}]]}],
            [0, 0, {"sequence": 30, "name": "Seat"}],
            [2, 12, 0],
        ],
    }


def test_images_of_variants_stand_under_their_paths():
    """Those of lines, too."""
    both = {FRENCH: {"name": "Siège"}, OTHER: {"cost": 1.0}}
    one = update(line(10, variants={FRENCH: {"name": "Pied"}}), line(20), variants=both)
    french, other = one.in_variant(FRENCH), one.in_variant(OTHER)
    assert before(french, FRENCH) == {
        "name@fr_FR": False,
        "line_ids[]": [{"id": 11, "name@fr_FR": False}, {"id": 12}],
    }
    assert after(french, FRENCH) == {"name@fr_FR": "Siège", "line_ids[]": [[1, 11, {"name@fr_FR": "Pied"}]]}
    assert (before(other, OTHER), after(other, OTHER)) == ({"cost@company:3": False}, {"cost@company:3": 1.0})


def test_the_image_of_a_new_record_has_its_lines_as_commands():
    """That of a plain one is what is sent."""
    plain, whole = Create(bom("N")), Create(bom("N", line(10, step("cut", 5))))
    sent = plain.values
    assert after_create(plain, sent) is sent
    steps = [[0, 0, {"name": "cut", "minutes": 5}]]
    assert after_create(whole, whole.values) == {
        "code": "N",
        "line_ids[]": [[0, 0, {"sequence": 10, "step_ids[]": steps}]],
    }
    assert [name for name in ("code", "line_ids[]", "name@fr_FR") if is_field(name)] == ["code"]


def test_what_images_name_is_what_must_be_read_to_compare_with_them():
    """Fields by language and company, and those of lines."""
    one = update(line(10, step("cut", 6), variants={FRENCH: {"name": "Pied"}}), line(20), name="Stool")
    french = one.in_variant(FRENCH)
    named = FieldTree().add([before(one), after(one), before(french, FRENCH), after(french, FRENCH)])
    assert (named.variants, named.fields) == ({OWN: {"name"}}, {"name", "line_ids"})
    lines = named.lines["line_ids"]
    assert (lines.variants, lines.lines["step_ids"].variants) == ({FRENCH: {"name"}}, {OWN: {"minutes"}})
