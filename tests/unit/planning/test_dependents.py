"""Which fields Odoo computes anew when others are written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Record
from odoo_etl.planning import Dependents, RecordRules, Update, kept_along, sent_along, spared
from tests.memory_models import MODELS

LINE = Dependents(MODELS["sale.order.line"])
ORDER = Dependents(MODELS["sale.order"])


def test_dependents_are_found_through_fields_in_between():
    """`price` hangs on the quantity through the weight; a path begins with a field of the model."""
    assert LINE.of({"quantity"}) == {"weight", "price", "discount"}
    assert LINE.of({"order_id"}) == {"discount"}
    assert LINE.of({"name"}) == frozenset()


def test_fields_that_depend_on_each_other_end():
    """A circle is gone through once."""
    both = {"a": {"type": "char", "depends": ["b"]}, "b": {"type": "char", "depends": ["a"]}}
    assert Dependents(both).of({"a"}) == {"a", "b"}


def test_only_what_holds_a_value_of_its_own_can_be_put_back():
    """A readonly one is computed whatever one does."""
    assert LINE.to_put_back({"quantity"}) == {"price", "discount"}


def test_the_models_behind_a_field_are_those_of_its_paths():
    """Also those that stand behind fields in between."""
    assert ORDER.models_behind(["date_planned"]) == {"sale.order.line"}
    assert LINE.models_behind(["discount"]) == {"sale.order"}
    assert LINE.models_behind(["price"]) == frozenset()


def test_records_share_what_lives_in_another():
    """Also through a field in between that is not stored; one that is stored has a value of its own."""
    variant = {
        "template_id": {"type": "many2one"},
        "price": {"type": "float", "store": False, "depends": ["template_id.price"]},
        "sales_price": {"type": "float", "store": False, "depends": ["price", "value_ids.extra"]},
        "value_ids": {"type": "many2many"},
        "cost": {"type": "float", "depends": ["price"]},
    }
    found = {name: Dependents(variant).shared_through([name]) for name in ("price", "sales_price", "cost")}
    assert found == {"price": {"template_id"}, "sales_price": {"template_id"}, "cost": frozenset()}


def test_what_fields_are_computed_from_is_named_with_its_model():
    """Of what is not stored itself also through fields in between; of longer paths the beginning."""
    lead = {
        "partner_id": {"type": "many2one", "relation": "res.partner"},
        "email": {"type": "char", "depends": ["partner_id.email"]},
        "lang": {"type": "char", "depends": ["partner_id.country_id.code", "email"]},
        "shown": {"type": "char", "store": False, "depends": ["email"]},
    }
    found = {name: Dependents(lead).reached([name]) for name in ("email", "lang", "shown")}
    email, country = ("res.partner", "email"), ("res.partner", "country_id")
    assert found == {"email": {email}, "lang": {country}, "shown": {email}}


def test_mapped_dependents_go_along_with_what_the_record_held():
    """Those that the row says nothing about do not, and neither do those that are written anyway."""
    record = Record(("l",), {"name": "l", "quantity": 5, "price": 7.5}, [])
    update = Update(record, 1, {"quantity": (1, 5)}, {"id": 1, "quantity": 1, "price": 7.50001})
    assert sent_along(update, LINE).along == {"price": (7.50001, 7.5)}
    alone = Update(record, 1, {"quantity": (1, 5), "price": (1.0, 7.5)})
    assert sent_along(alone, LINE) is alone


def line_rules(**spares):
    """The rules of a job on lines, some of whose fields are not for every record."""
    fields = {name: TargetField.of(name, one) for name, one in MODELS["sale.order.line"].items()}
    return RecordRules(fields, ("name",), **{name: frozenset(some) for name, some in spares.items()})


@pytest.mark.parametrize("kind", ["only_new", "if_empty"])
@pytest.mark.parametrize(("held", "along"), [(7.5, {"price": (7.5, 7.5)}), (0.0, {}), (False, {})])
def test_what_the_job_leaves_alone_goes_along_as_it_is(kind, held, along):
    """Else Odoo would compute it anew, over what a person wrote; what is empty is Odoo's to fill."""
    rules = line_rules(**{kind: ["price"]})
    update = Update(Record(("l",), {"quantity": 2.0}, []), 1, {"quantity": (1.0, 2.0)}, {"price": held})
    assert spared(update, LINE, rules) == {"price"}
    assert kept_along(update, LINE, rules).along == along
    assert spared(replace(update, changes={"name": ("a", "b")}), LINE, rules) == set()
    assert spared(replace(update, along={"price": (7.5, 8.0)}), LINE, rules) == set()
