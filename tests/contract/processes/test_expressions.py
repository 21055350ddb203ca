"""Expressions that would break out, tried in a process whose memory has a limit."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
