"""Domains as trees, and their opposites."""

from __future__ import annotations

import pytest

from odoo_etl.sandbox.domains import FALSE, TRUE, Condition, Group, Not, negate, parse

A, B = Condition("a", "=", 1), Condition("b", "<", 2)


@pytest.mark.parametrize(
    ("domain", "tree"),
    [
        ([], TRUE),
        (True, TRUE),
        (False, FALSE),
        ([[1, "=", 1]], TRUE),
        ([(0, "=", 1)], FALSE),
        ([["a", "=", 1]], A),
        ([["a", "=", None]], Condition("a", "=", False)),
        ([["a", "ILIKE", "x"]], Condition("a", "ilike", "x")),
        ([["a", "=", 1], ["b", "<", 2]], Group("&", (A, B))),
        (["|", ["a", "=", 1], ["b", "<", 2]], Group("|", (A, B))),
        (["!", ["a", "=", 1]], Not(A)),
        (["!", "|", ["a", "=", 1], ["b", "<", 2]], Not(Group("|", (A, B)))),
    ],
)
def test_parse(domain, tree):
    """Prefix notation becomes a tree; neighbours are joined by `&`."""
    assert parse(domain) == tree


@pytest.mark.parametrize(
    ("domain", "error"),
    [
        ("text", TypeError),
        ([[5, "=", 1]], TypeError),
        ([["", "=", 1]], TypeError),
        ([["a", "equals", 1]], ValueError),
        (["&", ["a", "=", 1]], ValueError),
        (["?"], ValueError),
    ],
)
def test_malformed(domain, error):
    """A malformed domain is refused with the class that Odoo raises."""
    with pytest.raises(error):
        parse(domain)


@pytest.mark.parametrize(
    ("tree", "opposite"),
    [
        (TRUE, FALSE),
        (Not(A), A),
        (A, Condition("a", "!=", 1)),
        (Condition("a", "not in", [1]), Condition("a", "in", [1])),
        (Condition("number", "<", 1), Condition("number", ">=", 1)),
        (B, Group("|", (Condition("b", "in", [False]), Condition("b", ">=", 2)))),
        (Condition("a.b", "=", 1), Condition("a", "not any", Condition("b", "=", 1))),
        (Condition("a", "child_of", 1), Not(Condition("a", "child_of", 1))),
        (Group("&", (A, A)), Group("|", (Condition("a", "!=", 1), Condition("a", "!=", 1)))),
    ],
)
def test_negate(tree, opposite):
    """Negation goes down to the conditions; an empty cell joins the opposite of a comparison."""
    assert negate(tree, lambda name: name == "number") == opposite
