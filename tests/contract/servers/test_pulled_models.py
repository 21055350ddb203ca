"""Models that `schema pull` has described: the sandbox serves them as tables, and plain calls answer as Odoo's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from odoo_etl.errors import Refused
from odoo_etl.odoo.client import OdooClient
from odoo_etl.sandbox import Sandbox, World
from odoo_etl.snapshots import pull, write_snapshot
from tests.contract.servers.conftest import connect
from tests.servers import Server

BANK, ATTRIBUTE, VALUE, LEAD = "res.bank", "product.attribute", "product.attribute.value", "crm.lead"
MODELS = [
    BANK,
    "res.partner.bank",
    ATTRIBUTE,
    VALUE,
    LEAD,
    "crm.tag",
    "crm.stage",
    "sale.order",
    "sale.order.line",
    "product.product",
]


@pytest.fixture(scope="module")
def pulled_sandbox(business_odoo: Server) -> Iterator[Server]:
    """A sandbox with the models of a real Odoo."""
    with TemporaryDirectory() as folder, connect(business_odoo, "json2") as client:
        found, missing = pull(MODELS, client)
        assert (len(found), missing) == (len(MODELS), [])
        for snapshot in found:
            write_snapshot(Path(folder), snapshot)
        with Sandbox(world=World(Path(folder))) as made:
            yield Server("sandbox", made.url, made.db, made.user, made.password, made.api_key)


@pytest.fixture(scope="module", params=["sandbox", "odoo"])
def business(request: pytest.FixtureRequest, pulled_sandbox: Server, business_odoo: Server) -> Iterator[OdooClient]:
    """A client of each server."""
    server = pulled_sandbox if request.param == "sandbox" else business_odoo
    with connect(server, "json2") as client:
        yield client


def test_records_are_created_read_and_found(business: OdooClient, unique: str) -> None:
    """With the values that they were given, in the order that was asked for."""
    names = [f"{unique} {letter}" for letter in "BA"]
    ids = business.create(BANK, [{"name": name, "bic": name[-1], "country": 20} for name in names])
    assert business.read(BANK, ids, ["name", "bic", "active", "country", "email"], load="_classic_write") == [
        {"id": each, "name": name, "bic": name[-1], "active": True, "country": 20, "email": False}
        for each, name in zip(ids, names, strict=True)
    ]
    found = business.search_read(BANK, [["name", "=like", f"{unique}%"]], ["bic"], order="name")
    assert [row["bic"] for row in found] == ["A", "B"]
    business.write(BANK, [ids[0]], {"active": False})
    assert business.search_count(BANK, [["id", "in", ids]]) == 1


def test_records_have_their_names(business: OdooClient, unique: str) -> None:
    """A many2one comes with the name of its record, and is searched through."""
    partner = business.create("res.partner", {"name": unique})
    lead = business.create(LEAD, {"name": f"lead {unique}", "partner_id": partner})
    assert business.read(LEAD, [lead], ["partner_id"])[0]["partner_id"] == [partner, unique]
    assert business.search_read(LEAD, [["partner_id.name", "=", unique]], ["name"])[0]["id"] == lead


def test_defaults_are_given(business: OdooClient, unique: str) -> None:
    """Those that are the same for everybody."""
    partner = business.create("res.partner", {"name": unique})
    order = business.create("sale.order", {"partner_id": partner})
    assert business.read("sale.order", [order], ["state", "order_line"]) == [
        {"id": order, "state": "draft", "order_line": []}
    ]


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (BANK, {"bic": "X"}),
        (ATTRIBUTE, {"name": "A", "display_type": "no such"}),
        (BANK, {"name": "B", "country": 99999}),
        (BANK, {"name": "B", "nothing": 1}),
    ],
    ids=["missing", "selection", "dangling", "unknown"],
)
def test_what_does_not_fit_is_refused(business: OdooClient, model: str, values: dict[str, object]) -> None:
    """Required fields, choices, references and names of fields."""
    with pytest.raises(Refused):
        business.create(model, values)


def test_lines_come_and_go_with_their_parent(business: OdooClient, unique: str) -> None:
    """The commands of a one2many; what belongs to a record is deleted with it."""
    lines = [[0, 0, {"name": f"{unique} {name}", "sequence": place}] for place, name in enumerate("ab")]
    parent = business.create(ATTRIBUTE, {"name": unique, "value_ids": lines})
    [first, second] = business.read(ATTRIBUTE, [parent], ["value_ids"])[0]["value_ids"]
    business.write(ATTRIBUTE, [parent], {"value_ids": [[1, first, {"name": f"{unique} c"}], [2, second, 0]]})
    assert business.search_read(VALUE, [["attribute_id", "=", parent]], ["name"]) == [
        {"id": first, "name": f"{unique} c"}
    ]
    business.unlink(ATTRIBUTE, [parent])
    assert business.read(VALUE, [first], ["name"]) == []


def test_records_that_are_made_of_two(business: OdooClient, unique: str) -> None:
    """A product has a template, which is made along with it and holds what all variants share."""
    product = business.create("product.product", {"name": unique, "default_code": unique[:6], "list_price": 2.5})
    [found] = business.read("product.product", [product], ["name", "default_code", "list_price", "product_tmpl_id"])
    assert (found["name"], found["default_code"], found["list_price"]) == (unique, unique[:6], 2.5)
    template = found["product_tmpl_id"][0]
    assert business.read("product.template", [template], ["name"])[0]["name"] == unique
    business.write("product.product", [product], {"name": f"{unique} 2"})
    assert business.search_read("product.template", [["name", "=", f"{unique} 2"]], ["name"])[0]["id"] == template


def test_links_of_many_to_many(business: OdooClient, unique: str) -> None:
    """Made along, set, taken away, and searched for."""
    tags = business.create("crm.tag", [{"name": f"{unique} {name}"} for name in "ab"])
    lead = business.create(LEAD, {"name": unique, "tag_ids": [[6, 0, tags]]})
    business.write(LEAD, [lead], {"tag_ids": [[3, tags[0], 0]]})
    assert business.read(LEAD, [lead], ["tag_ids"])[0]["tag_ids"] == [tags[1]]
    found = business.search_read(LEAD, [["tag_ids.name", "=", f"{unique} b"]], ["name"])
    assert [row["id"] for row in found] == [lead]


def test_load_makes_external_ids(business: OdooClient, unique: str) -> None:
    """And finds their records again."""
    name = unique.replace(" ", "_")
    first = business.load(BANK, ["id", "name", "country/.id"], [[f"legacy.{name}", unique, "20"]])
    again = business.load(BANK, ["id", "name"], [[f"legacy.{name}", f"{unique} 2"]])
    assert first["ids"] == again["ids"]
    assert business.read(BANK, first["ids"], ["name"])[0]["name"] == f"{unique} 2"


def test_fields_are_described_alike(pulled_sandbox: Server, business_odoo: Server) -> None:
    """Whatever the sandbox keeps of a model, it says of it what Odoo says."""
    asked = ["type", "relation", "required", "readonly", "store", "selection", "string"]
    with connect(pulled_sandbox, "json2") as sandbox, connect(business_odoo, "json2") as odoo:
        for model in (BANK, LEAD, "sale.order", "sale.order.line"):
            ours, theirs = (one.fields_get(model, attributes=asked) for one in (sandbox, odoo))
            assert {"name", "write_date", "display_name"} <= ours.keys()
            assert ours == {name: theirs[name] for name in ours}
