"""Which line Odoo refuses, as far as its message says so."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Lines, Record, Row
from odoo_etl.planning import field_refused


def order(*lines, **values):
    """An order whose lines stand in lines 2, 3, ... of the source."""
    rows = [Row(number, "", (), number) for number in range(2, 2 + max(1, len(lines)))]
    inner = [Record((one["sequence"],), one, [row]) for one, row in zip(lines, rows, strict=False)]
    return Record(("SO1",), {"ref": "SO1", **values}, rows, children=(Lines("order_line", tuple(inner)),))


LINES = [{"sequence": 10, "kind": "note", "qty": 1.0}, {"sequence": 20, "kind": "bad", "qty": -1.0}, {"sequence": 30}]


@pytest.mark.parametrize(
    ("message", "field", "told"),
    [
        (
            "Wrong value for sale.order.line.kind: 'bad'",
            "order_line[20].kind",
            "; this is about line 3 of the source",
        ),
        ("Wrong value for sale.order.line.kind", "order_line.kind", "; this is about one of lines 2, 3 of the source"),
        ("Missing required value for the field 'Quantity' (qty)", "order_line.qty", "one of lines 2, 3 of the source"),
        ("A kind word is missing", "", "; this is about the record of lines 2, 3, 4 of the source"),
        ("Wrong value for sale.order.ref: 'SO1'", "", "; this is about the record of lines 2, 3, 4 of the source"),
    ],
)
def test_the_line_that_a_message_is_about(message, field, told):
    """By the field that it names, and by the value; else all of the record's lines."""
    found = field_refused(order(*LINES), message)
    assert found[0] == field
    assert found[1].endswith(told)


def test_a_field_that_the_record_has_too_may_be_the_record_s_own():
    """Nobody can tell."""
    assert field_refused(order(*LINES, kind="x"), "Wrong value for sale.order.line.kind: 'bad'")[0] == ""


def test_records_without_lines_and_of_one_row_say_nothing_more():
    """There is nothing to find."""
    assert field_refused(order(), "Wrong value") == ("", "")
    assert field_refused(order(LINES[0]), "no") == ("", "")


def test_many_lines_are_not_all_named():
    """The first of them are."""
    told = field_refused(order(*[{"sequence": number} for number in range(1, 20)]), "no")[1]
    assert told == "; this is about the record of lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … of the source"
