"""The models of the Odoo in memory, as `fields_get` would describe them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PARTNER = {
    "name": {"type": "char", "required": True},
    "ref": {"type": "char"},
    "email": {"type": "char"},
    "comment": {"type": "html"},
    "image": {"type": "binary"},
    "active": {"type": "boolean"},
    "is_company": {"type": "boolean"},
    "color": {"type": "integer"},
    "weight": {"type": "float", "digits": (16, 2)},
    "partner_latitude": {"type": "float"},
    "date": {"type": "date"},
    "lang": {"type": "selection", "selection": [("en_US", "English"), ("fr_FR", "French")]},
    "currency_id": {"type": "many2one", "relation": "res.currency"},
    "credit_limit": {"type": "monetary", "currency_field": "currency_id"},
    "parent_id": {"type": "many2one", "relation": "res.partner"},
    "country_id": {"type": "many2one", "relation": "res.country"},
    "state_id": {"type": "many2one", "relation": "res.country.state"},
    "category_id": {"type": "many2many", "relation": "res.partner.category"},
    "create_uid": {"type": "many2one", "relation": "res.users"},
    "create_date": {"type": "datetime"},
}
MODELS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "res.partner": PARTNER,
    "ir.model.data": {
        "module": {"type": "char"},
        "name": {"type": "char"},
        "model": {"type": "char"},
        "res_id": {"type": "integer"},
    },
    "ir.module.module": {"name": {"type": "char"}, "state": {"type": "selection"}},
    "ir.model": {},
    "ir.model.fields": {
        **{name: {"type": "char"} for name in ("model", "name", "ttype", "relation")},
        **{name: {"type": "boolean"} for name in ("store", "readonly")},
    },
    "res.country": {"name": {"type": "char"}, "code": {"type": "char"}},
    "res.country.state": {
        "name": {"type": "char"},
        "code": {"type": "char"},
        "country_id": {"type": "many2one", "relation": "res.country"},
    },
    "res.partner.category": {
        "name": {"type": "char"},
        "active": {"type": "boolean"},
        "color": {"type": "integer"},
        "parent_id": {"type": "many2one", "relation": "res.partner.category"},
        "partner_ids": {"type": "many2many", "relation": "res.partner"},
    },
    "sale.order": {
        "name": {"type": "char"},
        "line_ids": {"type": "one2many", "relation": "sale.order.line"},
        "date_planned": {"type": "date", "depends": ["line_ids.date_planned"]},
    },
    "sale.order.line": {
        "name": {"type": "char"},
        "order_id": {"type": "many2one", "relation": "sale.order"},
        "quantity": {"type": "integer"},
        "weight": {"type": "float", "depends": ["quantity"], "readonly": True},
        "price": {"type": "float", "depends": ["weight"]},
        "discount": {"type": "float", "depends": ["quantity", "order_id.name"]},
        "date_planned": {"type": "date"},
    },
    "mrp.bom": {
        "code": {"type": "char"},
        "name": {"type": "char", "translate": True},
        "cost": {"type": "float", "company_dependent": True},
        "line_ids": {"type": "one2many", "relation": "mrp.bom.line", "relation_field": "bom_id"},
    },
    "mrp.bom.line": {
        "bom_id": {"type": "many2one", "relation": "mrp.bom"},
        "sequence": {"type": "integer"},
        "name": {"type": "char", "required": True, "translate": True},
        "quantity": {"type": "float", "digits": (16, 2)},
        "active": {"type": "boolean"},
        "part_id": {"type": "many2one", "relation": "mrp.bom"},
        "tag_ids": {"type": "many2many", "relation": "mrp.bom"},
        "step_ids": {"type": "one2many", "relation": "mrp.bom.step", "relation_field": "line_id"},
    },
    "mrp.bom.step": {
        "line_id": {"type": "many2one", "relation": "mrp.bom.line"},
        "name": {"type": "char"},
        "minutes": {"type": "integer"},
    },
    "ir.config_parameter": {"key": {"type": "char"}, "value": {"type": "char"}},
    "res.currency": {"name": {"type": "char"}, "rounding": {"type": "float"}},
    "res.lang": {"code": {"type": "char"}, "create_date": {"type": "datetime"}},
    "res.company": {"name": {"type": "char"}, "create_date": {"type": "datetime"}},
    "res.users": {
        "company_id": {"type": "many2one", "relation": "res.company"},
        "company_ids": {"type": "many2many", "relation": "res.company"},
    },
}
