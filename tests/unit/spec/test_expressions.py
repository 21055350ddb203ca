"""Expressions: native results, a sandbox, and no silent nothing."""

import subprocess
import sys
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


ESCAPES = [
    "''.__class__.__mro__",
    "''['__class__']",
    "'' | attr('__class__')",
    "['' ] | map(attribute='__class__') | list",
    "tags | map('attr', '__class__') | list",
    "'{0.__class__}'.format(name)",
    "'{0[__class__]}'.format(name)",
    "'{a.__class__}'.format_map({'a': name})",
    "('{0.__class__.' ~ '__mro__}').format(name)",
    "cycler.__init__.__globals__",
    "lipsum.__globals__",
    "namespace(a=1)",
    "joiner()",
    "self",
    "self._TemplateReference__context",
    "name.upper.__self__",
    "name.format.__globals__",
    "name.format.__wrapped__",
    "(tags | map('upper')).gi_frame",
    "tags.append('c')",
    "row.update({'a': 1})",
    "row.__init__",
    "name.upper",
    "day.strftime",
]

GREEDY = [
    "'a' * 10**10",
    "10**10 * 'a'",
    "[0] * 10**9",
    "(('x' * 999999,) * 999999) ~ ''",
    "[['x' * 1000] * 1000] * 1000",
    "10 ** (10 ** 10)",
    "(-10) ** (10 ** 10)",
    "2 ** 9000 * 2 ** 9000",
    "('f' * 900000) | int(base=16)",
    "'%1000000000d' % 1",
    "'%.1000000000f' % 1.5",
    "'%*d' % (1000000000, 1)",
    "'%*d' % (-1000000000, 1)",
    "'%(a)1000000000s' % {'a': 1}",
    "'%1000000000d' | format(1)",
    "('%s' * 100000) % (('x' * 100000,) * 100000)",
    "('%(a)s' * 100000) % {'a': 'x' * 100000}",
    "'{:>1000000000}'.format(1)",
    "'{:>{}}'.format(1, 1000000000)",
    "'{:.1000000000f}'.format(1.5)",
    "'{:>1000000000}'.format(price)",
    "('{0:99999}' * 90000).format(1)",
    "('{0}' * 300000).format('x' * 90000)",
    "'{a:>1000000000}'.format_map({'a': 1})",
    "('%Y' * 400000).__len__() or day.strftime('%Y' * 400000)",
    "'a' | center(10**9)",
    "['a'] | map('center', 10**9) | list",
    "'a'.center(10**9)",
    "'a'.ljust(10**9)",
    "'a'.rjust(10**9)",
    "'a'.zfill(10**9)",
    "('\t' * 100000).expandtabs(100000)",
    "'\t'.expandtabs(tabsize=10**9)",
    "'a' | indent(10**9)",
    "('\n' * 100000) | indent('x' * 100000)",
    "('a' * 100000).replace('a', 'b' * 100000)",
    "('a' * 100000).replace('', 'b' * 100000)",
    "('a' * 100000) | replace('a', 'b' * 100000)",
    "('a' * 100000) | list | join('b' * 100000)",
    "('b' * 100000).join('a' * 100000)",
    "('b' * 100000).join(('a' * 100000) | map('upper'))",
    "('a' * 100000).translate({97: 'b' * 100000})",
    "(1).to_bytes(10**9, 'big')",
    "('a' * 1000).encode().replace(b'a'.decode().encode(), ('b' * 10**6).encode())",
    "1.5 | round(10**9, 'ceil')",
    "([[1]] * 300000) | sum(start=[])",
    "tags | tojson(indent=10**9)",
    "tags | batch(10**9, 'x') | list",
    "name | wordwrap(1, wrapstring='x' * 999999)",
]

# Run where memory has a limit, so that what is not refused ends at once and alone.
ATTEMPT = """
import resource, sys, time
from odoo_etl.spec.expressions import ExpressionError, compile_expression
from tests.unit.spec.test_expressions import ROW
import odoo_etl.spec.field
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + (200 << 20), used + (200 << 20)))
for text in sys.stdin.read().split("\\0"):
    started = time.process_time()
    try:
        told = "gave " + repr(compile_expression(text)(ROW))[:80]
    except ExpressionError as error:
        told = "refused"
    except BaseException as error:
        told = repr(error)
    if told != "refused" or time.process_time() - started > 2:
        print(text, told, time.process_time() - started)
"""


@pytest.mark.parametrize("texts", [ESCAPES, GREEDY], ids=["escapes", "greedy"])
def test_an_expression_stays_in_its_sandbox(texts):
    """What reaches for Python's insides, or for memory and time without end, is an error like any other."""
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPT],
        input="\0".join(texts),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


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
