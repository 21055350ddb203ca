"""Fields of lines on a real Odoo with sales: product templates with the attributes and values that their lines need."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project
from tests.servers import Server

ATTRIBUTE = {"model": "product.attribute", "by": "name", "on_missing": "create", "create": {"create_variant": "always"}}
VALUES = {"model": "product.attribute.value", "by": ["attribute_id.name", "name"], "on_missing": "create"}
TEMPLATES: dict[str, Any] = {
    "version": 1,
    "job": "templates",
    "source": {"type": "csv", "path": "../templates.csv"},
    "target": {"model": "product.template", "key": "name"},
    "fields": {"name": "name"},
    "lines": {
        "attribute_line_ids": {
            "key": "attribute_id",
            "fields": {
                "value_ids": {"columns": ["attribute", "values"], "split": [None, "|"], "lookup": VALUES},
                "attribute_id": {"column": "attribute", "lookup": ATTRIBUTE},
            },
        }
    },
}


@pytest.fixture
def client(business_odoo: Server) -> Iterator[OdooClient]:
    """A client of an Odoo with products."""
    with OdooClient(business_odoo.url, business_odoo.db, api_key=business_odoo.api_key) as client:
        yield client


def test_templates_with_their_attributes(
    empty_project: Project, business_odoo: Server, client: OdooClient, prefix: str
) -> None:
    """Attributes and values that are missing are created first, values under their attribute; `undo` takes all back."""
    project, (size, color) = empty_project, (f"{prefix} Size", f"{prefix} Color")
    project.connect(business_odoo)
    project.write("templates.yaml", TEMPLATES)
    rows = [
        {"name": f"{prefix} Shirt", "attribute": size, "values": "S|M"},
        {"name": f"{prefix} Shirt", "attribute": color, "values": "Red"},
        {"name": f"{prefix} Cap", "attribute": color, "values": "Red|Blue"},
        {"name": f"{prefix} Bag", "attribute": "", "values": ""},
    ]
    project.rows(rows, "templates.csv")
    plan = project.run("plan", "--json")
    created = {one["job"]: one["counts"]["created"] for one in plan.result["jobs"]}
    expected = {
        "templates": 4,
        "templates.attribute_line_ids.attribute_id": 2,
        "templates.attribute_line_ids.value_ids": 4,
    }
    assert created == expected, plan.out
    first = project.run("run", "--json")
    assert (first.code, {one["job"]: one["counts"]["created"] for one in first.result["jobs"]}) == (0, expected)
    assert first.job("templates")["lines"]["created"] == 3
    variants = client.search_read("product.product", [["product_tmpl_id.name", "=", f"{prefix} Shirt"]], ["active"])
    assert len(variants) == 2
    again = project.run("run", "--json")
    assert (again.counts("templates"), again.writes()) == ({"read": 4, "unchanged": 4}, {})
    rows[0]["values"] = "S|M|L"
    project.rows(rows, "templates.csv")
    plan = project.run("plan", "--json")
    assert [list(one["changes"]) for one in plan.job("templates")["changes"]] == [
        [f"attribute_line_ids[{size}].value_ids"]
    ]
    changed = project.run("run", "--json")
    assert changed.counts("templates") == {"read": 4, "updated": 2, "unchanged": 2}, changed.out
    assert project.run("run", "--json").writes() == {}
    for run in (changed, first):
        undone = project.run("undo", run.result["run_id"], "--yes", "--delete")
        assert undone.code == 0, undone.out
    assert client.search("product.attribute", [["name", "=like", f"{prefix}%"]]) == []
    assert client.search("product.template", [["name", "=like", f"{prefix}%"]]) == []


PRICELISTS: dict[str, Any] = {
    "version": 1,
    "job": "pricelists",
    "source": {"type": "csv", "path": "../pricelists.csv"},
    "target": {"model": "product.pricelist", "key": "name"},
    "fields": {"name": "list"},
    "lines": {
        "item_ids": {
            "key": "min_quantity",
            "fields": {
                "min_quantity": {"column": "from", "type": "decimal"},
                "compute_price": {"column": "kind", "labels": "en_US"},
                "base": {"column": "kind", "map": {"Formula": "pricelist", "Fixed Price": "list_price"}},
                "fixed_price": {"column": "price", "type": "decimal"},
                "price_discount": {"column": "discount", "type": "decimal"},
                "base_pricelist_id": {
                    "column": "based_on",
                    "lookup": {"model": "product.pricelist", "by": "name", "on_missing": "defer"},
                },
            },
        }
    },
}


def test_price_lists_that_build_on_each_other(
    empty_project: Project, business_odoo: Server, prefix: str, client: OdooClient
) -> None:
    """A list whose item builds on a later one is written when that is there, as a whole; kinds are named by label."""
    project = empty_project
    project.connect(business_odoo)
    project.write("pricelists.yaml", PRICELISTS)
    names = ("list", "from", "kind", "price", "discount", "based_on")
    rows = [
        ("C", "1", "Formula", "", "10", "B"),
        ("C", "5", "Fixed Price", "3", "", ""),
        ("B", "1", "Formula", "", "5", "A"),
        ("A", "1", "Fixed Price", "4", "", ""),
    ]
    table = [dict(zip(names, row, strict=True)) for row in rows]
    for one in table:
        one |= {name: f"{prefix}-{one[name]}" for name in ("list", "based_on") if one[name]}
    project.rows(table, "pricelists.csv")
    assert project.run("plan", "--json").counts("pricelists") == {"read": 4, "created": 4}
    first = project.run("run", "--json")
    assert (first.code, first.counts("pricelists")) == (0, {"read": 4, "created": 4}), first.out
    items = client.search_read(
        "product.pricelist.item",
        [["pricelist_id.name", "=like", f"{prefix}%"]],
        ["pricelist_id", "base_pricelist_id", "compute_price", "fixed_price"],
    )
    found = {
        (one["pricelist_id"][1][-7], one["compute_price"]): (one["base_pricelist_id"] or [0, "--------"])[1][-7]
        for one in items
    }
    assert found == {("A", "fixed"): "-", ("B", "formula"): "A", ("C", "formula"): "B", ("C", "fixed"): "-"}, items
    assert project.run("run", "--json").writes() == {}
    assert project.run("undo", first.result["run_id"], "--yes", "--delete").code == 0
    assert client.search("product.pricelist", [["name", "=like", f"{prefix}%"]]) == []


def test_prices_that_people_have_changed_stay(
    empty_project: Project, business_odoo: Server, prefix: str, client: OdooClient
) -> None:
    """The price of a new line is the source's; a person's goes along when the quantity of the line changes."""
    client.create("res.partner", [{"name": prefix, "ref": prefix}])
    client.create("product.product", [{"name": prefix, "default_code": prefix, "list_price": 9.0}])
    partner = {"column": "key", "lookup": {"model": "res.partner", "by": "ref"}}
    fields: dict[str, Any] = {
        "sequence": "pos",
        "product_id": {"column": "key", "lookup": {"model": "product.product", "by": "default_code"}},
        "product_uom_qty": {"column": "qty", "type": "decimal"},
        "price_unit": {"column": "price", "type": "decimal", "write": "create"},
        "name": {"column": "text", "write": "if_empty"},
    }
    job = {
        "version": 1,
        "job": "orders",
        "source": {"type": "csv", "path": "../orders.csv"},
        "target": {"model": "sale.order", "key": "client_order_ref"},
        "fields": {"client_order_ref": "key", "partner_id": partner},
        "lines": {"order_line": {"key": "sequence", "fields": fields}},
    }
    empty_project.connect(business_odoo)
    empty_project.write("orders.yaml", job)
    row = {"key": prefix, "pos": "10", "qty": "1", "price": "7.5", "text": "As ordered"}
    empty_project.rows([row], "orders.csv")
    assert empty_project.run("run", "--json").code == 0
    domain = [["order_id.client_order_ref", "=", prefix]]

    def line() -> tuple[Any, ...]:
        names = ["product_uom_qty", "price_unit", "name"]
        (found,) = client.search_read("sale.order.line", domain, names)
        return tuple(found[name] for name in names)

    assert line() == (1.0, 7.5, "As ordered")
    client.write("sale.order.line", client.search("sale.order.line", domain), {"price_unit": 6.0, "name": "By hand"})
    empty_project.rows([{**row, "qty": "3", "price": "8", "text": "Anew"}], "orders.csv")
    changed = empty_project.run("run", "--json")
    assert (changed.counts("orders"), line()) == ({"read": 1, "updated": 1}, (3.0, 6.0, "By hand"))
    assert empty_project.run("run", "--json").writes() == {}
    assert empty_project.run("undo", changed.result["run_id"], "--yes").code == 0
    assert line() == (1.0, 6.0, "By hand")


def test_attachments_as_lines(empty_project: Project, business_odoo: Server, prefix: str, client: OdooClient) -> None:
    """Files of journal entries: sent where they differ, and put back."""
    files = empty_project.root / "files"
    files.mkdir()
    for name in ("a.txt", "b.txt"):
        (files / name).write_text(f"content of {name}")
    datas = {"column": "file", "type": "file", "root": "../files"}
    lines = {"key": "name", "fields": {"name": "file", "datas": datas, "res_model": {"value": "account.move"}}}
    job = {
        "version": 1,
        "job": "entries",
        "source": {"type": "csv", "path": "../entries.csv"},
        "target": {"model": "account.move", "key": "ref"},
        "fields": {"ref": "ref", "move_type": {"value": "entry", "write": "create"}},
        "lines": {"attachment_ids": lines},
    }
    empty_project.connect(business_odoo)
    empty_project.write("entries.yaml", job)
    empty_project.rows([{"ref": prefix, "file": name} for name in ("a.txt", "b.txt")], "entries.csv")
    first = empty_project.run("run", "--json")
    assert (first.code, first.counts("entries")) == (0, {"read": 2, "created": 2}), first.out
    again = empty_project.run("run", "--json")
    assert (again.counts("entries"), again.writes()) == ({"read": 2, "unchanged": 2}, {})

    def contents() -> dict[str, bytes]:
        (entry,) = client.search("account.move", [["ref", "=", prefix]])
        domain = [["res_model", "=", "account.move"], ["res_id", "=", entry]]
        found = client.search_read("ir.attachment", domain, ["name", "datas"])
        return {str(one["name"]): base64.b64decode(str(one["datas"])) for one in found}

    assert contents() == {"a.txt": b"content of a.txt", "b.txt": b"content of b.txt"}
    (files / "b.txt").write_text("anew")
    changed = empty_project.run("run", "--json")
    assert (changed.counts("entries"), contents()["b.txt"]) == ({"read": 2, "updated": 2}, b"anew")
    assert empty_project.run("run", "--json").writes() == {}
    assert empty_project.run("undo", changed.result["run_id"], "--yes").code == 0
    assert contents()["b.txt"] == b"content of b.txt"
