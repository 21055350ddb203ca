"""Expressions: native results, a sandbox, and no silent nothing."""

from decimal import Decimal

import pytest

from odoo_etl.spec.expressions import ExpressionError, compile_expression, expression_columns

ROW = {"name": "Müller", "cents": 250, "price": Decimal("1.5"), "none": None, "Customer No": "7", "range": "a"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'Imported ' ~ name", "Imported Müller"),
        ("cents / 100", 2.5),
        ("price * 2", Decimal("3.0")),
        ("none", None),
        ("not none", True),
        ("row['Customer No'] ~ range", "7a"),
        ("[cents, 1]", [250, 1]),
        ("name if missing is defined else 'x'", "x"),
    ],
)
def test_results_are_native(text, value):
    """A number stays a number, null stays null; every column is a variable, all are in `row`."""
    assert compile_expression(text)(ROW) == value


@pytest.mark.parametrize(
    "text", ["missing", "missing ~ 'x'", "1 / 0", "name + 1", "row.zzz", "''.__class__.__mro__", "name.nothing()"]
)
def test_no_value_is_an_error(text):
    """A missing column, a failing operation or a forbidden attribute is never an empty value."""
    with pytest.raises(ExpressionError):
        compile_expression(text)(ROW)


@pytest.mark.parametrize("text", ["", "a b", "{{ a }}", "a | nofilter", "a ~"])
def test_syntax_is_checked_at_once(text):
    """What is no expression is refused before any row."""
    with pytest.raises(ExpressionError):
        compile_expression(text)


def test_columns_of_an_expression():
    """Variables and constants in row[...] are columns; names that the expression binds itself are not."""
    assert expression_columns("a ~ row['b c'] ~ (d | upper) if e else row.f") >= {"a", "b c", "d", "e"}
