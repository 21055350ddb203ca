"""A call in its two forms, and whether it may be sent again."""

from __future__ import annotations

import pytest

from odoo_etl.errors import ProtocolError
from odoo_etl.odoo.call import Call

FORMS = {
    "a search": (
        Call.of("res.partner", "search", [[["a", "=", 1]]], params={"limit": 5}),
        ([[["a", "=", 1]]], {"limit": 5}),
        {"domain": [["a", "=", 1]], "limit": 5},
    ),
    "a read, ids first": (
        Call.of("res.partner", "read", [[7, 8], ["name"]]),
        ([[7, 8], ["name"]], {}),
        {"ids": [7, 8], "fields": ["name"]},
    ),
    "one id instead of a list": (
        Call.of("res.partner", "write", [7, {"name": "x"}]),
        ([[7], {"name": "x"}], {}),
        {"ids": [7], "vals": {"name": "x"}},
    ),
    "a read by name with a gap": (
        Call.of("res.partner", "read", ids=[7], params={"load": "_classic_write"}),
        ([[7]], {"load": "_classic_write"}),
        {"ids": [7], "load": "_classic_write"},
    ),
    "a method on records without ids": (
        Call.of("m", "has_access", params={"operation": "read"}),
        ([[], "read"], {}),
        None,
    ),
    "a context": (
        Call.of("m", "create", [[{}]], context={"lang": "fr_FR"}),
        ([[{}]], {"context": {"lang": "fr_FR"}}),
        {"vals_list": [{}], "context": {"lang": "fr_FR"}},
    ),
    "an unknown method by name": (
        Call.of("m", "do_it", ids=[1], params={"hard": True}),
        ([[1]], {"hard": True}),
        {"ids": [1], "hard": True},
    ),
    "an unknown method on ids": (Call.of("m", "do_it", [[1, 2]]), ([[1, 2]], {}), {"ids": [1, 2]}),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_call_has_a_form_by_position_and_a_form_by_name(case):
    """The old protocols get leading parameters by position, JSON-2 gets all by name."""
    call, by_position, by_name = FORMS[case]
    assert call.by_position() == by_position
    assert by_name is None or call.by_name() == by_name


@pytest.mark.parametrize("args", [["text"], [[1], 2], [[True]], [{"a": 1}]])
def test_unknown_positional_parameters_have_no_form_by_name(args):
    """JSON-2 refuses, before anything is sent, what it cannot name."""
    with pytest.raises(ProtocolError, match=r"m\.do_it: JSON-2 takes named parameters"):
        Call.of("m", "do_it", args).by_name()


def test_too_many_positional_parameters_name_the_ones_there_are():
    """The error lists the parameters of the method."""
    with pytest.raises(ProtocolError, match=r"takes 2: fields, load"):
        Call.of("m", "read", [[1], ["a"], "b", "c"])


def test_a_parameter_given_twice_is_refused():
    """By position and by name is a contradiction."""
    with pytest.raises(ProtocolError, match="domain is given by position and by name"):
        Call.of("m", "search", [[]], params={"domain": []})


def test_the_text_of_a_call_holds_no_values():
    """Calls stand in logs and errors."""
    assert str(Call.of("res.users", "write", [[2], {"password": "secret"}])) == "res.users.write"


REPEATABLE = {
    "search": ({"domain": []}, True),
    "read": ({}, True),
    "has_access": ({"operation": "read"}, True),
    "write": ({"vals": {"name": "x", "tag_ids": [[6, 0, [0, 2]]], "note": [4, 5]}}, True),
    "web_save_multi": ({"vals_list": [{"a": 1}, {"b": [(4, 1), (3, 2)]}]}, True),
    "unlink": ({}, False),
    "create": ({"vals_list": [{"name": "x"}]}, False),
    "load": ({"fields": ["name"], "data": [["x"]]}, False),
    "copy": ({}, False),
    "action_confirm": ({}, False),
}


@pytest.mark.parametrize("method", REPEATABLE)
def test_what_may_be_sent_again_without_an_answer(method):
    """Reads and plain writes may; what creates, and what we don't know, may not."""
    params, repeatable = REPEATABLE[method]
    assert Call("m", method, [1], params).repeatable is repeatable


@pytest.mark.parametrize("command", [[0, 0, {"name": "x"}], (0, 0, {}), [2, 7], [1, 7, {"sub_ids": [[0, 0, {}]]}]])
def test_commands_that_create_or_delete_make_a_write_unrepeatable(command):
    """A second `[0, 0, vals]` makes a second record, however deep it lies."""
    assert not Call("m", "write", [1], {"vals": {"line_ids": [command]}}).repeatable
    assert not Call("m", "web_save_multi", [1], {"vals_list": [{}, {"line_ids": [command]}]}).repeatable


LOADS = {
    "an external id in each row": (["name", "id"], [["x", "m.x"], ["y", "m.y"]], True),
    "links by external id, database id and name": (
        ["id", "a_id/id", "b_ids/.id", "c_id"],
        [["m.x", "m.a", "7", "C"]],
        True,
    ),
    "no column of external ids": (["name"], [["x"]], False),
    "the id of another record": (["name", "parent_id/id"], [["x", "m.p"]], False),
    "a row without one": (["id", "name"], [["m.x", "x"], ["", "y"]], False),
    "a row that is too short": (["name", "id"], [["x"]], False),
    "lines, which have no external id": (["id", "line_ids/name"], [["m.x", "x"]], False),
    "lines deeper down": (["id", "line_ids/part_id/id"], [["m.x", "m.p"]], False),
}


@pytest.mark.parametrize("case", LOADS)
def test_a_load_may_be_sent_again_where_every_record_has_an_external_id(case):
    """Record and external id appear together or not at all, so the second load finds what the first one made."""
    fields, data, repeatable = LOADS[case]
    assert Call("m", "load", params={"fields": fields, "data": data}).repeatable is repeatable


def test_a_call_knows_how_many_records_it_concerns():
    """For logs, which show no values."""
    assert Call.of("m", "create", [[{}, {}, {}]]).size == 3
    assert Call.of("m", "create", [{}]).size == 1
    assert Call.of("m", "write", [[7, 8], {"a": 1}]).size == 2
    assert Call.of("m", "load", [["id"], [["m.x"]]]).size == 1
    assert Call.of("m", "search", [[]]).size == 0
