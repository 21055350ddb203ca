"""What is left to write of new lines when they are there."""

from __future__ import annotations

from odoo_etl.mapping import Variant
from odoo_etl.planning import Create, Planner, Update, completing_lines, with_new_lines
from tests.boms import FRENCH, OTHER, bom, line, rules, step

PLANNER = Planner("upsert", rules())


def planned(record, *existing):
    """The plan of a bill."""
    return PLANNER.plan([record], {("a",): list(existing)})


def row(*lines):
    """A bill as Odoo has it."""
    return {"id": 1, "code": "a", "line_ids": list(lines)}


def has(number, sequence, name, french, *steps):
    """A line as Odoo has it."""
    own = {"id": number, "sequence": sequence, "name": name, "quantity": 1.0}
    return {**own, FRENCH.path("name"): french, "step_ids": list(steps)}


def written(update: Update) -> dict[Variant, list[int]]:
    """The lines that are written in each language and company."""
    parts = {variant: update.in_variant(variant) for variant in (FRENCH, OTHER)}
    return {
        variant: [one.id for lines in part.children for one in lines.updates.values()]
        for variant, part in parts.items()
        if part is not None
    }


def test_all_lines_of_a_new_record_are_new():
    """Only their values in other languages are written: Odoo may not have kept their own."""
    record = bom("a", line(1, name="Top", quantity=2.0, variants={FRENCH: {"name": "Haut"}}), line(2, name="Leg"))
    plan = planned(record)
    (create,) = with_new_lines(plan)
    assert isinstance(create, Create)
    now = PLANNER.update_of(create.record, row(has(7, 1, "Top", "Top"), has(8, 2, "leg", "leg")))
    update = completing_lines(create, now)
    assert (update.values, written(update)) == ({}, {FRENCH: [7]})
    now = PLANNER.update_of(create.record, row(has(7, 1, "Top", "Haut"), has(8, 2, "leg", "leg")))
    assert completing_lines(create, now) is None
    assert completing_lines(create, None) is None


def test_of_a_record_that_is_there_only_new_lines_are_completed():
    """The others were written with it; what became of them is a matter of the second look."""
    record = bom(
        "a",
        line(1, name="Top", variants={FRENCH: {"name": "Haut"}}),
        line(2, name="Leg", variants={FRENCH: {"name": "Pied"}}),
    )
    (update,) = with_new_lines(planned(record, row(has(7, 1, "Top", "x"))))
    now = PLANNER.update_of(update.record, row(has(7, 1, "Top", "y"), has(9, 2, "Leg", "Leg")))
    assert written(completing_lines(update, now)) == {FRENCH: [9]}


def test_records_whose_new_lines_have_no_variants_are_left_alone():
    """Also where lines that are there have some."""
    record = bom("a", line(1, name="Top", variants={FRENCH: {"name": "Haut"}}), line(2, step("cut", 1), name="Leg"))
    assert list(with_new_lines(planned(record, row(has(7, 1, "Top", "x"))))) == []
    assert list(with_new_lines(planned(bom("a", line(2, step("cut", 1), name="Leg"))))) == []
