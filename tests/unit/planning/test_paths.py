"""Changes of lines and variants as paths."""

from __future__ import annotations

from odoo_etl.planning import LineRemoval, Planner, paths_of, paths_of_new
from tests.boms import FRENCH, bom, line, rules, step
from tests.unit.planning.test_children import CHAIR

RULES = rules(rest="remove")


def test_paths_of_an_update():
    """Its own fields, then its variants, then its lines with their lines."""
    changed = bom(
        "C", line(10, step("cut", 6)), line(30, name="Seat"), variants={FRENCH: {"name": "Siège"}}, name="Stool"
    )
    (update,) = Planner("upsert", RULES).plan([changed], {("C",): [CHAIR]}).updates
    found = list(paths_of(update, RULES))
    assert [(one.path, one.old, one.new) for one in found if not isinstance(one, LineRemoval)] == [
        ("name", "Chair", "Stool"),
        ("name@fr_FR", False, "Siège"),
        ("line_ids[10].step_ids[cut].minutes", 5, 6),
        ("line_ids[30].sequence", None, 30),
        ("line_ids[30].name", None, "Seat"),
    ]
    assert [(one.path, one.row["id"]) for one in found if isinstance(one, LineRemoval)] == [("line_ids[20]", 12)]


def test_paths_of_a_new_record():
    """All of its values."""
    new = bom("N", line(10, step("cut", 6)), variants={FRENCH: {"name": "Siège"}})
    assert [(one.path, one.old, one.new) for one in paths_of_new(new, RULES)] == [
        ("code", None, "N"),
        ("name@fr_FR", None, "Siège"),
        ("line_ids[10].sequence", None, 10),
        ("line_ids[10].step_ids[cut].name", None, "cut"),
        ("line_ids[10].step_ids[cut].minutes", None, 6),
    ]
