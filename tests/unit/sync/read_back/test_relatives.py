"""Which relatives of a record may have changed with it."""

from __future__ import annotations

import pytest

from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.outcome import Written
from odoo_etl.sync.read_back.relatives import Family, relations
from tests.builders import partner_fields, record, target
from tests.memory_odoo import MemoryOdoo

FIELDS = partner_fields("ref", "parent_id")
PARENT = {"parent_id": FIELDS["parent_id"]}
FIRM, CHILD, OTHER, ALONE = record("firm"), record("child", parent_id=1), record("other", parent_id=1), record("alone")


def family(*, own=False):
    """A firm, two children, and somebody without relatives."""
    made = Family("res.partner", FIELDS, PARENT, own=own)
    for number, one in enumerate((FIRM, CHILD, OTHER, ALONE), 1):
        made.note([(one, number, {})])
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
    made = Family("res.partner", partner_fields("ref", "country_id"), {}, own=False)
    made.wrote([Written(FIRM, 1)])
    assert (bool(made), list(made.touched())) == (False, [])


TEMPLATE = target("many2one", "product_tmpl_id", relation="product.template")
LEAD = {
    "partner_id": target("many2one", "partner_id", relation="res.partner"),
    "email_from": target("char", "email_from", depends=["partner_id.email"]),
    "team_id": target("many2one", "team_id", relation="crm.team"),
}


def test_records_that_share_what_a_field_is_computed_from_are_relatives():
    """Two leads of one partner; not those of one team, from which nothing comes back, nor one alone."""
    made = Family("crm.lead", LEAD, {"partner_id": LEAD["partner_id"]}, own=False)
    for number, partner in enumerate((5, 5, 6, 7), 1):
        made.note([(record(f"lead{number}", partner_id=partner, team_id=1), number, {})])
    made.wrote([Written(record("lead1", partner_id=5, team_id=1), 1), Written(record("lead3", partner_id=6), 3)])
    assert set(made.touched()) == {hash(("lead1",)), hash(("lead2",))}


def test_what_odoo_holds_counts_where_a_relation_is_not_mapped():
    """Two variants of one template, whose price they share; a new one has no relatives."""
    made = Family("product.product", ["code", "lst_price"], {"product_tmpl_id": TEMPLATE}, own=False)
    for number, template in enumerate(([5, "A table"], [5, "A table"], 6), 1):
        made.note([(record(f"v{number}"), number, {"product_tmpl_id": template})])
    made.wrote([Written(record("v1"), 1), Written(record("v3"), 3), Written(record("new"), 4)])
    assert set(made.touched()) == {hash(("v1",)), hash(("v2",))}


def test_relations_are_those_of_the_model_and_those_fields_are_computed_through():
    """Mapped or not; what has values of its own only needs no look at the whole model."""
    odoo = MemoryOdoo()
    schema = Schema(odoo, {})
    lines = schema.fields("sale.order.line", ["name", "discount"])
    assert relations("sale.order.line", lines, None, schema).keys() == {"order_id"}
    asked = odoo.calls.copy()
    partners = schema.fields("res.partner", ["ref", "name"], ["parent_id"])
    plain = {name: partners[name] for name in ("ref", "name")}
    assert relations("res.partner", plain, partners["parent_id"], schema).keys() == {"parent_id"}
    assert relations("res.partner", plain, None, schema) == {}
    assert odoo.calls - asked == {"res.partner.fields_get": 1}
