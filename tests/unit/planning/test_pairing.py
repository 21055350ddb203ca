"""Which line of the source stands for which of Odoo's: equal ones first, whatever the order of the answer."""

from __future__ import annotations

import itertools
import time

import pytest

from odoo_etl.mapping import Record
from odoo_etl.planning import KNOWN, LineRules, Planner
from odoo_etl.planning.pairing import Pairs, labels
from tests.builders import find_field

LINE = "mrp.bom.line"


def pairs(*key):
    """Pairs lines with this key."""
    fields = {name: find_field(LINE, name) for name in ("sequence", "name", "quantity", "active")}
    return Pairs(Planner("upsert", LineRules(fields, key)))


def line(key, **values):
    """A line of the source."""
    return Record((key,) if key else (), {**({"name": key} if key else {}), **values}, [])


def row(number, name, quantity, **more):
    """A line of Odoo."""
    return {"id": number, "sequence": 0, "name": name, "quantity": quantity, "active": True, **more}


def found(key, records, rows, *, some=False):
    """Number of each line of the source to the id of the line that it stands for."""
    pairing = pairs(*key).of(records, rows, some=some)
    return {number: row["id"] for number, row in pairing.found.items()}, [row["id"] for row in pairing.rest]


@pytest.mark.parametrize("key", [(), ("name",)])
def test_equal_lines_belong_together_in_whatever_order_they_come(key):
    """What differs is taken by id: the order of an answer says nothing."""
    records = [line("Leg", quantity=one) for one in (4.0, 5.0, 9.0)]
    if not key:
        records = [Record((), one.values, []) for one in records]
    rows = [row(1, "Leg", 6.0), row(2, "Leg", 5.0), row(3, "Leg", 4.0), row(4, "Leg", 7.0)]
    for some_order in itertools.permutations(rows):
        assert found(key, records, some_order) == ({0: 3, 1: 2, 2: 1}, [4])


def test_active_lines_come_first():
    """An archived one is taken where there is no other: the row that is there wants it back."""
    archived, active = row(1, "Leg", 4.0, active=False), row(2, "Leg", 4.0)
    assert found(("name",), [line("Leg", quantity=4.0)], [archived, active]) == ({0: 2}, [1])
    assert found(("name",), [line("Leg", quantity=5.0)], [archived, active]) == ({0: 2}, [1])
    assert found(("name",), [line("Leg", quantity=5.0)], [archived]) == ({0: 1}, [])
    assert found((), [line("", name="Leg", quantity=4.0)], [archived]) == ({0: 1}, [])
    assert found((), [line("", name="Leg", quantity=5.0)], [archived]) == ({}, [1])


def test_lines_without_a_key_are_never_taken_from_others():
    """Where the job knows its lines, the rest is Odoo's own or somebody else's; of a new record all are taken."""
    wanted = [line("", name="Leg", quantity=9.0)]
    tax, ours = row(1, "Tax", 1.0, **{KNOWN: False}), row(2, "Leg", 4.0, **{KNOWN: True})
    assert found((), wanted, [tax, ours]) == ({0: 2}, [1])
    assert found((), [*wanted, *wanted], [tax, ours]) == ({0: 2}, [1])
    assert found((), wanted, [tax, {**ours, KNOWN: False}]) == ({0: 1}, [2])


def test_a_key_finds_its_line_whosever_it_is():
    """Those that the job knows come first."""
    theirs, ours = row(1, "Leg", 1.0, **{KNOWN: False}), row(2, "Leg", 4.0, **{KNOWN: True})
    assert found(("name",), [line("Leg", quantity=9.0)], [theirs, ours]) == ({0: 2}, [1])
    assert found(("name",), [line("Leg", quantity=9.0)], [theirs]) == ({0: 1}, [])


@pytest.mark.parametrize("key", [(), ("name",)])
def test_of_some_lines_nobody_says_which_is_which(key):
    """Unless they are equal, or there are not more than these."""
    record = Record(("Leg",) if key else (), {"name": "Leg", "quantity": 9.0}, [])
    rows = [row(1, "Leg", 4.0), row(2, "Leg", 5.0)]
    assert pairs(*key).of([record], rows, some=True).unclear == [0]
    assert not pairs(*key).of([record], rows[:1], some=True).unclear
    equal = Record(record.key, {"name": "Leg", "quantity": 5.0}, [])
    assert found(key, [equal], rows, some=True) == ({0: 2}, [1])
    assert pairs(*key).of([record], rows, some=False).unclear == []


def test_an_empty_key_identifies_nothing():
    """Lines without a value for it are compared as a whole; none that the job does not know is overwritten."""
    theirs = row(1, False, 1.0, **{KNOWN: False})
    ours = row(2, False, 4.0, **{KNOWN: True})
    empty = Record((False,), {"name": False, "quantity": 9.0}, [])
    assert found(("name",), [empty], [theirs, ours]) == ({0: 2}, [1])
    assert found(("name",), [empty, empty], [theirs, ours]) == ({0: 2}, [1])


def test_thousands_of_lines_take_no_time():
    """Also when a new one stands first, so that none is in its place."""
    rows = [row(number, f"L{number % 7}", float(number)) for number in range(1, 4001)]
    records = [Record((), {"name": one["name"], "quantity": one["quantity"]}, []) for one in reversed(rows)]
    began = time.perf_counter()
    taken, rest = found((), [line("", name="New", quantity=0.5), *records], rows)
    assert (len(taken), rest) == (4000, [])
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["10", "20"], ["10", "20"]),
        (["Leg", "Leg", "Leg (2)"], ["Leg", "Leg (3)", "Leg (2)"]),
        (["Leg (2)", "Leg", "Leg"], ["Leg (2)", "Leg", "Leg (3)"]),
        (["", "", ""], ["1", "2", "3"]),
    ],
)
def test_labels_are_unique(keys, expected):
    """A key may look like the label of another line."""
    assert labels(keys) == expected
    again = labels(keys, expected)
    assert len({*again, *expected}) == 2 * len(expected)
