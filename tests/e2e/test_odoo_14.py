"""The Odoo 14 of the tests answers what a real Odoo 14.0 answered, and jobs for other versions are told so."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Iterator
from typing import Any

import pytest

from odoo_etl import OdooClient
from odoo_etl.sandbox import Sandbox
from tests.e2e.project import Project
from tests.odoo_14.server import odoo_14
from tests.servers import Server

UNITS = [
    {"id": 1, "name": "Units", "category_id": [1, "Unit"], "uom_type": "reference", "factor": 1.0},
    {"id": 2, "name": "Dozens", "category_id": [1, "Unit"], "uom_type": "bigger", "factor": 0.08333333333333333},
]


@pytest.fixture(scope="module")
def older() -> Iterator[Sandbox]:
    """An Odoo 14."""
    with odoo_14() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def odoo(older: Sandbox) -> Iterator[OdooClient]:
    """A client on it."""
    with OdooClient(older.url, older.db, user=older.user, password=older.password) as client:
        yield client


def fault(older: Sandbox, model: str, method: str, *args: Any) -> str:
    """The last line of the fault that a call meets."""
    address = f"{older.url}/xmlrpc/2/object"
    with xmlrpc.client.ServerProxy(address, allow_none=True) as server, pytest.raises(xmlrpc.client.Fault) as met:
        server.execute_kw(older.db, 2, older.password, model, method, list(args))
    return met.value.faultString.strip().splitlines()[-1]


def test_it_speaks_xmlrpc_alone(odoo: OdooClient) -> None:
    """The client finds that out by itself."""
    assert (odoo.version().major, odoo.authenticate(), odoo.protocol) == (14, 2, "xmlrpc")


def test_it_has_the_models_and_fields_of_14(odoo: OdooClient) -> None:
    """Names, types and choices of then, and the units with their categories."""
    assert odoo.search_read("uom.uom", [["id", "<=", 2]], [*UNITS[0]], order="id") == UNITS
    assert odoo.fields_get("res.users", ["groups_id", "group_ids"], ["type"]).keys() == {"groups_id"}
    partner = odoo.fields_get("res.partner", ["mobile", "title", "complete_name"], ["type", "relation"])
    assert partner == {"mobile": {"type": "char"}, "title": {"type": "many2one", "relation": "res.partner.title"}}
    kinds = odoo.fields_get("product.template", ["type"], ["selection"])["type"]["selection"]
    assert [value for value, _ in kinds] == ["consu", "service", "product"]
    assert odoo.search_read("res.partner.title", [], ["name"], limit=1) == [{"id": 4, "name": "Doctor"}]
    lines = odoo.fields_get("sale.order.line", ["product_uom", "product_uom_id", "tax_id", "tax_ids"], ["type"])
    assert lines.keys() == {"product_uom", "tax_id"}


def test_it_refuses_as_14_does(older: Sandbox) -> None:
    """Unknown fields and choices, and what came later."""
    assert fault(older, "res.users", "search_read", [["group_ids", "=", 1]], ["login"]).startswith(
        "ValueError: Invalid field res.users.group_ids in "
    )
    combo = {"name": "Desk", "type": "combo"}
    assert (
        fault(older, "product.product", "create", combo) == "ValueError: Wrong value for product.template.type: 'combo'"
    )
    assert fault(older, "res.partner", "has_access", "read").startswith("AttributeError: ")
    assert fault(older, "uom.unit", "search", []) == "Object uom.unit doesn't exist"


def test_records_are_kept_as_14_keeps_them(odoo: OdooClient) -> None:
    """The name of a contact stands behind its company's; the company keeps its own address."""
    company, contact = odoo.create("res.partner", [{"name": "Azure", "is_company": True}, {"name": "Ann"}])
    odoo.write("res.partner", [contact], {"parent_id": company, "city": "Ghent", "mobile": "+32 9", "title": 4})
    rows = odoo.read("res.partner", [company, contact], ["display_name", "city", "mobile", "commercial_partner_id"])
    assert rows == [
        {
            "id": company,
            "display_name": "Azure",
            "city": False,
            "mobile": False,
            "commercial_partner_id": [company, "Azure"],
        },
        {
            "id": contact,
            "display_name": "Azure, Ann",
            "city": "Ghent",
            "mobile": "+32 9",
            "commercial_partner_id": [company, "Azure"],
        },
    ]
    desk = odoo.create(
        "product.product", [{"name": "Desk", "default_code": "D", "type": "product", "list_price": 10.0}]
    )
    [found] = odoo.search_read("product.product", [["id", "in", desk]], ["type", "uom_po_id", "categ_id"])
    assert found == {"id": desk[0], "type": "product", "uom_po_id": [1, "Units"], "categ_id": [1, "All"]}


def test_a_job_for_19_is_told_the_names_of_14(older: Sandbox, empty_project: Project) -> None:
    """Fields, values and models, by `validate` and by `plan`."""
    empty_project.connect(Server("older", older.url, older.db, older.user, "", older.api_key))
    groups = {"column": "groups", "split": "|", "lookup": {"model": "res.groups", "by": "name"}}
    users = {
        "version": 1,
        "job": "users",
        "source": {"type": "csv", "path": "x.csv"},
        "target": {"model": "res.users", "key": "login"},
        "fields": {"login": "login", "name": "name", "group_ids": groups},
    }
    articles = {
        **users,
        "job": "articles",
        "target": {"model": "product.template", "key": "name"},
        "fields": {"name": "name", "is_storable": {"value": True}},
    }
    lots = {**users, "job": "lots", "target": {"model": "discuss.channel", "key": "name"}, "fields": {"name": "name"}}
    (empty_project.root / "pipelines/x.csv").write_text("login,name,groups\nx,X,User\n")
    for job in (users, articles, lots):
        empty_project.write(f"{job['job']}.yaml", job)
    done = empty_project.run("validate", "--online")
    assert done.code == 2
    for words in (
        "res.users has no field `group_ids` (in Odoo 14 this is `groups_id`; `group_ids` since 19)",
        "no field `is_storable` (only since Odoo 18, and this is 14: before, a stored product was `type: product`)",
        "the server has no model discuss.channel (in Odoo 14 this is `mail.channel`; `discuss.channel` since 17)",
    ):
        assert words in done.out
    planned = empty_project.run("plan", "users")
    assert "in Odoo 14 this is `groups_id`" in planned.out + planned.err
