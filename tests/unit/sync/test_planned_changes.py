"""Planned changes in the order of the source, in memory and on disk."""

from __future__ import annotations

import random
from contextlib import closing

import pytest

from odoo_etl.planning import RecordRules, Update
from odoo_etl.results import Change
from odoo_etl.sync.described import Described
from odoo_etl.sync.planned_changes import EveryChange, FirstChanges, PlannedChanges
from tests.builders import partner_fields, record

RULES = RecordRules(partner_fields("ref", "name", "email", "is_company", "color"), ("ref",))


def described(key, **changes):
    """A change of a new record."""
    return Described(Change("create", key, None, 2, {name: (None, value) for name, value in changes.items()}))


@pytest.mark.parametrize(("shelf", "kept"), [(EveryChange, 50), (lambda: FirstChanges(7), 7)])
def test_changes_come_back_in_the_order_of_their_numbers(shelf, kept):
    """Whatever the order in which lanes bring them."""
    numbers = list(range(50))
    random.Random(5).shuffle(numbers)
    with closing(shelf()) as shelved:
        for number in numbers:
            if shelved.wants(number):
                shelved.keep(number, described(str(number)))
        assert [one.change.key for one in shelved.in_order()] == [str(number) for number in range(kept)]


@pytest.mark.parametrize("shelf", [EveryChange, lambda: FirstChanges(2)])
def test_what_a_record_gets_later_stands_in_its_change(shelf):
    """Once, however many changes came between."""
    with closing(shelf()) as shelved:
        shelved.keep(1, described("a", name="A"))
        shelved.keep(2, described("b", name="B"))
        shelved.keep(1, described("a", parent_id="b (new)"))
        first, second = (one.change for one in shelved.in_order())
        assert (first.key, first.changes) == ("a", {"name": (None, "A"), "parent_id": (None, "b (new)")})
        assert second.key == "b"


def test_changes_may_be_read_more_than_once():
    """A file is written of them, and their first are shown."""
    with closing(EveryChange()) as shelved:
        shelved.keep(1, described("a"))
        assert [one.change.key for one in shelved.in_order()] == [one.change.key for one in shelved.in_order()]


def test_fields_are_counted_with_those_that_are_filled_and_emptied():
    """Zero is a number and no is an answer: neither is empty."""
    changes = PlannedChanges(FirstChanges(0))
    differing = [
        {"name": ("A", "B"), "email": (False, "a@x")},
        {"email": ("b@x", False), "color": (0, 3)},
        {"email": ("b@x", "c@x"), "is_company": (False, True)},
    ]
    for number, pairs in enumerate(differing):
        changes.update(Update(record("a", number), number + 1, pairs), RULES)
    changes.create(record("b", 9, name="B"), RULES)
    assert changes.counted() == {
        "planned": {"create": 1, "update": 3},
        "changed_fields": {"email": 3, "color": 1, "is_company": 1, "name": 1},
        "filled_fields": {"email": 1},
        "emptied_fields": {"email": 1},
    }
    assert changes.first() == ()


def test_changes_that_are_no_rows_follow_those_of_rows():
    """In the order in which they are told."""
    changes = PlannedChanges(FirstChanges(9), 9)
    changes.beside(Change("archive", "gone", 7, 0, {"active": (True, False)}), {})
    changes.beside(Change("delete", "away", 8, 0, {}), {})
    changes.create(record("b", 9, name="B"), RULES)
    assert [one.key for one in changes.first()] == ["b", "gone", "away"]
