"""What the report says of kept values, at its limits."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import Lookup, Record, Ref
from odoo_etl.results import Discrepancies, Discrepancy, Rewritten
from odoo_etl.sync.read_back.report import (
    LONGEST,
    SHOWN,
    Difference,
    ValueReport,
    all_discrepancies,
    discrepancy,
    shown_key,
)
from tests.builders import record


def differs(number, field="name", sent="A", kept="B"):
    """A value that Odoo keeps otherwise."""
    return Difference(record(f"r{number}"), number, field, sent, kept)


@pytest.mark.parametrize("many", [SHOWN - 1, SHOWN, SHOWN + 1])
def test_so_many_values_are_shown_and_all_are_counted(many):
    """Each once, however often it is told."""
    report = ValueReport()
    for number in [*range(many), 0]:
        report.not_kept(differs(number))
    assert (report.found.not_kept_values, len(report.found.not_kept)) == (many, min(many, SHOWN))


@pytest.mark.parametrize(("size", "shown"), [(LONGEST, "x" * 500), (LONGEST + 1, "x" * 500 + "… (501 characters)")])
def test_a_long_value_is_cut(size, shown):
    """And says how long it is."""
    assert discrepancy(differs(1, sent="x" * size)).sent == shown


@pytest.mark.parametrize(
    ("sent", "kept", "shown"),
    [
        ("A", False, ("A", None)),
        (False, "A", (None, "A")),
        (True, False, (True, False)),
        (False, True, (False, True)),
        (IdList((2, 3), "set"), [1], ([2, 3], [1])),
    ],
)
def test_no_value_is_none_and_false_is_one_of_a_boolean(sent, kept, shown):
    """As a person would say it."""
    one = discrepancy(differs(1, sent=sent, kept=kept))
    assert (one.sent, one.kept) == shown


def test_passwords_are_not_shown():
    """Neither what was sent nor what Odoo answers."""
    one = discrepancy(differs(1, field="password", sent="secret", kept=False))
    assert (one.sent, one.kept) == ("(hidden)", None)


def test_a_key_is_shown_with_what_was_looked_up():
    """And without a model."""
    parent = Ref(Lookup("res.partner", ("ref", "name")), ("P", "x"), "reject")
    assert shown_key(Record(("a", parent, 3), {}, [])) == "a, P, x, 3"


def test_rewritten_fields_are_counted_by_record():
    """The first of them is the example."""
    report = ValueReport()
    for number, field in ((1, "vat"), (2, "vat"), (1, "vat"), (1, "site")):
        report.rewritten(differs(number, field))
    assert {name: (one.records, one.example.id) for name, one in report.found.rewritten.items()} == {
        "vat": (2, 1),
        "site": (1, 1),
    }


def test_what_is_looked_at_again_is_taken_back():
    """Of these records, and of no others."""
    report = ValueReport()
    for number, field in ((1, "name"), (1, "site"), (2, "name"), (3, "name")):
        report.not_kept(differs(number, field))
    report.forget({hash(("r1",)), hash(("r3",))})
    found = report.found
    assert (found.not_kept_values, [(one.id, one.field) for one in found.not_kept]) == (1, [(2, "name")])
    report.not_kept(differs(1))
    assert report.found.not_kept_values == 2


def shown(*numbers):
    """Values that are told of these records."""
    return tuple(Discrepancy(str(number), number, "name", "A", "B") for number in numbers)


@pytest.mark.parametrize("there", [SHOWN - 2, SHOWN - 1, SHOWN])
def test_what_another_look_tells_is_added(there):
    """What is known already only once, and no more than may be shown."""
    one = Discrepancies({"vat": Rewritten(2, shown(1)[0])}, there + 10, shown(*range(there)))
    rewritten = {"vat": Rewritten(3, shown(9)[0]), "site": Rewritten(1, shown(8)[0])}
    both = all_discrepancies(one, Discrepancies(rewritten, 7, shown(0, 5000, 5001)))
    assert both.not_kept_values == there + 10 + 6
    assert [entry.id for entry in both.not_kept] == [*range(there), 5000, 5001][:SHOWN]
    assert both.rewritten == {"vat": Rewritten(5, shown(1)[0]), "site": Rewritten(1, shown(8)[0])}
