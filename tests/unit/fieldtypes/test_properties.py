"""Properties: what is sent by name against the list that Odoo answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from odoo_etl.fieldtypes import BadValue
from odoo_etl.fieldtypes.properties import (
    Properties,
    definitions_of,
    differing_properties,
    properties_of,
    same_definitions,
    shown_difference,
)
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


@pytest.mark.parametrize(
    ("ttype", "right", "wrong"),
    [
        ("integer", [7, 7.0, -(2**40)], ["7", "seven", 1.5, True, [7]]),
        ("float", [1.5, 7, 1e300], ["1,5", "1.5", True]),
        ("monetary", [1.5], ["1.5"]),
        ("date", ["2024-02-29"], ["29.02.2024", "20240229", "2023-02-29", "2024-02-29 12:00:00", 20240229]),
        ("datetime", ["2024-02-29 12:00:00"], ["2024-02-29", "2024-02-29T12:00:00", "2024-02-29 12:00:00+00:00", 5]),
        ("char", ["7"], [7]),
        ("text", ["x"], [1.5]),
        ("some_other_type", ["x", 7], []),
    ],
)
def test_what_odoo_keeps_although_it_is_of_another_type(ttype, right, wrong):
    """It is no equal of itself, nor a form of it: Odoo finds nothing by it. No value is one of each type."""
    field = target("properties")
    for value in [*right, False, None]:
        assert field.comparer()(Properties(a=value), [prop("a", ttype, value)])
    for value in wrong:
        answered = [prop("a", ttype, value)]
        assert not field.comparer()(Properties(a=value), answered)
        assert not field.is_form(Properties(a=value), answered)
        assert not field.comparer()(Properties(a=None), answered)
        assert field.comparer()({"a": value}, answered)  # an image of what was there, which undo looks for


def test_a_text_is_no_form_of_a_number():
    """Also where a person has put the number right in Odoo since."""
    for ttype, sent, kept in (("integer", "7", 7), ("float", "1,5", 1.5), ("char", 7, "7")):
        assert not target("properties").is_form({"a": sent}, [prop("a", ttype, kept)])
    assert target("properties").is_form({"a": 1.25}, [prop("a", "float", 1.3)])


MOMENT = datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "planned"),
    [
        (date(2024, 2, 29), "2024-02-29"),
        (MOMENT.astimezone(timezone(timedelta(hours=2))), "2024-02-29 12:00:00"),
        (MOMENT.replace(tzinfo=None, microsecond=5), "2024-02-29 12:00:00"),
        (Decimal("1.50"), 1.5),
        ("1,5", "1,5"),
        (True, True),
    ],
)
def test_values_of_typed_sources(value, planned):
    """They become what Odoo answers of them; a text stays what it is."""
    found = properties_of({"a": value}, "extra")
    assert (found, type(found["a"])) == ({"a": planned}, type(planned))


def test_reports_show_the_properties_that_differ():
    """With the type that one of them lacks; other values as they are."""
    sent = properties_of({"a": "seven", "b": "x", "c": 1}, "extra")
    kept = [prop("a", "integer", "seven"), prop("b", "char", "x"), prop("c", "integer", 2), prop("d", "char", "y")]
    assert shown_difference(sent, kept) == ({"a": "seven", "c": 1}, {"a": "'seven', which is no integer", "c": 2})
    assert shown_difference("x", False) == ("x", False)


@pytest.mark.parametrize("cell", [[{"name": "a", "type": "char"}], '[{"name": "a", "type": "char"}]'])
def test_definitions_are_read_from_a_list_or_its_json(cell):
    """As Odoo answers them."""
    assert definitions_of(cell, "definition") == [{"name": "a", "type": "char"}]
    assert definitions_of("[]", "definition") == []


@pytest.mark.parametrize("cell", ["a", "{}", '[{"type": "char"}]', [1], 7])
def test_other_definitions_are_refused(cell):
    """Odoo would take them for something else."""
    with pytest.raises(BadValue, match="no JSON list of definitions for definition") as refused:
        definitions_of(cell, "definition")
    assert refused.value.code == "bad_properties"


@pytest.mark.parametrize(("ours", "theirs"), [(False, []), ([], False), ([{"name": "a"}], [{"name": "a"}])])
def test_no_definitions_are_none(ours, theirs):
    """Whatever Odoo answers for them."""
    assert same_definitions(ours, theirs)
    assert not same_definitions([{"name": "b"}], theirs)
