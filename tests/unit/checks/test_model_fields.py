"""The fields of a model as `inspect` reports them."""

from odoo_etl.checks import reports_of

RAW = {
    "quantity": {"type": "float", "string": "Quantity", "digits": [16, 2], "required": True},
    "price": {"type": "float", "depends": ["quantity"], "store": True},
    "total": {"type": "monetary", "depends": ["price", "tax_ids.amount"], "store": False, "readonly": True},
    "country_code": {"type": "char", "related": ["partner_id", "country_id", "code"], "store": False},
    "state": {"type": "selection", "selection": [["draft", "Quotation"], ["sale", "Order"]], "help": "Where it is."},
    "line_ids": {"type": "one2many", "relation": "sale.order.line", "relation_field": "order_id"},
    "note": {"type": "char", "translate": True, "company_dependent": True, "searchable": False},
}


def field(name, given=()):
    """One of them."""
    return next(one for one in reports_of(RAW, given) if one.name == name)


def test_what_odoo_computes_is_told_from_both_sides():
    """From what a field is computed, and what follows it through any number of others."""
    assert field("quantity").recomputes == ("price", "total")
    assert (field("price").depends, field("price").recomputes) == (("quantity",), ("total",))
    assert [one.name for one in reports_of(RAW) if one.is_computed] == ["country_code", "price", "total"]


def test_attributes_keep_their_meaning():
    """Older servers leave some out, and give paths in parts."""
    assert (field("quantity").digits, field("quantity").required) == ((16, 2), True)
    assert (field("quantity", ["quantity"]).given, field("price", ["quantity"]).given) == (True, False)
    assert field("country_code").related == "partner_id.country_id.code"
    assert (field("country_code").searchable, field("price").searchable) == (False, True)
    assert field("state").selection == (("draft", "Quotation"), ("sale", "Order"))
    assert (field("line_ids").relation, field("line_ids").inverse) == ("sale.order.line", "order_id")
    assert (field("note").translated, field("note").by_company, field("note").searchable) == (True, True, False)
