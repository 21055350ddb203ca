"""Rows as delimited text and JSON."""

from __future__ import annotations

import base64
import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.exporting import Kind, OutColumn
from odoo_etl.exporting.forms import Delimited, JsonLines, Lists
from odoo_etl.exporting.texts import joined, texts_of
from odoo_etl.spec.transforms.unguard import unguard
from odoo_etl.text import values_in


def columns(*kinds):
    return tuple(OutColumn(f"c{number}", kind, (f"c{number}",)) for number, kind in enumerate(kinds))


CELLS = {
    "text": ('a "b", c\nd', 'a "b", c\nd'),
    "integer": (7, "7"),
    "number": (0.1, "0.1"),
    "boolean": (True, "true"),
    "date": (date(2026, 1, 2), "2026-01-02"),
    "datetime": (datetime.fromisoformat("2026-01-02T03:04:05"), "2026-01-02 03:04:05"),
    "list": (["a", "b|c", 'd"e'], 'a|"b|c"|"d""e"'),
    "json": ({"a": [1]}, '{"a": [1]}'),
}


@pytest.mark.parametrize("kind", CELLS)
def test_cells_as_delimited_text(kind):
    """And what is empty is an empty cell."""
    cell, text = CELLS[kind]
    form = Delimited(columns("integer", kind), ";")
    rows = list(csv.reader(io.StringIO((form.head() + form.rows([[1, 2], [cell, None]])).decode()), delimiter=";"))
    assert rows == [["c0", "c1"], ["1", text], ["2", ""]]


def test_a_document_that_is_a_list():
    """It is no list of values."""
    assert texts_of([[{"a": 1}, {"b": [2]}], [], None], Kind.JSON) == ['[{"a": 1}, {"b": [2]}]', "[]", ""]


def test_moments_with_a_zone_are_written_in_utc():
    """As Odoo keeps them."""
    form = Delimited(columns("datetime"))
    assert form.rows([[datetime(2026, 1, 2, 3, tzinfo=UTC)]]) == b"2026-01-02 03:00:00\n"


@pytest.mark.parametrize("values", [["a"], ["a|b", "c"], ['"', "x"], ["a,b", '"q" r'], [1, 2]])
def test_several_values_come_back_out_of_a_cell(values):
    """As a job with `split` reads them."""
    assert values_in(joined(values), "|") == [str(one) for one in values]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"])
def test_a_file_in_one_encoding(encoding):
    """The mark stands once, at its beginning."""
    form = Delimited(columns("text"), encoding=encoding)
    assert (form.head() + form.rows([["ü"]]) + form.rows([["é"]])).decode(encoding) == "c0\nü\né\n"


def test_a_character_that_the_encoding_lacks():
    """The error names both."""
    with pytest.raises(SourceError, match="cp1252 has no 'Ж'"):
        Delimited(columns("text"), encoding="cp1252").rows([["Ж"]])


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-x", "@a", "plain", "'=x", "\t=x", "＝x", "a;=b", "-12"])
def test_what_a_spreadsheet_would_calculate_comes_back(text):
    """`unguard` of a job takes the apostrophe off again."""
    form = Delimited(columns("text"), safe=True)
    (row,) = csv.reader(io.StringIO(form.rows([[text]]).decode()))
    assert (row[0].startswith("'"), unguard(row[0])) == (text not in {"plain", "a;=b", "-12"}, text)


def test_rows_as_json_objects():
    """Lists stay lists."""
    form = JsonLines(columns(*CELLS))
    found = json.loads(form.head() + form.rows([[cell] for cell, _ in CELLS.values()]))
    assert found["c6"] == ["a", "b|c", 'd"e']
    assert found["c5"] == "2026-01-02T03:04:05"
    assert found["c7"] == {"a": [1]}


def test_what_json_has_no_type_for():
    """Numbers are numbers, bytes are base64."""
    form = Lists(columns("number", "text"))
    assert json.loads(form.rows([[Decimal("1.5")], [b"\x00"]])) == [1.5, base64.b64encode(b"\x00").decode()]
