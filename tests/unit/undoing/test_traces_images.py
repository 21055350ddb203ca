"""The images of several calls for one record, as one."""

from __future__ import annotations

from odoo_etl.fieldtypes import IdList
from odoo_etl.undoing.traces import Commands, as_value, first_before, last_after


def test_what_the_first_call_replaced_counts():
    """Of lines, too; a line that only the second call found was made by the first."""
    first = {"name": "A", "line_ids[]": [{"id": 5, "price": 1.0}, {"id": 6}]}
    later = {"name": "B", "code": "C", "line_ids[]": [{"id": 6, "price": 2.0}, {"id": 5, "price": 3.0}, {"id": 7}]}
    assert first_before(first, later) == {
        "name": "A",
        "code": "C",
        "line_ids[]": [{"id": 5, "price": 1.0}, {"id": 6, "price": 2.0}],
    }
    assert first_before({}, later) == later


def test_what_the_last_call_wrote_counts():
    """Commands for lines are carried out one after the other, at any depth."""
    one = {
        "name": "A",
        "line_ids[]": [[1, 5, {"price": 1.0, "step_ids[]": [[0, 0, {"name": "cut"}]]}], [0, 0, {"price": 9.0}]],
    }
    two = {"name": "B", "line_ids[]": [[1, 5, {"price": 2.0, "step_ids[]": [[2, 8, 0]]}], [2, 6, 0]]}
    after = last_after(last_after({}, one), two)
    assert after["name"] == "B"
    commands = Commands.of(after["line_ids[]"])
    assert commands.updates == {5: {"price": 2.0, "step_ids[]": [[0, 0, {"name": "cut"}], [2, 8, 0]]}}
    assert (commands.creates, commands.removed) == ([{"price": 9.0}], {6})


def test_x2many_commands_become_ids():
    """As planning compares them; other values stay."""
    assert as_value([[6, 0, [1, 2]]]) == IdList((1, 2), "set")
    assert as_value([[4, 1, 0], [4, 2, 0]]) == IdList((1, 2), "add")
    assert (as_value("x"), as_value([])) == ("x", [])
