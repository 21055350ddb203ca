"""External ids: one rule from a row to an id, and no two rows that mean different things under one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.fieldtypes import BadValue
from odoo_etl.mapping import Record, Row
from odoo_etl.mapping.external_id import ExternalId, collisions, sanitised
from odoo_etl.text.cells import OutOfRange

ONE = ExternalId.of("legacy.partner_{no}")
TWO = ExternalId.of("erp.{a}_{b}-x")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("1001", "partner_1001"),
        ("A-1_b", "partner_A-1_b"),
        ("A 1.2/3,4", "partner_A_1_2_3_4"),
        (" 7\n", "partner__7_"),
        ("Größe", "partner_Größe"),
        ("客户-1", "partner_客户-1"),
        ("हिन्दी", "partner_हिन्दी"),
        ("a\u00a0b\u200bc", "partner_a_b_c"),
        ("%s'\"", "partner__s__"),
        (7, "partner_7"),
        (7.0, "partner_7"),
        (Decimal("7.00"), "partner_7"),
        (Decimal("1.50"), "partner_1_50"),
        (1e20, "partner_100000000000000000000"),
        (Decimal("999999999999999.0"), "partner_999999999999999"),
        (Decimal("-999999999999999.0"), "partner_-999999999999999"),
        (Decimal("1000000000000000.0"), "partner_1000000000000000_0"),
        (True, "partner_true"),
        (date(2024, 2, 29), "partner_2024-02-29"),
        (datetime(2024, 2, 29, 1, 2, 3), "partner_2024-02-29T01_02_03"),  # noqa: DTZ001 - as a database gives it
        (0, "partner_0"),
    ],
)
def test_a_value_becomes_a_name(cell, name):
    """Letters, digits and marks stay, the rest becomes an underscore; whole numbers are written as such."""
    assert ONE.id_of({"no": cell, "other": "x"}) == f"legacy.{name}"


def test_several_columns():
    """The text between the columns stays where it is; a column may come twice."""
    assert TWO.columns == ("a", "b")
    assert TWO.id_of({"a": "x y", "b": 3}) == "erp.x_y_3-x"
    assert ExternalId.of("m.{a}{a}").id_of({"a": "1"}) == "m.11"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "empty_key"),
        ("", "empty_key"),
        (b"1", "bad_text"),
        (float("inf"), "bad_number"),
        (Decimal("NaN"), "bad_number"),
        (Decimal("1e999999"), "out_of_range"),
        (OutOfRange("infinity"), "out_of_range"),
    ],
)
def test_a_row_without_a_name(cell, code):
    """One empty column is enough."""
    with pytest.raises(BadValue, match="the column b") as caught:
        TWO.id_of({"a": "1", "b": cell})
    assert caught.value.code == code


@pytest.mark.parametrize("cell", ["base.us", "sale.order_1", "__import__.x-9", "_m.1", "erp.a.b"])
def test_a_value_that_is_an_external_id_already_is_refused(cell):
    """Under the template's module it would be another record's."""
    with pytest.raises(BadValue, match="which is an external id with its module already") as caught:
        TWO.id_of({"a": cell, "b": "1"})
    assert caught.value.code == "bad_external_id"


@pytest.mark.parametrize(
    "cell",
    ["1.02.345", ".5", "A.", "A. 5", "e.g. this", "x y.z", "ß.a", "v1..2", "AB.100", "ann.lee@x.example", "scan_7.pdf"],
)
def test_a_value_with_a_dot_that_is_no_external_id_is_a_name(cell):
    """No module is called so, or it is the name of a file."""
    assert ONE.id_of({"no": cell}) == f"legacy.partner_{sanitised(cell)}"


@given(st.text(min_size=1))
def test_what_odoo_cannot_take_never_comes_through(value):
    """No blank, no dot, no comma, nothing invisible; and a name keeps its length and stays itself."""
    name = sanitised(value)
    assert not set(name) & set(" .,/'\"\t\n\0\u00a0\u202e")
    assert len(name) == len(value)
    assert sanitised(name) == name


def record(line: int, *cells: str) -> tuple[Record, tuple[str, ...]]:
    """A row's record, and what its columns say."""
    return Record(("m.id",), {}, [Row(line, "", cells)]), cells


def test_rows_that_agree_do_not_collide():
    """The same value several times is one record."""
    assert collisions([record(1, "A 1"), record(2, "A 1")], "m.A_1") == []
    assert collisions([record(1, "A 1")], "m.A_1") == []


def test_rows_that_differ_are_all_rejected():
    """Each names another value that would get the same id."""
    rejects = collisions([record(1, "x_y", "z"), record(2, "x", "y_z"), record(3, "x_y", "z")], "m.x_y_z")
    assert [one.row.line for one in rejects] == [1, 2, 3]
    assert {flaw.code for one in rejects for flaw in one.flaws} == {"external_id_collision"}
    assert rejects[0].flaws[0].reason.startswith("'x_y + z' and 'x + y_z' would both be m.x_y_z")
    assert rejects[1].flaws[0].reason.startswith("'x + y_z' and 'x_y + z' would both be m.x_y_z")


def test_something_may_stand_for_an_empty_column():
    """The same text in a cell says something else, which is found out."""
    filled = ExternalId.of("erp.{a}_{b}", "-")
    assert [filled.id_of({"a": a, "b": "x"}) for a in ("1", "", None)] == ["erp.1_x", "erp.-_x", "erp.-_x"]
    assert filled.parts({"a": "", "b": "x"}) != filled.parts({"a": "-", "b": "x"})
    assert filled.id_of({"a": "", "b": ""}) == "erp.-_-"
    with pytest.raises(BadValue):
        ExternalId.of("erp.{a}_{b}").id_of({"a": "", "b": "x"})
