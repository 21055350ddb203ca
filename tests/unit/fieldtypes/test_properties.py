"""Properties: what is sent by name against the list that Odoo answers."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes.properties import differing_properties
from tests.builders import target


def prop(name, ttype, *value):
    """One entry of Odoo's answer; without a value where none was ever written."""
    return {"name": name, "type": ttype, "string": name.title(), **({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ({"a": "x"}, [prop("a", "char", "x"), prop("b", "char", "another's")]),
        ({"a": 5}, [prop("a", "integer", 5)]),
        ({"a": 7}, [prop("a", "many2one", [7, "Seven"])]),
        ({"a": [7, 3]}, [prop("a", "many2many", [[3, "Three"], [7, "Seven"]])]),
        ({"a": ["x", "y"]}, [prop("a", "tags", ["y", "x"])]),
        ({"a": None}, [prop("a", "char")]),
        ({"a": False}, []),
        ({"a": []}, [prop("a", "many2many", [])]),
        (False, [prop("a", "char")]),
        (False, False),
        ([prop("a", "many2one", [7, "Seven"])], [prop("a", "many2one", [7, "Seven renamed"])]),
    ],
)
def test_equal_properties(sent, answered):
    """Nothing is left to write; properties that the source does not name are not its concern."""
    assert target("properties").comparer()(sent, answered)


@pytest.mark.parametrize(
    ("sent", "answered", "difference"),
    [
        ({"a": "x"}, [prop("a", "char", "y")], ("char", "x", "y")),
        ({"a": "x"}, [prop("a", "char")], ("char", "x", False)),
        ({"a": "x"}, [prop("b", "char", "x")], ("", "x", False)),
        ({"a": "x"}, False, ("", "x", False)),
        ({"a": None}, [prop("a", "char", "x")], ("char", None, "x")),
        ({"a": [3]}, [prop("a", "many2many", [[3, "Three"], [7, "Seven"]])], ("many2many", [3], [3, 7])),
    ],
)
def test_what_differs(sent, answered, difference):
    """With the type that its definition gives it."""
    assert list(differing_properties(sent, answered)) == [difference]
    assert not target("properties").comparer()(sent, answered)
