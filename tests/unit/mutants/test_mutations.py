"""The faults that a piece of source could have."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from tests.mutants.mutations import Mutation, mutations

SOURCE = b'''"""Doc of 1."""
LIMIT: Final = 10

def f(a: int = 3) -> bool:
    """Whether 2."""
    _log.info("%d", 4)
    if a > LIMIT and not g(a):
        raise ValueError(f"{a + 1}")
    h("\xc3\xa4"); k(zip(a, strict=True))
    return min(a)
'''


def lines(source):
    """The line of each fault, and what its part of the source becomes."""
    return [(one.line(source), source[one.start : one.end].decode(), one.text) for one in mutations(source)]


def test_every_kind_of_fault_is_found():
    """And nothing that is a comment, a type, a line of the log or an error's words."""
    assert lines(SOURCE) == [
        (2, "10", "11"),
        (2, "10", "9"),
        (4, "3", "2"),
        (4, "3", "4"),
        (7, "a > LIMIT", "a <= LIMIT"),
        (7, "a > LIMIT", "a >= LIMIT"),
        (7, "a > LIMIT and not g(a)", "(not (a > LIMIT and not g(a)))"),
        (7, "a > LIMIT and not g(a)", "a > LIMIT or not g(a)"),
        (7, "not g(a)", "(g(a))"),
        (8, 'raise ValueError(f"{a + 1}")', "pass"),
        (9, 'h("ä")', "pass"),
        (9, "k(zip(a, strict=True))", "pass"),
        (10, "min", "max"),
        (10, "min(a)", "None"),
    ]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        (b"x = a <= b < c", ["a < b < c", "a <= b <= c", "a <= b >= c", "a > b < c"]),
        (b"x = a - 1", ["a + 1", "0", "2"]),
        (b"x += 1", ["pass", "x -= 1", "0", "2"]),
        (b"a.x = True", ["pass", "False"]),
        (b"x = a or b and c", ["a and (b and c)", "b or c"]),
        (b"x = any(y for y in z if y)", ["all", "(not (y))"]),
        (b"x = a is None", ["a is not None"]),
        (b"for a in b:\n    continue", ["pass"]),
    ],
)
def test_what_becomes_of_an_expression(source, texts):
    """One neighbour of each kind."""
    assert [text for _, _, text in lines(source)] == texts


def test_every_faulty_source_can_be_read():
    """Whatever stands around the fault; and it is another one."""
    source = Path(inspect.getfile(Mutation)).read_bytes()
    for one in mutations(source)[::4]:
        assert ast.dump(ast.parse(one.of(source))) != ast.dump(ast.parse(source))


def test_a_fault_knows_the_function_that_it_is_in():
    """From its first decorator to its last line; none for what stands outside."""
    source = b"X = 1\n@a\ndef f():\n    def g():\n        return h\n"
    assert [one.function for one in mutations(source)] == [range(0), range(0), range(2, 6)]


def test_a_fault_is_shown_as_a_patch():
    """With the lines around it."""
    source = b"a = 1\nb = 2\nc = 3\n"
    assert mutations(source)[2].diff(source, "m.py").splitlines()[2:] == [
        "@@ -1,3 +1,3 @@",
        " a = 1",
        "-b = 2",
        "+b = 1",
        " c = 3",
    ]
