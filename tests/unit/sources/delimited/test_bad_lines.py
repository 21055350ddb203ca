"""What is said of records that are no rows, at the limits of what is shown."""

from __future__ import annotations

import pytest

from odoo_etl.sources.delimited.bad_lines import bad_line, is_flawed, quoting_fault
from odoo_etl.sources.delimited.dialect import Dialect
from odoo_etl.sources.delimited.shapes import MALFORMED, TOO_LONG

COMMON = Dialect(";")


@pytest.mark.parametrize(("shape", "count", "said"), [("a", 1, "few"), ("a;b;c", 3, "many"), ("a;b;c;d", 4, "many")])
def test_too_few_or_too_many_cells(shape, count, said):
    """Of a table of two columns."""
    bad = bad_line(shape, shape, 7, COMMON, 2)
    assert (bad.line, bad.code, bad.reason) == (7, "ragged_line", f"too {said} cells: {count} where the header has 2")


@pytest.mark.parametrize("size", [999, 1000, 1001])
def test_of_a_record_that_is_too_long_its_beginning_is_kept(size):
    """A thousand characters."""
    bad = bad_line("x" * size, TOO_LONG, 7, COMMON, 2)
    assert (bad.code, bad.cells) == ("too_long", ("x" * min(size, 1000),))


@pytest.mark.parametrize(("size", "shown"), [(30, 30), (31, 30)])
def test_of_what_stands_after_a_quote_thirty_characters_are_shown(size, shown):
    """Of one line."""
    fault = quoting_fault(f'"a"{"x" * size}', 1, COMMON)
    assert fault.startswith(f"'{'x' * shown}' stands after a closing quote (")
    assert quoting_fault('"a"bc\nd', 1, COMMON).startswith("'bc' stands after a closing quote")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('1;"a"b\n', "'b' stands after a closing quote ("),
        ('1;"a"b\n2;c\n', "'b' stands after a closing quote; lines 3 to 4 are left out together ("),
        ('1;"a\nb"c\n', "in line 4 'c' stands after a closing quote; lines 3 to 4 are left out together ("),
        ('1;"a\n\n', 'the quote " that opens a cell is not closed ('),
    ],
)
def test_the_lines_of_a_malformed_record(text, said):
    """Where they are several."""
    assert quoting_fault(text, 3, COMMON).startswith(said)


@pytest.mark.parametrize(("shape", "flawed"), [(TOO_LONG, True), (f"a;{MALFORMED}", True), ("a;b", False), ("", False)])
def test_what_is_flawed(shape, flawed):
    """However many cells it has."""
    assert is_flawed(shape) is flawed
