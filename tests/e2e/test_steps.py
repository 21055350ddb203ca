"""Steps after the rows on a real Odoo: quotations are confirmed, their dates kept, messages posted once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project
from tests.fault_proxy import DROP_AFTER, FaultProxy
from tests.servers import Server

pytestmark = pytest.mark.odoo
CONFIRM = {"call": "action_confirm", "where": [["state", "in", ["draft", "sent"]]]}
POST = {"call": "message_post", "kwargs": {"body": "Taken over from the old system"}, "size": 1}


@pytest.fixture
def odoo(business_odoo: Server) -> Iterator[OdooClient]:
    """A client on the Odoo with sales."""
    with OdooClient(business_odoo.url, business_odoo.db, api_key=business_odoo.api_key) as client:
        yield client


@pytest.fixture
def project(empty_project: Project, business_odoo: Server) -> Project:
    """A project connected to it."""
    empty_project.connect(business_odoo)
    return empty_project


@pytest.fixture
def customer(odoo: OdooClient, prefix: str) -> str:
    """The `ref` of a customer of the test."""
    odoo.create("res.partner", {"name": "Customer", "ref": prefix})
    return prefix


def orders_job(*after: dict[str, Any], **load: Any) -> dict[str, Any]:
    """A job of orders with these steps."""
    return {
        "version": 1,
        "job": "orders",
        "source": {"type": "csv", "path": "../rows.csv"},
        "target": {"model": "sale.order", "key": "client_order_ref"},
        "fields": {
            "client_order_ref": "number",
            "partner_id": {"column": "customer", "lookup": {"model": "res.partner", "by": "ref"}},
            "date_order": "date",
        },
        "after": list(after),
        "load": load,
    }


def orders(prefix: str, count: int) -> list[dict[str, str]]:
    """Rows of as many orders, of a day each."""
    return [
        {"number": f"{prefix}-{n:02}", "customer": prefix, "date": f"2024-03-{n + 1:02} 08:30:00"} for n in range(count)
    ]


def existing(odoo: OdooClient, prefix: str) -> list[dict[str, Any]]:
    """The orders of a test, in order."""
    names = ["client_order_ref", "state", "date_order"]
    domain = [["client_order_ref", "=like", f"{prefix}%"]]
    return odoo.search_read("sale.order", domain, names, order="client_order_ref")


def posted(odoo: OdooClient, prefix: str) -> list[int]:
    """How many of our messages each order has."""
    return [
        odoo.search_count(
            "mail.message", [["model", "=", "sale.order"], ["res_id", "=", one["id"]], ["body", "ilike", "Taken over"]]
        )
        for one in existing(odoo, prefix)
    ]


def calls(done: Done, method: str) -> int:
    """How often a method of orders was called."""
    return done.job("orders")["calls"].get(f"sale.order.{method}", 0)


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_quotations_are_confirmed_and_keep_their_dates(
    project: Project, business_odoo: Server, odoo: OdooClient, customer: str, protocol: str
) -> None:
    """Odoo puts the present in their place, which is written back; the second run writes nothing."""
    project.connect(business_odoo, protocol=protocol)
    rows = orders(customer, 12)
    project.rows(rows)
    project.write("orders.yaml", orders_job(CONFIRM, POST))
    planned = project.run("plan", "--json")
    assert planned.job("orders")["steps"][0] == {"step": "action_confirm", "records": 12, "refused": 0, "unknown": 0}
    done = project.run("run", "--json")
    assert (done.code, done.counts("orders")) == (0, {"read": 12, "created": 12})
    assert [step["records"] for step in done.job("orders")["steps"]] == [12, 12]
    assert {(one["state"], one["date_order"]) for one in existing(odoo, customer)} == {
        ("sale", row["date"]) for row in rows
    }
    again = project.run("run", "--json")
    assert (again.code, again.counts("orders"), again.writes()) == (0, {"read": 12, "unchanged": 12}, {})
    assert (calls(again, "action_confirm"), calls(again, "message_post")) == (0, 0)
    assert posted(odoo, customer) == [1] * 12


def test_a_refused_order_is_a_reject_that_retry_confirms(project: Project, odoo: OdooClient, customer: str) -> None:
    """The others are confirmed; the refused one waits until somebody has mended it."""
    rows = orders(customer, 9)
    project.rows(rows)
    project.write("orders.yaml", orders_job())
    assert project.run("run").code == 0
    bad = existing(odoo, customer)[4]["id"]
    odoo.execute("sale.order", "action_cancel", ids=[bad])
    for row in rows:
        row["date"] = row["date"].replace("08:30", "09:15")
    project.rows(rows)
    project.write("orders.yaml", orders_job({**CONFIRM, "where": [["state", "!=", "sale"]]}, POST))
    done = project.run("run", "--json")
    assert (done.code, done.counts("orders")) == (3, {"read": 9, "updated": 8, "rejected": 1})
    (reject,) = project.rejects("orders")
    assert (reject["number"], reject["_stage"]) == (rows[4]["number"], "after")
    assert "action_confirm: " in reject["_reason"]
    assert [one["state"] for one in existing(odoo, customer)] == ["sale"] * 4 + ["cancel"] + ["sale"] * 4
    assert posted(odoo, customer) == [1, 1, 1, 1, 0, 1, 1, 1, 1]

    odoo.execute("sale.order", "action_draft", ids=[bad])
    retried = project.run("retry", "--json")
    assert (retried.code, retried.counts("orders")) == (0, {"read": 1, "unchanged": 1})
    assert calls(retried, "action_confirm") == calls(retried, "message_post") == 1
    assert {(one["state"], one["date_order"]) for one in existing(odoo, customer)} == {
        ("sale", row["date"]) for row in rows
    }
    again = project.run("run", "--json")
    assert (again.code, again.writes(), posted(odoo, customer)) == (0, {}, [1] * 9)


def test_answers_that_are_lost(project: Project, business_odoo: Server, odoo: OdooClient, customer: str) -> None:
    """What `where` can settle is settled; of the message nobody knows, so it is told and not repeated."""
    project.rows(orders(customer, 3))
    project.write("orders.yaml", orders_job(CONFIRM, POST, settle="2s"))
    with FaultProxy(business_odoo.url) as proxy:
        proxy.script(DROP_AFTER, "action_confirm")
        proxy.script(DROP_AFTER, "message_post")
        project.connect(business_odoo, url=proxy.url)
        done = project.run("run", "--json")
        assert proxy.met() == 2
        assert (done.code, done.counts("orders")) == (3, {"read": 3, "created": 2, "rejected": 1})
        confirmed, sent = done.job("orders")["steps"]
        assert (confirmed["records"], sent["records"], sent["unknown"]) == (3, 2, 1)
        assert [row["_code"] for row in project.rejects("orders")] == ["step_unknown"]
        again = project.run("run", "--json")
    assert (again.code, again.writes(), posted(odoo, customer)) == (0, {}, [1, 1, 1])
    assert {one["state"] for one in existing(odoo, customer)} == {"sale"}


def test_undo_says_what_it_cannot_take_back(project: Project, odoo: OdooClient, customer: str) -> None:
    """Confirmed orders cannot be deleted, so they stay, and the report says so; written values go back."""
    project.rows(orders(customer, 2))
    project.write("orders.yaml", orders_job({"write": {"note": "<p>old</p>"}}, CONFIRM))
    done = project.run("run", "--json")
    assert done.code == 0
    undone = project.run("undo", "last", "--yes", "--json")
    assert undone.code == 3
    assert all(left["name"] for left in undone.job("orders")["undone"]["left"])
    (note,) = [text for text in undone.job("orders")["notes"] if "step" in text]
    assert (
        note == "step action_confirm was done on 2 records: undo does not take steps back, so look what it left there"
    )
    assert len(existing(odoo, customer)) == 2
