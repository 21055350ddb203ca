"""What a mirror may remove: at the limits, and one beyond them."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SafetyLimit
from odoo_etl.planning import check_removals, check_shrink, policy_faults, policy_fields, policy_values
from odoo_etl.spec import VanishLimit, VanishSpec
from tests.builders import target


def vanish(policy):
    """A vanish section with this policy."""
    return VanishSpec.model_validate({"policy": policy})


def is_refused(check, *arguments):
    """Whether a check stops the run."""
    try:
        check(*arguments)
    except SafetyLimit:
        return True
    return False


@pytest.mark.parametrize(
    ("limit", "found", "kept", "refused"),
    [
        ({"count": 5}, 5, 95, False),
        ({"count": 5}, 6, 94, True),
        ({"count": 0}, 0, 100, False),
        ({"count": 0}, 1, 99, True),
        ({"percent": 10}, 10, 90, False),
        ({"percent": 10}, 11, 89, True),
        ({"percent": 0}, 0, 100, False),
        ({"percent": 0}, 1, 99, True),
        ({"percent": 100}, 100, 0, False),
        ({"percent": 0.5}, 1, 199, False),
        ({"percent": 0.5}, 1, 198, True),
        ({}, 3, 7, False),  # a share of thirty percent, from ten records on
        ({}, 4, 6, True),
        ({}, 9, 0, False),
        ({}, 10, 0, True),
        ({}, 30, 70, False),
        ({}, 31, 69, True),
        ({"count": 50}, 31, 69, True),  # the share holds beside it
    ],
)
def test_so_many_may_go_and_no_more(limit, found, kept, refused):
    """By number and by share of the records that the job knows."""
    assert is_refused(check_removals, VanishLimit.model_validate(limit), "partners", found, kept) is refused


def test_a_refusal_names_the_numbers():
    """How many of how many, and which limit."""
    with pytest.raises(SafetyLimit, match=r"6 of the 100 records .* more than vanish.max.count 5 allows"):
        check_removals(VanishLimit(count=5), "partners", 6, 94)
    with pytest.raises(SafetyLimit, match=r"31 of the 100 records .* more than vanish.max.percent 30% allows"):
        check_removals(VanishLimit(), "partners", 31, 69)


@pytest.mark.parametrize(
    ("percent", "rows", "last", "refused"),
    [
        (20, 80, 100, False),
        (20, 79, 100, True),
        (20, 100, 100, False),
        (20, 300, 100, False),
        (0, 100, 100, False),
        (0, 99, 100, True),
        (20, 0, 9, False),  # of so few rows each is a large share
        (20, 8, 10, False),
        (20, 7, 10, True),
        (20, 0, None, False),
    ],
)
def test_a_source_may_lose_so_many_rows_and_no_more(percent, rows, last, refused):
    """Of those that it had in the last whole run."""
    assert is_refused(check_shrink, percent, "partners", rows, last) is refused


def test_a_source_that_shrank_is_told_with_its_numbers():
    """Rows now, rows less, rows before."""
    with pytest.raises(SafetyLimit, match="has 70 rows, 30 fewer than the 100 of the last run"):
        check_shrink(20, "partners", 70, 100)


FIELDS = {
    "active": target("boolean", "active"),
    "stage": target("char", "stage"),
    "color": target("integer", "color"),
    "line_ids": target("one2many", "line_ids"),
    "total": target("float", "total", readonly=True, store=False),
    "write_date": target("datetime", "write_date"),
    "tag_ids": target("many2many", "tag_ids"),
}


@pytest.mark.parametrize(
    ("policy", "without", "says"),
    [
        ("archive", (), None),
        ("report", ("active",), None),
        ("unlink", ("active",), None),
        ("archive", ("active",), "cannot be archived"),
        ({"set": {"stage": "gone", "color": 3}}, (), None),
        ({"set": {"tag_ids": [1, 2]}}, (), None),
        ({"set": {"stage": "gone", "nothing": 3}}, (), "has no field `nothing`"),
        ({"set": {"line_ids": []}}, (), "`line_ids` of res.partner cannot be written"),
        ({"set": {"total": 1.0}}, (), "`total` of res.partner cannot be written"),
        ({"set": {"write_date": "2024-01-01"}}, (), "`write_date` of res.partner cannot be written"),
        ({"set": {"stage": {"a": 1}}}, (), "is no value for `stage`"),
        ({"set": {"tag_ids": [1, {"a": 1}]}}, (), "is no value for `tag_ids`"),
        ({"set": {"color": "red"}}, (), "the value does not fit `color`"),
    ],
)
def test_a_policy_fits_the_model_or_says_why_not(policy, without, says):
    """One sentence for each field."""
    fields = {name: field for name, field in FIELDS.items() if name not in without}
    found = [fault.message for fault in policy_faults(vanish(policy), "res.partner", fields, 19)]
    assert len(found) == (says is not None)
    assert all(says in message for message in found)


def test_a_model_whose_active_is_computed_cannot_be_archived():
    """Nobody can write it."""
    fields = {"active": target("boolean", "active", readonly=True, store=False)}
    assert len(list(policy_faults(vanish("archive"), "res.partner", fields, 19))) == 1


@pytest.mark.parametrize(
    ("policy", "fields", "values"),
    [
        ("report", ["active"], {}),
        ("unlink", ["active"], {}),
        ("archive", ["active"], {"active": False}),
        ({"set": {"stage": "gone"}}, ["active", "stage"], {"stage": "gone"}),
    ],
)
def test_what_a_policy_writes(policy, fields, values):
    """Nothing, for those that do not write."""
    assert policy_fields(vanish(policy)) == fields
    assert policy_values(vanish(policy), FIELDS) == values
