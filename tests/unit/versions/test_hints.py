"""A name that a server lacks, in words: what it is called there."""

from __future__ import annotations

import pytest

from odoo_etl.versions import choice_hint, field_hint, model_hint, value_hint

GONE = "gone since Odoo 19: partners have one number, `phone`: give it the mobile one where there is no other"


@pytest.mark.parametrize(
    ("model", "name", "known", "major", "hint"),
    [
        ("res.users", "groups_id", ["group_ids"], 19, "in Odoo 19 this is `group_ids`, since 19"),
        ("res.users", "group_ids", ["groups_id"], 18, "in Odoo 18 this is `groups_id`; `group_ids` since 19"),
        ("res.users", "group_ids", ["groups_id"], 14, "in Odoo 14 this is `groups_id`; `group_ids` since 19"),
        ("res.partner", "mobile", ["phone"], 19, GONE),
        ("res.users", "mobile", ["phone"], 19, GONE),
        ("stock.picking", "move_lines", ["move_ids"], 18, "in Odoo 18 this is `move_ids`, since 16"),
        ("stock.lot", "x", ["name"], 19, ""),
        ("res.users", "groups_id", ["name"], 19, ""),
        ("res.users", "group_ids", ["name"], 14, ""),
        ("res.users", "groups_id", ["group_ids"], 0, ""),
        ("res.partner", "mobile", ["phone"], 18, ""),
    ],
)
def test_a_field(model, name, known, major, hint):
    """In both directions; of fields that the model lacks as well, or of an unknown version, nothing is said."""
    assert field_hint(model, name, known, major) == hint


def test_a_field_that_had_several_names():
    """Forwards one name after the other, backwards all that became it and that the server has."""
    line = "stock.move.line"
    assert field_hint(line, "product_uom_qty", ["quantity"], 19) == "in Odoo 19 this is `quantity`, since 17"
    assert field_hint(line, "product_uom_qty", ["reserved_uom_qty"], 16).startswith("in Odoo 16 this is `reserved_uom_")
    back = "; `quantity` since 17: with `picked: true`"
    olds = ["qty_done", "product_uom_qty"]
    assert field_hint(line, "quantity", olds, 14) == f"in Odoo 14 this is `qty_done` or `product_uom_qty`{back}"
    assert field_hint(line, "quantity", olds[:1], 14) == f"in Odoo 14 this is `qty_done`{back}"
    assert field_hint(line, "quantity", ["reserved_uom_qty"], 16) == f"in Odoo 16 this is `reserved_uom_qty`{back}"


def test_a_field_that_came_or_went():
    """The version, and what to do instead."""
    before = "before, a stored product was `type: product`"
    assert field_hint("product.product", "is_storable", ["type"], 14) == f"only since Odoo 18, and this is 14: {before}"
    assert field_hint("uom.uom", "uom_type", ["name"], 19).startswith("gone since Odoo 19: `relative_uom_id`")
    assert field_hint("stock.location", "posx", ["name"], 19) == "gone since Odoo 19"


def test_a_field_of_a_model_that_was_called_otherwise():
    """The changes of its older names are its own."""
    assert field_hint("discuss.channel", "public", ["name"], 19).startswith("gone since Odoo 16: `group_public_id`")


def test_fields_that_nobody_knows():
    """Where a model's fields are not known, the name is given unseen."""
    assert field_hint("res.users", "groups_id", None, 19) == "in Odoo 19 this is `group_ids`, since 19"


@pytest.mark.parametrize(
    ("model", "major", "hint"),
    [
        ("stock.production.lot", 19, "in Odoo 19 this is `stock.lot`, since 16"),
        ("stock.production.lot", 15, ""),
        ("stock.lot", 14, "in Odoo 14 this is `stock.production.lot`; `stock.lot` since 16"),
        ("mail.channel.partner", 19, "in Odoo 19 this is `discuss.channel.member`, since 17"),
        ("mail.channel.partner", 16, "in Odoo 16 this is `mail.channel.member`, since 16"),
        ("discuss.channel.member", 14, "in Odoo 14 this is `mail.channel.partner`; `discuss.channel.member` since 17"),
        ("res.partne", 19, ""),
        ("", 14, ""),
    ],
)
def test_a_model(model, major, hint):
    """In both directions, over several changes."""
    assert model_hint(model, major) == hint


def test_a_model_that_went():
    """Where its matter is now."""
    assert model_hint("uom.category", 19).startswith("gone since Odoo 19: units that are measured in each other")


def test_a_value_of_a_selection():
    """In both directions; also of the model whose fields another one has."""
    new = "in Odoo 19 this is `consu`, since 18: with `is_storable: true`"
    assert value_hint("product.product", "type", "product", ["consu", "service"], 19) == new
    assert value_hint("product.template", "type", "produkt", ["consu"], 19) == ""
    blocked = value_hint("mrp.workorder", "state", "blocked", ["pending", "ready"], 14)
    assert blocked == "in Odoo 14 this is `pending`; `blocked` since 19"


@pytest.mark.parametrize(
    ("model", "value", "known", "hint"),
    [
        ("product.product", "product", {"consu", "service"}, "since Odoo 18 this is consu: with `is_storable: true`"),
        ("product.template", "produkt", {"consu"}, ""),
        ("product.template", "product", {"service"}, ""),
        ("", "product", {"consu"}, ""),
    ],
)
def test_a_value_of_a_row(model, value, known, hint):
    """Of which nobody knows the version: what the selection has tells it."""
    assert choice_hint(model, "type", value, frozenset(known)) == hint


def test_a_value_of_a_row_that_came_later():
    """The name before."""
    known = frozenset({"draft", "purchase", "done"})
    assert choice_hint("mrp.workorder", "state", "blocked", frozenset({"pending"})) == "before Odoo 19 this is pending"
    assert choice_hint("purchase.order", "state", "locked", known) == ""
