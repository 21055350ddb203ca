"""Planned values in the form in which a plan file has them."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from decimal import Decimal

import pytest

from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import Record
from odoo_etl.planfile.kept import digest_of, image_of_new, is_as_planned, shown_value
from odoo_etl.planning import RecordRules
from tests.builders import target

PNG = base64.b64encode(b"picture").decode()
PARTNER = {"relation": "res.partner"}


def kept(ttype, value, **attributes):
    """A value of a new record."""
    field = target(ttype, "field", **attributes)
    image = image_of_new(Record(("a",), {"field": value}, []), RecordRules({"field": field}, ()))
    return image["field"][1]


@pytest.mark.parametrize(
    ("ttype", "value", "form"),
    [
        ("char", "A", "A"),
        ("char", False, False),
        ("integer", -3, -3),
        ("float", Decimal("1.50"), "1.50"),
        ("date", date(2026, 1, 2), "2026-01-02"),
        ("binary", PNG, {"sha1": hashlib.sha1(b"picture").hexdigest()}),
        ("many2one", 7, 7),
        ("many2one", -7, {"one": True, "new": 1, "of": "res.partner"}),
        ("reference", "res.users,-7", {"one": True, "new": 1, "of": "res.users"}),
        ("many2many", IdList((9, -1, 3), "add"), {"add": [3, 9], "new": 1, "of": "res.partner"}),
        ("many2many", IdList((9, 3), "set"), {"set": [3, 9]}),
    ],
)
def test_forms(ttype, value, form):
    """Of a record that the plan creates, its place; of a file, its checksum."""
    assert kept(ttype, value, **PARTNER) == form


def test_a_long_text_is_its_beginning_and_a_digest():
    """So that two that differ in their end differ."""
    one, other = kept("text", "x" * 1000), kept("text", "x" * 999 + "y")
    assert (one["beginning"], one["chars"], one["digest"] == other["digest"]) == ("x" * 100, 1000, False)
    assert shown_value(one) == f"'{'x' * 100}'… (1000 characters)"


def test_a_password_is_nothing():
    """Nobody reads it there."""
    image = image_of_new(
        Record(("a",), {"password": "secret"}, []), RecordRules({"password": target("char", "password")}, ())
    )
    assert "secret" not in str(image)


def test_the_order_of_paths_means_nothing():
    """Rows may come by other lanes."""
    assert digest_of({"a": [1, 2], "b": [3, 4]}) == digest_of({"b": [3, 4], "a": [1, 2]})
    assert digest_of({"a": [1, 2]}) != digest_of({"a": [1, 3]})


@pytest.mark.parametrize(
    ("planned", "now", "same"),
    [
        ({"one": True, "new": 1, "of": "m"}, 50, True),
        ({"one": True, "new": 1, "of": "m"}, 4, False),
        ({"one": True, "new": 1, "of": "m"}, "m,50", True),
        ({"one": True, "new": 1, "of": "m"}, "n,50", False),
        ({"one": True, "new": 1, "of": "m"}, False, False),
        ({"add": [3], "new": 2, "of": "m"}, {"add": [3, 50, 51]}, True),
        ({"add": [3], "new": 2, "of": "m"}, {"add": [3, 50]}, False),
        ({"add": [3], "new": 1, "of": "m"}, {"add": [4, 50]}, False),
        ({"add": [3], "new": 1, "of": "m"}, {"add": [3, 4]}, False),
        ({"add": [3], "new": 1, "of": "m"}, {"set": [3, 50]}, False),
        (7, 8, False),
        (7, 7, True),
    ],
)
def test_the_place_of_a_new_record_holds_one_that_the_run_made(planned, now, same):
    """Here those from 50 on."""
    assert is_as_planned(planned, now, lambda model, number: model == "m" and number >= 50) is same
