"""Planned changes as lines."""

from __future__ import annotations

import pytest

from odoo_etl.reporting.plans.lines import change_lines
from odoo_etl.results import Change, ChangedField

FIELDS = {
    "country_id": ChangedField("many2one", "res.country"),
    "order_line.price_unit": ChangedField("float", digits=2),
    "order_line.product_id": ChangedField("many2one", "product.product"),
    "cost@company:3": ChangedField("float", digits=2, company="My Company (BE)"),
}


def change(action="update", line=2, *, archived=False, names=None, new_lines=(), file="", **changes):
    """A change of record 7."""
    record_id = None if action == "create" else 7
    return Change(action, "C-1", record_id, line, changes, file, names or {}, new_lines, archived)


def texts(one, room=120):
    """Its lines, without their marks' colours."""
    return [line.text for line in change_lines(one, FIELDS, room)]


def test_an_update_shows_each_value_with_its_name():
    """Names in place of ids, lines by their path, those that come and go with what they hold."""
    order = change(
        country_id=(57, 12),
        **{
            "order_line[30].price_unit": (5.0, 6.0),
            "order_line[40].product_id": (None, 9),
            "order_line[40].price_unit": (None, 1.5),
            "order_line[50]": ({"product_id": 9, "price_unit": 5.0}, "(removed)"),
            "cost@company:3": (1.0, 2.0),
        },
        names={
            "country_id": ("Germany", "Austria"),
            "order_line[40].product_id": (None, "Desk"),
            "order_line[50].product_id": ("Desk", None),
        },
        new_lines=("order_line[40]",),
    )
    assert texts(order) == [
        "  ~ C-1 (id 7), line 2",
        "      ~ country_id: Germany → Austria",
        "      ~ order_line[30].price_unit: 5.00 → 6.00",
        "      + order_line[40]",
        "          product_id: Desk",
        "          price_unit: 1.50",
        "      - order_line[50] (product_id: Desk, price_unit: 5.00)",
        "      ~ cost@My Company (BE): 1.00 → 2.00",
    ]
    assert [line.mark for line in change_lines(order, FIELDS)] == ["~", "~", "~", "+", "+", "+", "-", "~"]


def test_a_new_record_shows_its_values_only():
    """There is nothing old."""
    assert texts(change("create", name=(None, "N"), file="a.csv")) == ["  + C-1, line 2 of a.csv", "      name: N"]


@pytest.mark.parametrize(
    ("one", "told", "mark"),
    [
        (change("archive", 0, active=(True, False)), "  - C-1 (id 7): archive", "-"),
        (change("delete", 0), "  - C-1 (id 7): delete", "-"),
        (change("activate", 0, archived=True, active=(False, True)), "  ~ C-1 (id 7, archived): make active", "~"),
        (change("report", 0), "    C-1 (id 7): report", " "),
    ],
)
def test_what_is_done_with_a_whole_record_is_one_line(one, told, mark):
    """Archived ones are marked."""
    assert [*change_lines(one, FIELDS)] == [(told, mark)]


def test_a_policy_that_sets_values_shows_them():
    """As an update does."""
    assert texts(change("set", 0, state=("sale", "gone"))) == ["  ~ C-1 (id 7): set", "      ~ state: sale → gone"]


@pytest.mark.parametrize("room", [60, 80, 120])
def test_lines_fit_where_there_is_room(room):
    """Values are cut, keys of records and names of fields are not."""
    long = change(comment=("a" * 200, "b" * 200), note=("same " * 50 + "x", "same " * 50 + "y"))
    assert all(len(line) <= room for line in texts(long, room))
    assert texts(long, room)[2].endswith("y")


def test_what_others_wrote_makes_no_line_of_its_own():
    """Neither a key nor the name of a record ends a line."""
    hostile = Change("update", "a\nPlan: 0", 7, 2, {"x": (1, 2)}, names={"x": ("A\r", "B\x1b[2J")})
    assert texts(hostile) == ["  ~ a\\nPlan: 0 (id 7), line 2", "      ~ x: A\\r → B\\u001b[2J"]
