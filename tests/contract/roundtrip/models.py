"""The models that people load most, the fields that they map there, and the records that those link to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from odoo_etl import OdooClient
from tests.contract.roundtrip.cells import (
    Mapped,
    boolean,
    char,
    code,
    contents,
    day,
    lines,
    link,
    links,
    moment,
    name,
    number,
    one_of,
    picture,
    whole,
    word_property,
)

TEXTS = ("phone", "+32 2 123 45 67", "0032/2-1234567", "02 123 45 67")
SITES = ("www.site.example", "http://site.example", "https://Site.example/Path", "site.example/?a=1&b=2")
MAILS = ("Info@Site.Example", "a.b+c@site.example", '"A. B." <a@site.example>')
VATS = ("BE 0477 47 27 01", "be0477472701", "BE0477472701", "DE 123 456 788", "FR 23 334 175 221")


@dataclass(frozen=True)
class Model:
    """One model of Odoo.

    Attributes:
        fields: those that the job maps.
        constant: fields that have the same value in all records, as the job has them.
        settings: of the target; by default records are found by external id.
    """

    name: str
    fields: Mapping[str, Mapped]
    constant: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


PARTNER = Model(
    "res.partner",
    {
        "name": name(),
        "is_company": boolean(),
        "parent_id": link("res.partner", "ref", "RT-parent"),
        "type": one_of("contact", "invoice", "delivery", "other"),
        "vat": one_of(*VATS),
        "company_registry": char(),
        "website": one_of(*SITES),
        "email": one_of(*MAILS),
        "phone": one_of(*TEXTS),
        "street": char(),
        "street2": char(),
        "zip": one_of("1000", "0123", "AB1 2CD"),
        "city": char(),
        "country_id": link("res.country", "code", "BE", "DE", "FR", "US"),
        "function": char(),
        "comment": lines(),
        "color": whole(),
        "partner_latitude": number(-90, 90),
        "partner_longitude": number(-180, 180),
        "credit_limit": number(),
        "employee": boolean(),
        "active": boolean(),
        "lang": one_of("en_US", "fr_FR"),
        "tz": one_of("Europe/Brussels", "UTC"),
        "trust": one_of("good", "normal", "bad"),
        "barcode": code(),
        "category_id": links("res.partner.category", "name", "RT one", "RT two", "RT archived"),
        "industry_id": link("res.partner.industry", "name", "Agriculture", "Construction"),
        "user_id": link("res.users", "login", "admin", "clerk"),
        "property_payment_term_id": link("account.payment.term", "name", "15 Days", "30 Days"),
        "image_1920": picture(),
        "sale_warn_msg": lines(),
    },
    settings={"key": "ref"},
)
TEMPLATE = Model(
    "product.template",
    {
        "name": name(),
        "type": one_of("consu", "service", required=True),
        "barcode": code(),
        "list_price": number(0),
        "standard_price": number(0),
        "weight": number(0, 1000),
        "volume": number(0, 1000),
        "description": lines(),
        "description_sale": lines(),
        "description_purchase": lines(),
        "sale_ok": boolean(),
        "purchase_ok": boolean(),
        "active": boolean(),
        "is_favorite": boolean(),
        "sequence": whole(),
        "color": whole(0, 11),
        "categ_id": link("product.category", "name", "RT goods"),
        "uom_id": link("uom.uom", "name", "Units", "Dozens", required=True),
        "product_tag_ids": links("product.tag", "name", "RT one", "RT two"),
        "taxes_id": links("account.tax", "name", "RT sale"),
        "invoice_policy": one_of("order", "delivery"),
        "expense_policy": one_of("no", "cost", "sales_price"),
        "image_1920": picture(),
        "product_properties": word_property("rt_word"),
    },
    settings={"key": "default_code"},
)
VARIANT = Model(
    "product.product",
    {
        "name": name(),
        "barcode": code(),
        "lst_price": number(0),
        "standard_price": number(0),
        "weight": number(0, 1000),
        "volume": number(0, 1000),
        "description_sale": lines(),
        "sale_ok": boolean(),
        "active": boolean(),
        "categ_id": link("product.category", "name", "RT goods"),
        "additional_product_tag_ids": links("product.tag", "name", "RT one", "RT two"),
        "image_variant_1920": picture(),
    },
    settings={"key": "default_code"},
)
ORDER = Model(
    "sale.order",
    {
        "partner_id": link("res.partner", "ref", "RT-buyer", "RT-terms", required=True),
        "partner_invoice_id": link("res.partner", "ref", "RT-buyer", "RT-terms", required=True),
        "date_order": Mapped(moment().cells, required=True),
        "validity_date": day(),
        "commitment_date": moment(),
        "payment_term_id": link("account.payment.term", "name", "15 Days", "30 Days"),
        "note": lines(),
        "origin": char(),
        "reference": char(),
        "require_signature": boolean(),
        "require_payment": boolean(),
        "prepayment_percent": number(0.125, 1),
        "user_id": link("res.users", "login", "admin", "clerk"),
        "team_id": link("crm.team", "name", "RT team"),
        "tag_ids": links("crm.tag", "name", "RT one", "RT two"),
    },
    settings={"key": "client_order_ref"},
)
LINE = Model(
    "sale.order.line",
    {
        "order_id": link("sale.order", "client_order_ref", "RT-order", required=True),
        "product_id": link("product.product", "default_code", "RT-a", "RT-b", required=True),
        "sequence": whole(0, 1000),
        "name": Mapped(lines().cells.filter(str.strip), required=True),
        "product_uom_qty": Mapped(number(0, 1e4).cells, required=True),
        "price_unit": Mapped(number(0).cells, required=True),
        "discount": number(0, 100),
        "tax_ids": links("account.tax", "name", "RT sale"),
        "customer_lead": Mapped(number(0, 30).cells, required=True),
        "qty_delivered": number(0, 1e4),
    },
)
LEAD = Model(
    "crm.lead",
    {
        "type": one_of("lead", "opportunity", required=True),
        "partner_id": link("res.partner", "ref", "RT-buyer", "RT-terms"),
        "partner_name": char(),
        "contact_name": char(),
        "email_from": one_of(*MAILS),
        "phone": one_of(*TEXTS),
        "website": one_of(*SITES),
        "function": char(),
        "street": char(),
        "zip": one_of("1000", "0123"),
        "city": char(),
        "country_id": link("res.country", "code", "BE", "US"),
        "lang_id": link("res.lang", "code", "en_US", "fr_FR"),
        "description": lines(),
        "referred": char(),
        "expected_revenue": number(),
        "recurring_revenue": number(),
        "probability": number(0, 100),
        "priority": one_of("0", "1", "2", "3"),
        "date_deadline": day(),
        "color": whole(0, 11),
        "tag_ids": links("crm.tag", "name", "RT one", "RT two"),
        "user_id": link("res.users", "login", "admin", "clerk"),
        "lead_properties": word_property("rt_word"),
    },
    constant={"team_id": {"value": "RT team", "lookup": {"model": "crm.team", "by": "name"}}},
    settings={"key": "name"},
)
MOVE = Model(
    "account.move",
    {
        "partner_id": link("res.partner", "ref", "RT-buyer", "RT-terms"),
        "ref": char(),
        "date": Mapped(day().cells, required=True),
        "invoice_date": day(),
        "invoice_date_due": day(),
        "delivery_date": day(),
        "invoice_payment_term_id": link("account.payment.term", "name", "15 Days", "30 Days"),
        "narration": lines(),
        "payment_reference": char(),
        "invoice_origin": char(),
        "invoice_user_id": link("res.users", "login", "admin", "clerk"),
        "team_id": link("crm.team", "name", "RT team"),
        "checked": boolean(),
    },
    constant={"move_type": {"value": "out_invoice"}},
)
EMPLOYEE = Model(
    "hr.employee",
    {
        "job_title": char(),
        "work_email": one_of(*MAILS[:2]),
        "work_phone": one_of(*TEXTS),
        "mobile_phone": one_of(*TEXTS),
        "department_id": link("hr.department", "name", "RT department"),
        "category_ids": links("hr.employee.category", "name", "RT one", "RT two"),
        "birthday": day(1950, 2000),
        "sex": one_of("male", "female", "other"),
        "marital": one_of("single", "married", required=True),
        "children": whole(0, 9),
        "distance_home_work": whole(0, 100),
        "private_street": char(),
        "private_email": one_of(*MAILS[:2]),
        "private_country_id": link("res.country", "code", "BE", "US"),
        "identification_id": char(),
        "barcode": code(),
        "wage": number(0),
        "additional_note": lines(),
        "color": whole(0, 11),
        "image_1920": picture(),
        "id_card": contents(),
        "employee_properties": word_property("rt_word"),
    },
    settings={"key": "name"},
)
MENU = Model(
    "ir.ui.menu",
    {
        "name": Mapped(name().cells.filter(lambda cell: "/" not in cell), required=True),
        "sequence": whole(0, 1000),
        "action": link("ir.actions.act_window", "name", "RT action"),
    },
)
MODELS = (PARTNER, TEMPLATE, VARIANT, ORDER, LINE, LEAD, MOVE, EMPLOYEE, MENU)


def furnish(odoo: OdooClient) -> None:
    """Make what the records of the models link to."""
    definition = [{"name": "rt_word", "type": "char", "string": "Word"}]
    terms = dict(_pairs(odoo, "account.payment.term", "name"))
    company = odoo.search("res.company", [])[0]
    odoo.write("res.company", [company], {"employee_properties_definition": definition})
    odoo.create(
        "res.partner.category", [{"name": "RT one"}, {"name": "RT two"}, {"name": "RT archived", "active": False}]
    )
    odoo.create("product.tag", [{"name": "RT one"}, {"name": "RT two"}])
    odoo.create("crm.tag", [{"name": "RT one"}, {"name": "RT two"}])
    odoo.create("hr.employee.category", [{"name": "RT one"}, {"name": "RT two"}])
    odoo.create("hr.department", {"name": "RT department"})
    odoo.create("crm.team", {"name": "RT team", "lead_properties_definition": definition})
    odoo.create("product.category", {"name": "RT goods", "product_properties_definition": definition})
    odoo.create("account.tax", {"name": "RT sale", "amount": 10, "type_tax_use": "sale"})
    odoo.create("ir.actions.act_window", {"name": "RT action", "res_model": "res.partner"})
    buyer, _, _ = odoo.create(
        "res.partner",
        [
            {"name": "Buyer", "ref": "RT-buyer", "city": "Here", "phone": "1", "lang": "fr_FR"},
            {"name": "Terms", "ref": "RT-terms", "property_payment_term_id": terms["30 Days"]},
            {"name": "Parent", "ref": "RT-parent", "is_company": True, "city": "There"},
        ],
    )
    products = [{"name": code, "default_code": code, "list_price": 12.5} for code in ("RT-a", "RT-b")]
    odoo.create("product.product", products)
    odoo.create("sale.order", {"partner_id": buyer, "client_order_ref": "RT-order"})


def _pairs(odoo: OdooClient, model: str, by: str) -> list[tuple[Any, int]]:
    return [(row[by], row["id"]) for row in odoo.search_read(model, [], [by])]
