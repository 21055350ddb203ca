"""Which relatives of a record may have changed with it."""

from __future__ import annotations

import pytest

from odoo_etl.loading.outcome import Written
from odoo_etl.loading.read_back.family import Family
from tests.builders import partner_fields, record, target

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
        ([Written(CHILD, 2)], {"firm", "child", "other"}),
        ([Written(CHILD, 2), Written(FIRM, 1)], {"firm", "child", "other"}),
    ],
)
def test_relatives_of_what_was_written_are_looked_at(wrote, touched):
    """Parent and children, and through the parent its other children."""
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


LEAD = {
    "partner_id": target("many2one", "partner_id", relation="res.partner"),
    "email_from": target("char", "email_from", depends=["partner_id.email"]),
    "team_id": target("many2one", "team_id", relation="crm.team"),
}


def test_records_that_share_what_a_field_is_computed_from_are_relatives():
    """Two leads of one partner; not those of one team, from which nothing comes back, nor one alone."""
    made = Family("crm.lead", LEAD, own=False)
    for number, partner in enumerate((5, 5, 6, 7), 1):
        made.note(record(f"lead{number}", partner_id=partner, team_id=1), number)
    made.wrote([Written(record("lead1", partner_id=5, team_id=1), 1), Written(record("lead3", partner_id=6), 3)])
    assert set(made.touched()) == {hash(("lead1",)), hash(("lead2",))}
