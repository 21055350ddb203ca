"""Orders with their lines on a real Odoo with sales: one transaction, one verdict, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project
from tests.servers import Server

PRODUCT = {"column": "sku", "lookup": {"model": "product.product", "by": "default_code"}}
JOB: dict[str, Any] = {
    "version": 1,
    "job": "orders",
    "source": {"type": "csv", "path": "../orders.csv"},
    "target": {"model": "sale.order", "key": "client_order_ref"},
    "fields": {
        "client_order_ref": "order",
        "partner_id": {"column": "customer", "lookup": {"model": "res.partner", "by": "ref"}},
        "note": "note",
    },
    "lines": {
        "order_line": {
            "key": "sequence",
            "fields": {
                "sequence": "pos",
                "product_id": PRODUCT,
                "product_uom_qty": {"column": "qty", "type": "decimal"},
                "price_unit": {"column": "price", "type": "decimal"},
            },
        }
    },
}


@pytest.fixture
def shop(business_odoo: Server, prefix: str) -> Iterator[OdooClient]:
    """A client, of an Odoo with two customers and two products."""
    with OdooClient(business_odoo.url, business_odoo.db, api_key=business_odoo.api_key) as client:
        client.create("res.partner", [{"name": f"{prefix} {one}", "ref": f"{prefix}-{one}"} for one in "AB"])
        products = [{"name": f"{prefix} {one}", "default_code": f"{prefix}-{one}", "list_price": 9.0} for one in "PQ"]
        client.create("product.product", products)
        yield client


@pytest.fixture
def orders(empty_project: Project, business_odoo: Server, shop: OdooClient, prefix: str) -> Orders:
    """A job of orders."""
    empty_project.connect(business_odoo)
    empty_project.write("orders.yaml", JOB)
    return Orders(empty_project, shop, prefix)


class Orders:
    """The orders of a test."""

    def __init__(self, project: Project, odoo: OdooClient, prefix: str) -> None:
        self.project, self.odoo, self.prefix = project, odoo, prefix

    def rows(self, *rows: str) -> None:
        """The source: order, position, product, quantity, price and a note, between blanks."""
        names = ("order", "pos", "sku", "qty", "price", "note")
        table = [dict(zip(names, [*row.split(), "", ""], strict=False)) for row in rows]
        for one in table:
            one |= {"order": f"{self.prefix}-{one['order']}", "customer": f"{self.prefix}-A"}
            one["sku"] = f"{self.prefix}-{one['sku']}"
        self.project.rows(table, "orders.csv")

    def run(self, *arguments: str) -> Done:
        """A run, as JSON."""
        return self.project.run(*(arguments or ("run",)), "--json")

    def lines(self, order: str) -> list[tuple[int, str, float, float]]:
        """The lines of an order, as Odoo has them."""
        domain = [["order_id.client_order_ref", "=", f"{self.prefix}-{order}"]]
        fields = ["sequence", "product_id", "product_uom_qty", "price_unit"]
        rows = self.odoo.search_read("sale.order.line", domain, fields)
        return sorted(
            (row["sequence"], row["product_id"][1][-1], row["product_uom_qty"], row["price_unit"]) for row in rows
        )


SOURCE = ("1 10 P 1 7.5", "2 10 Q 2 3", "1 20 Q 5 4.25")


@pytest.mark.odoo
def test_orders_with_their_lines(orders: Orders) -> None:
    """Created together; what differs is written line by line, and a second run writes nothing."""
    orders.rows(*SOURCE)
    valid = orders.project.run("validate", "--online")
    assert (valid.code, "requires" in valid.out + valid.err) == (0, False)
    assert orders.project.run("doctor").code == 0
    assert orders.run("plan").counts("orders") == {"read": 3, "created": 3}
    first = orders.run()
    assert (first.code, first.counts("orders"), first.writes()) == (
        0,
        {"read": 3, "created": 3},
        {"sale.order.create": 2},
    )
    assert orders.lines("1") == [(10, "P", 1.0, 7.5), (20, "Q", 5.0, 4.25)]
    again = orders.run()
    assert (again.code, again.counts("orders"), again.writes()) == (0, {"read": 3, "unchanged": 3}, {})
    orders.rows("1 10 P 3 7.5", *SOURCE[1:])
    plan = orders.run("plan")
    (change,) = plan.job("orders")["changes"]
    assert change["changes"] == {"order_line[10].product_uom_qty": [1.0, 3.0]}
    changed = orders.run()
    assert (changed.counts("orders"), changed.writes()) == (
        {"read": 3, "updated": 2, "unchanged": 1},
        {"sale.order.write": 1},
    )
    assert orders.lines("1") == [(10, "P", 3.0, 7.5), (20, "Q", 5.0, 4.25)]
    assert orders.run().writes() == {}
    assert orders.run("undo", changed.result["run_id"], "--yes").code == 0
    assert orders.lines("1") == [(10, "P", 1.0, 7.5), (20, "Q", 5.0, 4.25)]
    assert orders.run("undo", first.result["run_id"], "--yes", "--delete").code == 0
    assert (orders.lines("1"), orders.lines("2")) == ([], [])


@pytest.mark.odoo
def test_an_order_with_a_bad_line_is_rejected_as_a_whole(orders: Orders) -> None:
    """Whatever is wrong with it; the other lands, and `retry` brings the rest when it is mended."""
    orders.rows(*SOURCE, "1 30 X 1 1", "3 10 P -1 1 bad")
    done = orders.run()
    assert (done.code, done.counts("orders")) == (3, {"read": 5, "created": 2, "rejected": 3})
    assert done.job("orders")["reject_codes"] == {"lookup_missing": 1, "line_rejected": 2}
    assert orders.lines("1") == []
    orders.odoo.create("product.product", [{"name": "X", "default_code": f"{orders.prefix}-X"}])
    done = orders.run("retry")
    assert (done.code, done.counts("orders")) == (0, {"read": 3, "created": 3}), done.out
    assert [line[0] for line in orders.lines("1")] == [10, 20, 30]
    assert orders.run().writes() == {}


@pytest.mark.odoo
def test_lines_of_an_order_that_went_come_back_whole(orders: Orders) -> None:
    """What a salesman wrote there, too, and what Odoo would compute anew; a second undo writes nothing."""
    orders.project.write(
        "orders.yaml", {**JOB, "lines": {"order_line": {**JOB["lines"]["order_line"], "rest": "remove"}}}
    )
    orders.rows(*SOURCE)
    assert orders.run().code == 0
    domain = [["order_id.client_order_ref", "=", f"{orders.prefix}-1"], ["sequence", "=", 20]]
    fields = ["name", "discount", "price_unit", "product_uom_qty", "tax_ids", "customer_lead", "price_subtotal"]
    (before,) = orders.odoo.search_read("sale.order.line", domain, fields)
    orders.odoo.write("sale.order.line", [before["id"]], {"name": "As agreed", "discount": 5.0, "customer_lead": 9.0})
    (before,) = orders.odoo.search_read("sale.order.line", domain, fields)
    orders.rows(*SOURCE[:2])
    done = orders.run()
    assert (done.job("orders")["lines"]["removed"], orders.odoo.search("sale.order.line", domain)) == (1, [])
    assert orders.run("undo", done.result["run_id"], "--yes").code == 0
    (back,) = orders.odoo.search_read("sale.order.line", domain, fields)
    assert {**back, "id": 0} == {**before, "id": 0}
    again = orders.run("undo", done.result["run_id"], "--yes")
    assert (again.code, again.writes()) == (0, {}), again.out


@pytest.mark.odoo
def test_a_confirmed_order_keeps_its_lines_though_undo_would_delete_it(orders: Orders) -> None:
    """Odoo does not delete it; nothing of it is gone."""
    orders.rows(*SOURCE)
    first = orders.run()
    confirmed = orders.odoo.search("sale.order", [["client_order_ref", "=", f"{orders.prefix}-1"]])
    orders.odoo.execute("sale.order", "action_confirm", confirmed)
    undone = orders.run("undo", first.result["run_id"], "--yes", "--delete")
    assert undone.code == 3, undone.out
    assert (len(orders.lines("1")), orders.lines("2")) == (2, [])


CONTACTS: dict[str, Any] = {
    "version": 1,
    "job": "firms",
    "source": {"type": "csv", "path": "../rows.csv"},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {"ref": "firm", "name": "name"},
    "lines": {"child_ids": {"key": "ref", "fields": {"ref": "contact", "name": "person", "function": "role"}}},
    "load": {"chunk_size": 3},
}


def contacts(prefix: str, role: str = "") -> list[dict[str, str]]:
    """Five firms; all but the last have two contacts each, which stand far apart."""
    rows = [
        {"firm": f"{prefix}-{n}", "name": f"Firm {n}", "contact": f"{prefix}-{n}{k}", "person": f"P{k}", "role": role}
        for k in "ab"
        for n in range(4)
    ]
    return [*rows, {"firm": f"{prefix}-4", "name": "Firm 4", "contact": "", "person": "", "role": ""}]


@pytest.mark.parametrize("how", [(), ("--workers", "2")])
def test_firms_with_their_contacts(project: Project, odoo: OdooClient, prefix: str, how: tuple[str, ...]) -> None:
    """On each server, in one process and in several."""
    project.write("firms.yaml", CONTACTS)
    project.rows(contacts(prefix))
    first = project.run("run", *how, "--json")
    assert (first.code, first.counts("firms")) == (0, {"read": 9, "created": 9}), first.err
    assert first.job("firms")["lines"]["created"] == 8
    again = project.run("run", *how, "--json")
    assert (again.counts("firms"), again.writes()) == ({"read": 9, "unchanged": 9}, {})
    rows = contacts(prefix)
    rows[5]["role"] = "Boss"
    project.rows(rows)
    changed = project.run("run", *how, "--json")
    assert changed.counts("firms") == {"read": 9, "updated": 2, "unchanged": 7}
    domain = [["ref", "=", f"{prefix}-1b"]]
    (boss,) = odoo.search_read("res.partner", domain, ["function", "parent_id"], load="_classic_write")
    (firm,) = odoo.search("res.partner", [["ref", "=", f"{prefix}-1"]])
    assert (boss["function"], boss["parent_id"]) == ("Boss", firm)
    assert project.run("undo", changed.result["run_id"], "--yes").code == 0
    assert odoo.search_read("res.partner", domain, ["function"])[0]["function"] is False
    assert project.run("undo", first.result["run_id"], "--yes", "--delete").code == 0
    assert odoo.search("res.partner", [["ref", "=like", f"{prefix}%"]]) == []


@pytest.mark.parametrize("how", [(), ("--workers", "2")], ids=["one process", "two"])
def test_contacts_that_the_source_loses(project: Project, odoo: OdooClient, prefix: str, how: tuple[str, ...]) -> None:
    """They go, but not while any row cannot be read: it may be theirs, whichever process has it."""
    lines = {"child_ids": {**CONTACTS["lines"]["child_ids"], "rest": "remove"}}
    project.write("firms.yaml", {**CONTACTS, "lines": lines})
    project.rows(contacts(prefix))
    assert project.run("run", *how).code == 0
    project.rows([one for one in contacts(prefix) if not one["contact"].endswith("2b")])
    with (project.root / "rows.csv").open("a", encoding="utf-8") as file:
        file.write("a,b\n")
    kept = project.run("run", *how, "--json")
    assert kept.counts("firms") == {"read": 9, "unchanged": 8, "rejected": 1}
    assert [one for one in kept.job("firms")["notes"] if one.startswith("no line was removed or archived: 1 row has")]
    (project.root / "rows.csv").unlink()
    project.rows([one for one in contacts(prefix) if not one["contact"].endswith("2b")])
    gone = project.run("run", *how, "--json")
    assert (gone.counts("firms"), gone.job("firms")["lines"]["removed"]) == (
        {"read": 8, "updated": 1, "unchanged": 7},
        1,
    )
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}-%b"]]) == 3
    assert project.run("run", *how, "--json").writes() == {}


def test_lines_are_validated(project: Project, prefix: str) -> None:
    """Against their model, with their place in the file."""
    wrong = {
        "child_ids": {"key": "ref", "fields": {"ref": "contact", "nmae": "person", "state_id": "role"}},
        "country_id": {"fields": {"code": "role"}},
    }
    project.write("firms.yaml", {**CONTACTS, "lines": wrong})
    project.rows(contacts(prefix))
    done = project.run("validate", "--online")
    assert done.code == 2
    assert "lines.child_ids.fields.nmae: res.partner has no field `nmae` (did you mean `name`?" in done.out
    assert "lines.child_ids.fields.state_id: " in done.out
    assert "lines.country_id: `country_id` of res.partner is a many2one field, which has no lines" in done.out
    assert project.run("plan").code == 2
    project.write("firms.yaml", CONTACTS)
    assert project.run("validate", "--online").code == 0
