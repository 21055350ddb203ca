"""Expressions: native results, a sandbox, and no silent nothing."""

from datetime import datetime
from decimal import Decimal

import pytest

from odoo_etl.spec.expressions import MAX_TEXT, ExpressionError, compile_expression, expression_columns

ROW = {"name": "Müller", "cents": 250, "price": Decimal("1.5"), "none": None, "Customer No": "7", "range": "a"}
ROW |= {"day": datetime.fromisoformat("2024-02-29"), "tags": ["a", "b"]}


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("name | center(10)", "  Müller  "),
        ("name.ljust(8, '.')", "Müller.."),
        ("'%05d' % cents", "00250"),
        ("'%-*s|' % (8, name)", "Müller  |"),
        ("'%s/%s' | format(cents, name)", "250/Müller"),
        ("'{:>8,.2f} {n}'.format(price, n=name)", "    1.50 Müller"),
        ("'{a[0]}'.format_map({'a': name})", "M"),
        ("'%(a)s' % {'a': name}", "Müller"),
        ("', '.join(tags | map('upper'))", "A, B"),
        ("tags | join('; ')", "a; b"),
        ("name | replace('l', 'LL') | indent(2)", "MüLLLLer"),
        ("name.replace('l', '').expandtabs()", "Müer"),
        ("day.strftime('%d.%m.%Y')", "29.02.2024"),
        ("(price * 100) | round | int", 150),
        ("tags | map('upper')", ["A", "B"]),
        ("tags | tojson", '["a", "b"]'),
        ("[1, 2] | sum", 3),
        ("2 ** 64", 2**64),
        ("2.0 ** 3", 8.0),
        ("'-' * 3 ~ cents % 7", "---5"),
    ],
)
def test_what_people_write_works(text, value):
    """The bounds are far from what a field can take."""
    assert compile_expression(text)(ROW) == value


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "(" * 4000 + "1" + ")" * 4000,
        "[" * 300 + "]" * 300,
        "a" + ".b" * 3000,
        "not " * 2000 + "a",
        "a " + "+ a" * 3000,
        "1" * 9000,
        "'x' ~ " * MAX_TEXT + "'x'",
        "\ud800",
        "'\ud800\0' + 1",
        "{% for a in b %}",
        "range(10**9)",
    ],
    ids=range(12),
)
def test_texts_made_to_break_the_compiler(text):
    """Depth, length and broken characters end in an error of ours, at once or for the row."""
    with pytest.raises(ExpressionError):
        compile_expression(text)(ROW)
