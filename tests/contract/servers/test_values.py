"""Every field type there and back: what is stored when a value is created or written."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl.odoo.client import OdooClient

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PARTNER, PRODUCT = "res.partner", "product.template"
CASES: list[tuple[str, str, Any, Any]] = [
    # texts are kept as sent
    (PARTNER, "ref", " blanks stay ", " blanks stay "),
    (PARTNER, "ref", "", ""),
    (PARTNER, "ref", False, False),
    (PARTNER, "ref", 5, "5"),
    (PARTNER, "street", "Ünï→çødé 😀 <&>", "Ünï→çødé 😀 <&>"),
    (PARTNER, "website", "example.com/a", "http://example.com/a"),
    (PARTNER, "website", "https://example.com", "https://example.com"),
    (PRODUCT, "description_sale", "two\nlines", "two\nlines"),
    # markup is cleaned
    (PARTNER, "comment", "plain", "<span>plain</span>"),
    (PARTNER, "comment", "<p>one</p><p>two</p>", "<p>one</p><p>two</p>"),
    (PARTNER, "comment", "<p>a<script>alert(1)</script></p>", "<p>a</p>"),
    (PARTNER, "comment", "<p>open <b>bold", "<p>open <b>bold</b></p>"),
    (PARTNER, "comment", "<b>x</b> and tail", "<span><b>x</b> and tail</span>"),
    (PARTNER, "comment", "<h1>t</h1>text", "<h1>t</h1>text"),
    (PARTNER, "comment", "<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
    (PARTNER, "comment", '<a href="javascript:x" onclick="y">q</a>', '<a href="">q</a>'),
    (PARTNER, "comment", '<p style="color:red" class="c">q</p>', '<p style="color:red" class="c">q</p>'),
    (PARTNER, "comment", "<custom>y</custom>", "<div>y</div>"),
    (PARTNER, "comment", "a &amp; b < c", "<span>a &amp; b &lt; c</span>"),
    (PARTNER, "comment", "a\u00a0b<br/>c", "<span>a&nbsp;b<br>c</span>"),
    (PARTNER, "comment", "<!-- gone -->z", "<span>z</span>"),
    (PARTNER, "comment", "", ""),
    # numbers
    (PARTNER, "color", 7, 7),
    (PARTNER, "color", "7", 7),
    (PARTNER, "color", 3.9, 3),
    (PARTNER, "color", False, 0),
    (PARTNER, "partner_latitude", 1.23456789, 1.2345679),
    (PARTNER, "partner_latitude", "2.5", 2.5),
    (PARTNER, "partner_latitude", False, 0.0),
    (PRODUCT, "list_price", 1.005, 1.005),
    (PRODUCT, "volume", 1.005, 1.01),
    (PRODUCT, "volume", -2.675, -2.68),
    (PRODUCT, "weight", 0.1234567, 0.12),
    # boolean
    (PARTNER, "is_company", True, True),
    (PARTNER, "is_company", "False", True),
    (PARTNER, "is_company", 0, False),
    (PARTNER, "company_type", "company", "company"),
    # selection
    (PARTNER, "type", "invoice", "invoice"),
    (PARTNER, "lang", "no_SUCH", "no_SUCH"),
    (PARTNER, "tz", "Europe/Berlin", "Europe/Berlin"),
    (PRODUCT, "type", "service", "service"),
    # many2one
    (PARTNER, "country_id", 57, 57),
    (PARTNER, "country_id", False, False),
    (PARTNER, "country_id", 0, False),
    # binary
    (PARTNER, "image_1920", PIXEL, PIXEL),
    (PARTNER, "image_1920", False, False),
]


@pytest.mark.parametrize(("model", "field", "sent", "stored"), CASES)
def test_create_and_write(  # noqa: PLR0917 - the case and its fixtures
    odoo: OdooClient, unique: str, model: str, field: str, sent: Any, stored: Any
) -> None:
    """A value is stored alike whether the record is new or not."""
    new, old = odoo.create(model, [{"name": unique, field: sent}, {"name": unique}])
    odoo.write(model, [old], {field: sent})
    rows = odoo.read(model, [new, old], [field], load="_classic_write")
    assert [row[field] for row in rows] == [stored, stored]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2024-02-29 12:30:45", "2024-02-29 12:30:45"),
        ("2024-02-29", "2024-02-29 00:00:00"),
        (False, False),
    ],
)
def test_datetimes(odoo: OdooClient, sent: Any, stored: Any) -> None:
    """Datetimes are stored as sent, to the second, in UTC."""
    me = odoo.authenticate()
    odoo.write("res.users", [me], {"out_of_office_from": sent})
    assert odoo.read("res.users", [me], ["out_of_office_from"]) == [{"id": me, "out_of_office_from": stored}]


def test_a_text_is_an_id_only_when_a_record_is_new(odoo: OdooClient, unique: str) -> None:
    """`create` takes "57" for a many2one, `write` takes it for nothing."""
    new, old = odoo.create(PARTNER, [{"name": unique, "country_id": "57"}, {"name": unique, "country_id": 57}])
    odoo.write(PARTNER, [old], {"country_id": "57"})
    rows = odoo.read(PARTNER, [new, old], ["country_id"], load="_classic_write")
    assert [row["country_id"] for row in rows] == [57, False]


def test_defaults_of_a_partner(odoo: OdooClient, unique: str) -> None:
    """What a partner has that only got a name."""
    record = odoo.create("res.partner", {"name": unique})
    [row] = odoo.read("res.partner", [record], load="_classic_write")
    expected = {
        "active": True,
        "category_id": [],
        "child_ids": [],
        "color": 0,
        "comment": False,
        "commercial_partner_id": record,
        "company_id": False,
        "company_type": "person",
        "complete_name": unique,
        "country_id": False,
        "create_uid": 2,
        "display_name": unique,
        "email": False,
        "is_company": False,
        "lang": "en_US",
        "parent_id": False,
        "partner_latitude": 0.0,
        "partner_share": True,
        "ref": False,
        "type": "contact",
        "tz": False,
        "write_uid": 2,
    }
    assert {name: row[name] for name in expected} == expected
    assert row["create_date"] == row["write_date"]


def test_defaults_of_a_product(odoo: OdooClient, unique: str) -> None:
    """What a product has that only got a name."""
    record = odoo.create("product.template", {"name": unique})
    fields = ["type", "list_price", "sale_ok", "purchase_ok", "categ_id", "uom_id", "default_code", "weight", "barcode"]
    [row] = odoo.read("product.template", [record], fields)
    assert row == {
        "id": record,
        "type": "consu",
        "list_price": 1.0,
        "sale_ok": True,
        "purchase_ok": True,
        "categ_id": False,
        "uom_id": [1, "Units"],
        "default_code": False,
        "weight": 0.0,
        "barcode": False,
    }


def test_defaults_from_the_context(odoo: OdooClient, unique: str) -> None:
    """`default_...` in the context fills what the values leave out."""
    context = {"default_city": "Gent", "default_color": 4}
    record = odoo.create("res.partner", {"name": unique, "color": 5}, context=context)
    assert odoo.read("res.partner", [record], ["city", "color"]) == [{"id": record, "city": "Gent", "color": 5}]


def test_each_record_its_own_values(odoo: OdooClient, unique: str) -> None:
    """`web_save_multi` writes one set of values per record."""
    ids = odoo.create("res.partner", [{"name": unique}, {"name": unique}])
    odoo.web_save_multi("res.partner", ids, [{"city": "A"}, {"city": "B", "ref": unique}])
    rows = odoo.read("res.partner", ids, ["city", "ref"])
    assert [(row["city"], row["ref"]) for row in rows] == [("A", False), ("B", unique)]


@pytest.mark.parametrize(
    ("model", "values", "shown"),
    [
        ("product.template", {"default_code": "C1"}, "[C1] {name}"),
        ("res.partner.category", {}, "{parent} / {name}"),
        ("product.category", {}, "{parent} / {name}"),
    ],
)
def test_display_names(odoo: OdooClient, unique: str, model: str, values: dict[str, Any], shown: str) -> None:
    """Codes and parents show in names."""
    parent = odoo.create(model, {"name": f"up {unique}"}) if "parent" in shown else 0
    record = odoo.create(model, {"name": unique, **values, **({"parent_id": parent} if parent else {})})
    assert odoo.display_name(model, [record]) == {record: shown.format(name=unique, parent=f"up {unique}")}


CONTACT = ["street", "vat", "complete_name", "country_id", "lang"]


def test_a_contact_takes_after_its_company(odoo: OdooClient, unique: str) -> None:
    """A new contact has its company's address and tax number; a moved company takes it along."""
    values = {"name": unique, "is_company": True, "street": "Old 1", "vat": "V1", "country_id": 57}
    company = odoo.create("res.partner", values)
    contact = odoo.create("res.partner", {"name": "Kid", "parent_id": company, "street": "ignored"})
    taken = {"street": "Old 1", "vat": "V1", "country_id": 57, "lang": "en_US", "complete_name": f"{unique}, Kid"}
    assert odoo.read("res.partner", [contact], CONTACT, load="_classic_write") == [{"id": contact, **taken}]
    odoo.write("res.partner", [company], {"street": "New 2", "name": f"{unique}-2"})
    [row] = odoo.read("res.partner", [contact], CONTACT)
    assert (row["street"], row["complete_name"]) == ("New 2", f"{unique}-2, Kid")


def test_a_contact_moves_its_company(odoo: OdooClient, unique: str) -> None:
    """A changed address of a contact becomes the company's; that of an invoice address does not."""
    company = odoo.create("res.partner", {"name": unique, "is_company": True, "street": "Old 1"})
    contact, invoice = odoo.create(
        "res.partner",
        [{"name": "Kid", "parent_id": company}, {"type": "invoice", "parent_id": company, "street": "Box"}],
    )
    odoo.write("res.partner", [contact], {"street": "New 2"})
    odoo.write("res.partner", [invoice], {"street": "New 3"})
    rows = odoo.read("res.partner", [company, contact, invoice], ["street", "complete_name"])
    assert [row["street"] for row in rows] == ["New 2", "New 2", "New 3"]
    assert rows[2]["complete_name"] == f"{unique}, Invoice"
