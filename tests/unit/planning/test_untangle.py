"""Who lands first when each wants what another has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.planning.untangle import untangled


def steps(*changes, free=("code",)):
    """The steps for changes of `code`, each (held, wanted)."""
    wanted = [{"code": new} if new else {} for _, new in changes]
    existing = [{"code": old} if old else {} for old, _ in changes]
    return [(step.record, *step.free) for step in untangled(wanted, existing, free)]


def test_who_frees_a_value_lands_before_who_wants_it():
    """However long the chain, and in whatever order it stands; a new record may be at its end."""
    assert steps(("1", "2"), ("2", "3"), ("3", "4")) == [(2,), (1,), (0,)]
    assert steps(("3", "4"), ("1", "2"), ("2", "3"), ("", "1")) == [(0,), (2,), (1,), (3,)]


def test_of_a_cycle_one_value_is_freed_first():
    """The record that lost it lands last."""
    assert steps(("1", "2"), ("2", "1")) == [(1, "code"), (0,), (1,)]
    assert steps(("1", "2"), ("2", "3"), ("3", "1")) == [(1, "code"), (0,), (2,), (1,)]


def test_a_chain_that_waits_for_a_cycle_lands_after_it():
    """And several cycles are opened one after the other."""
    assert steps(("0", "1"), ("1", "2"), ("2", "1")) == [(2, "code"), (1,), (0,), (2,)]
    found = steps(("5", "6"), ("6", "5"), ("8", "9"), ("9", "8"))
    assert found == [(1, "code"), (0,), (1,), (3, "code"), (2,), (3,)]


def test_of_two_that_want_the_same_who_gives_something_up_comes_first():
    """The other stands in nobody's way."""
    found = steps(("", "3"), ("1", "2"), ("2", "3"), ("3", "1"))
    assert found.index((2,)) < found.index((0,))


def test_a_field_that_may_not_be_empty_opens_no_cycle():
    """The records are still tried, in order."""
    assert steps(("1", "2"), ("2", "1"), free=()) == [(0,), (1,)]


@pytest.mark.parametrize("changes", [[("1", "2"), ("3", "4")], [("1", "2"), ("2", "4"), ("2", "5")], [("1", "")]])
def test_what_nobody_or_several_have_ties_nobody(changes):
    """A value that two records have is none that only one may have."""
    assert steps(*changes) == []


@given(st.permutations(range(9)), st.lists(st.integers(0, 8), max_size=9, unique=True))
def test_every_way_to_swap_values_has_an_order(wanted, missing):
    """Played through: no step writes a value that another record has at that time."""
    changes = [(str(old), str(new)) for old, new in enumerate(wanted) if old not in missing]
    existing = {number: old for number, (old, _) in enumerate(changes)}
    landed = set()
    for number, *free in steps(*changes):
        new = "" if free else changes[number][1]
        assert new not in existing.values() or existing[number] == new
        existing[number] = new
        landed |= {number} if not free else set()
    tied = {n for n, (old, new) in enumerate(changes) if old != new and new in {one for one, _ in changes}}
    assert tied <= landed
