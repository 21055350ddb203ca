"""Which relatives of a record may have changed with it."""

from __future__ import annotations

import pytest

from odoo_etl.loading.outcome import Written
from odoo_etl.loading.read_back.family import Family
from tests.builders import partner_fields, record

FIELDS = partner_fields("ref", "parent_id")
FIRM, CHILD, OTHER, ALONE = record("firm"), record("child", parent_id=1), record("other", parent_id=1), record("alone")


def family(*, own=False):
    """A firm, two children, and somebody without relatives."""
    made = Family("res.partner", FIELDS, own=own)
    for number, one in enumerate((FIRM, CHILD, OTHER, ALONE), 1):
        made.note(one, number)
    return made


@pytest.mark.parametrize(
    ("wrote", "touched"),
    [
        ([], set()),
        ([Written(ALONE, 4)], set()),
        ([Written(FIRM, 1)], {"child", "other"}),
        ([Written(CHILD, 2)], {"firm", "child"}),
        ([Written(CHILD, 2), Written(FIRM, 1)], {"firm", "child", "other"}),
    ],
)
def test_relatives_of_what_was_written_are_looked_at(wrote, touched):
    """Parent and children, and whoever was written beside one."""
    made = family()
    made.wrote(wrote)
    assert set(made.touched()) == {hash((ref,)) for ref in touched}


def test_a_job_that_leaves_others_alone_looks_at_its_own_only():
    """`mode: create` writes nothing to what was there before."""
    made = family(own=True)
    made.wrote([Written(CHILD, 2)])
    assert set(made.touched()) == {hash(("child",))}


def test_a_job_without_relations_to_its_own_model_notes_nothing():
    """It costs it nothing."""
    made = Family("res.partner", partner_fields("ref", "country_id"), own=False)
    made.wrote([Written(FIRM, 1)])
    assert (bool(made), list(made.touched())) == (False, [])
