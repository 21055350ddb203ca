"""Several values in one cell."""

import pytest

from odoo_etl.text import values_in


@pytest.mark.parametrize(
    ("cell", "mark", "values"),
    [
        ("a|b", "|", ["a", "b"]),
        (" a | b ||c| ", "|", ["a", "b", "c"]),
        ("a, b", ", ", ["a", "b"]),
        ('"Salt | Pepper"|Sugar', "|", ["Salt | Pepper", "Sugar"]),
        ('Sugar | "Salt | Pepper" ', "|", ["Sugar", "Salt | Pepper"]),
        ('"say ""x"""|y', "|", ['say "x"', "y"]),
        ('17" screen|5" disk', "|", ['17" screen', '5" disk']),
        ('"a"b|c', "|", ['"a"b', "c"]),
        ('"a|b', "|", ['"a', "b"]),
        ('""|a', "|", ["a"]),
        ('"a" :: "b::c"', "::", ["a", "b::c"]),
        ("", "|", []),
        (None, "|", []),
        (7, "|", [7]),
        (["a|b", "", None, 0], "|", ["a|b", 0]),
    ],
)
def test_values_of_a_cell(cell, mark, values):
    """A value in quotes may hold the mark; any other quote is a character."""
    assert values_in(cell, mark) == values
