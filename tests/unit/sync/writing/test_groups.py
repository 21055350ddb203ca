"""Calls of whole groups: as large as they may be, and what Odoo refuses is searched group by group."""

from __future__ import annotations

import math

import pytest

from odoo_etl.errors import Refused, TooLarge
from odoo_etl.mapping import Record, Row
from odoo_etl.planning import Create, Plan, Update
from odoo_etl.sync.outcome import GroupRefused
from odoo_etl.sync.writing.bisection import RowsRefused
from odoo_etl.sync.writing.call_size import CallSize
from odoo_etl.sync.writing.groups import GroupCalls, groups_of


def records(*bonds):
    """One record for each, of the group of that name."""
    return [Record((n,), {"n": n}, [Row(n + 2, "", (), n)], bond=(bond,)) for n, bond in enumerate(bonds)]


def groups(*sizes):
    """New groups of so many records."""
    bonds = [f"g{number}" for number, size in enumerate(sizes) for _ in range(size)]
    return groups_of(Plan(creates=[Create(one) for one in records(*bonds)]))


def sent(some, most=4, *, bad=(), limit=math.inf, error=None):
    """The sizes of the groups of each call, and the number of the first record of each group that was refused."""
    calls, refused = [], []

    def send(these):
        calls.append([one.size for one in these])
        if any(record.number in bad for one in these for record in one.records):
            raise error or Refused("no")

    def refuse(record, _error):
        refused.append(record.number)

    GroupCalls(CallSize(most), contents=False).send(some, send, lambda *_: None, refuse, most=limit)
    return calls, refused


def test_a_plan_is_parted_by_group():
    """New and changed records of one group are one."""
    one, two, three = records("a", "b", "a")
    found = groups_of(Plan(creates=[Create(one), Create(two)], updates=[Update(three, 9, {})]))
    assert [(len(group.creates), len(group.updates)) for group in found] == [(1, 1), (1, 0)]
    assert found[0].records == [one, three]


@pytest.mark.parametrize(
    ("sizes", "calls"),
    [
        ((2, 2, 2), [[2], [2, 2]]),
        ((1, 1, 1, 1, 1, 1, 1, 1), [[1, 1, 1, 1], [1, 1, 1, 1]]),
        ((9, 1, 1), [[9], [1, 1]]),
        ((), []),
    ],
)
def test_calls_hold_whole_groups_of_about_even_size(sizes, calls):
    """A group that is larger than a call should be goes alone."""
    assert sent(groups(*sizes)) == (calls, [])


def test_so_many_groups_go_in_one_call_at_most():
    """Where a call takes one."""
    assert sent(groups(1, 1, 1), limit=1)[0] == [[1], [1], [1]]


def test_bisection_cuts_no_group():
    """Of five groups one is bad: it is found by halves, and refused once, as a whole."""
    calls, refused = sent(groups(3, 3, 3, 3, 3), most=100, bad={7})
    assert refused == [6]
    assert all(size == 3 for call in calls for size in call)
    assert [3] in calls


def test_a_group_that_is_too_large_says_that_it_cannot_be_smaller():
    """The limit of the server is what there is to change."""
    errors = []
    calls = GroupCalls(CallSize(4), contents=False)

    def send(_some):
        raise TooLarge("413: too large", 2_000_000)

    calls.send(groups(5), send, lambda *_: None, lambda _record, error: errors.append(str(error)))
    assert errors == ["413: too large; these 5 records are written together, so that no smaller request can do it"]


def test_rows_that_odoo_names_are_told_as_records():
    """Whatever their place in the call."""
    told = []
    calls = GroupCalls(CallSize(4), contents=False)

    def send(_some):
        raise RowsRefused({1: Refused("bad")})

    calls.send(groups(2), send, lambda *_: None, lambda _record, error: told.append(error))
    (error,) = told
    assert isinstance(error, GroupRefused)
    assert {number: str(one) for number, one in error.named.items()} == {1: "bad"}


def test_one_group_is_never_impatient():
    """It could not be sent again in smaller calls."""
    calls = GroupCalls(CallSize(4), contents=False)
    assert calls.patience(groups(1, 1)) is calls.sizes
    assert calls.patience(groups(5)) is not calls.sizes
