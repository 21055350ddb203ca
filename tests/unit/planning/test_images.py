"""What the ledger keeps of a write: lines by id with what was replaced, values of variants under their path."""

from __future__ import annotations

from odoo_etl.planning import Planner, after, before
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
    assert before(one) == {
        "name": "Chair",
        "line_ids": [{"id": 11, "quantity": 4.0, "step_ids": steps}, CHAIR["line_ids"][1]],
    }
    assert after(one) == one.values


def test_images_of_variants_stand_under_their_paths():
    """Those of lines, too."""
    both = {FRENCH: {"name": "Siège"}, OTHER: {"cost": 1.0}}
    one = update(line(10, variants={FRENCH: {"name": "Pied"}}), line(20), variants=both)
    french, other = one.in_variant(FRENCH), one.in_variant(OTHER)
    assert before(french, FRENCH) == {
        "name@fr_FR": False,
        "line_ids": [{"id": 11, "name@fr_FR": False}, {"id": 12}],
    }
    assert after(french, FRENCH) == {"name@fr_FR": "Siège", "line_ids": [[1, 11, {"name@fr_FR": "Pied"}]]}
    assert (before(other, OTHER), after(other, OTHER)) == ({"cost@company:3": False}, {"cost@company:3": 1.0})
