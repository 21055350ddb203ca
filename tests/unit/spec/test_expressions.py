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


EMPTY = {"first": "Ann", "last": None, "note": None, "doc": {"city": "Ghent", "fax": None}, "list": ["a", None]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("first ~ ' ' ~ last", "Ann "),
        ("last ~ ' ' ~ note", None),
        ("last", None),
        ("last ~ '-'", None),
        ("last ~ ' - ' ~ note ~ '.'", None),
        ("'No. ' ~ last", "No. "),
        ("last or '-'", "-"),
        ("'-' ~ '.'", "-."),
        ("[last, note] | join(', ')", None),
        ("first + last", "Ann"),
        ("[first, last] | join('-')", "Ann-"),
        ("[first, last] | select | join('-')", "Ann"),
        ("[first, none] | join('-')", "Ann-"),
        ("list | join(';')", "a;"),
        ("[doc] | join(attribute='fax')", None),
        ("last | lower", None),
        ("[last] | map('upper') | join('x')", None),
        ("last | replace('a', 'b') ~ 'c'", "c"),
        ("first | replace('nn', last)", "A"),
        ("last.strip() ~ last[:2] ~ 'x'", "x"),
        ("'%s/%s' % (first, last)", "Ann/"),
        ("'%(a)s.' % {'a': last}", "."),
        ("'{}/{!s}/{:>2}'.format(first, last, last)", "Ann//  "),
        ("'%s/%s' | format(first, last)", "Ann/"),
        ("doc.fax ~ doc['fax'] ~ row.get('nobody') ~ 'x'", "x"),
        ("none ~ 'x'", "x"),
        ("(first if last else none) ~ 'x'", "x"),
        ("last | length", 0),
        ("last or 'x'", "x"),
        ("last | default('x', true)", "x"),
        ("'a' in last", False),
        ("last is none and last == none and last == ''", True),
        ("first is none or first == none or last != none", False),
        ("[first, last]", ["Ann", None]),
        ("{'a': last}", {"a": None}),
        ("last | e ~ '<' | e", "&lt;"),
        ("'None'", "None"),
    ],
)
def test_an_empty_cell_is_empty_text(text, value):
    """Wherever text is joined, filtered or formatted; and none where it is asked for."""
    found = compile_expression(text)(EMPTY)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text", ["last * 2", "2 * last", "last + 1", "1 - last", "last > 0", "-last", "[1, last] | sum"]
)
def test_an_empty_cell_is_no_number(text):
    """The reason says which cell it is, and how to count with it."""
    with pytest.raises(ExpressionError, match=r"empty here: last \(`\(last or 0\)` counts an empty cell as 0\)"):
        compile_expression(text)(EMPTY)
    assert compile_expression(text.replace("last", "(last or 0)"))(EMPTY) is not None


TYPED = {"id": 1001.0, "ok": True, "doc": {"a": [None, 1.0]}, "list": ["a"], "price": Decimal("1.50")}
TYPED |= {"at": datetime.fromisoformat("2024-03-01T00:30:00+09:00")}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("id ~ ok", "1001true"),
        ("id / 2 ~ ''", "500.5"),
        ("id / 1 ~ ''", "1001"),
        ("doc ~ list", '{"a": [null, 1]}["a"]'),
        ("[id, ok, price] | join(' ')", "1001 true 1.50"),
        ("id | string ~ ok | upper", "1001TRUE"),
        ("at ~ ''", "2024-02-29T15:30:00+00:00"),
        ("'%s %d %.1f %s' % (id, id, id, ok)", "1001 1001 1001.0 true"),
        ("'%s' | format(id)", "1001"),
        ("'{} {:.1f} {}'.format(id, id, list)", '1001 1001.0 ["a"]'),
        ("'no. 0' | replace(0, id)", "no. 1001"),
        ("id", 1001.0),
        ("not ok", False),
    ],
)
def test_a_typed_cell_is_its_text(text, value):
    """The one that a text field would get, not Python's."""
    assert compile_expression(text)(TYPED) == value


@pytest.mark.parametrize("text", ["name.upper ~ ''", "missing ~ ''", "[missing] | join", "(tags | map('upper')) ~ ''"])
def test_what_has_no_text_is_an_error(text):
    """Never an address in memory."""
    with pytest.raises(ExpressionError):
        compile_expression(text)(ROW)


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
