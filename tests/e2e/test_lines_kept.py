"""Lines under kills, lost answers and Odoo's own doings: none is doubled, none is mixed up, none of others goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project
from tests.fault_proxy import DROP_AFTER, DROP_BEFORE, FaultProxy, meanwhile
from tests.servers import Server


def firms_job(key: str, rest: str = "remove") -> dict[str, Any]:
    """Firms with their contacts."""
    lines = {"rest": rest, "fields": {"ref": "contact", "name": "person", "function": "role"}}
    return {
        "version": 1,
        "job": "firms",
        "source": {"type": "csv", "path": "../rows.csv"},
        "target": {"model": "res.partner", "key": "ref"},
        "fields": {"ref": "firm", "name": "name"},
        "lines": {"child_ids": {**lines, "key": key} if key else lines},
        "load": {"chunk_size": 6, "retry": {"max_wait": "50ms", "deadline": "20s"}, "settle": "500ms"},
    }


def firms(prefix: str, people: str = "ab", role: str = "") -> list[dict[str, str]]:
    """Three firms, whose contacts stand far apart."""
    return [
        {"firm": f"{prefix}-{n}", "name": f"Firm {n}", "contact": f"{prefix}-{n}{k}", "person": f"P{k}", "role": role}
        for k in people
        for n in range(3)
    ]


def people(odoo: OdooClient, prefix: str) -> list[tuple[str, str]]:
    """Firm and contact of each contact that is active."""
    domain = [["ref", "=like", f"{prefix}-%"], ["parent_id", "!=", False]]
    found = odoo.search_read("res.partner", domain, ["name", "ref"], load="_classic_write")
    return sorted((one["ref"].removeprefix(f"{prefix}-"), one["name"]) for one in found)


def expected(names: str) -> list[tuple[str, str]]:
    """The same of a source with these contacts."""
    return sorted((f"{n}{k}", f"P{k}") for n in range(3) for k in names)


def write_call(odoo: OdooClient) -> str:
    """What writes other values to several records."""
    return "web_save_multi" if odoo.version().major >= 19 else "write"


# Of lines those without a key are compared as a whole; the call has landed or not.
WAYS = pytest.mark.parametrize(
    ("key", "landed", "follow"),
    [("ref", True, "run"), ("", True, "resume"), ("ref", False, "resume"), ("", False, "run")],
)
Way = tuple[str, bool, str]


@pytest.fixture
def way(key: str, landed: bool, follow: str) -> Way:
    """The key of lines, whether the call lands that is not heard of, and what follows."""
    return key, landed, follow


@WAYS
def test_answers_that_never_arrive(
    empty_project: Project, server: Server, odoo: OdooClient, prefix: str, way: Way
) -> None:
    """No line is there twice, whether the call landed or not; the run ends well."""
    key, landed, _ = way
    fault = DROP_AFTER if landed else DROP_BEFORE
    empty_project.write("firms.yaml", firms_job(key))
    empty_project.rows(firms(prefix))
    with FaultProxy(server.url) as proxy:
        empty_project.connect(server, url=proxy.url)
        proxy.script(fault, "create", skip=1)
        first = empty_project.run("run", "--json")
        assert (first.code, first.counts("firms"), proxy.met()) == (0, {"read": 6, "created": 6}, 1), first.err
        assert people(odoo, prefix) == expected("ab")
        empty_project.rows(firms(prefix, "bc", "Boss"))
        proxy.script(fault, write_call(odoo))
        second = empty_project.run("run", "--json")
        assert (second.code, second.counts("firms"), proxy.met()) == (0, {"read": 6, "updated": 6}, 2), second.err
        assert people(odoo, prefix) == expected("bc")
        again = empty_project.run("run", "--json")
        assert (again.counts("firms"), again.writes()) == ({"read": 6, "unchanged": 6}, {})


@WAYS
def test_killed_runs(empty_project: Project, server: Server, odoo: OdooClient, prefix: str, way: Way) -> None:
    """`kill -9` while lines are created, and while some are added, changed and removed: then the same end."""
    key, landed, follow = way
    assert empty_project.zygote
    empty_project.write("firms.yaml", firms_job(key))
    with FaultProxy(server.url) as proxy:
        empty_project.connect(server, url=proxy.url)
        for names, role, call in [("ab", "", "create"), ("bc", "Boss", write_call(odoo))]:
            empty_project.rows(firms(prefix, names, role))
            killed: list[Any] = []
            proxy.script(meanwhile(lambda held=killed: held[0].kill(), forwarded=landed), call)
            killed.append(empty_project.fork(empty_project.zygote, "run"))
            killed[0].communicate()
            assert killed[0].returncode < 0
            proxy.calm()
            done = empty_project.run(follow, "--json")
            assert done.code == 0, done.out + done.err
            assert people(odoo, prefix) == expected(names)
            again = empty_project.run("run", "--json")
            assert (again.counts("firms"), again.writes()) == ({"read": 6, "unchanged": 6}, {})


def test_contacts_that_are_archived_come_back(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Although `child_ids` shows none of them: a second one would be made, else. Those that the source lacks go."""
    project.write("firms.yaml", firms_job("ref", rest="archive"))
    project.rows(firms(prefix, "abc"))
    assert project.run("run", "--json").counts("firms") == {"read": 9, "created": 9}
    project.rows(firms(prefix, "ab"))
    gone = project.run("run", "--json")
    assert (gone.counts("firms"), gone.job("firms")["lines"]["removed"]) == ({"read": 6, "updated": 6}, 3)
    assert people(odoo, prefix) == expected("ab")
    assert project.run("run", "--json").writes() == {}
    project.rows(firms(prefix, "abc"))
    back = project.run("run", "--json")
    assert (back.job("firms")["lines"]["updated"], people(odoo, prefix)) == (3, expected("abc"))
    domain = [["ref", "=like", f"{prefix}-%c"]]
    assert odoo.search_count("res.partner", domain, context={"active_test": False}) == 3
    assert project.run("run", "--json").writes() == {}


def test_people_add_contacts(project: Project, odoo: OdooClient, prefix: str) -> None:
    """They stay with `rest: remove`, and so do those that were there before the job."""
    (firm,) = odoo.create("res.partner", [{"name": "Firm 0", "ref": f"{prefix}-0"}])
    odoo.create("res.partner", [{"name": "Before", "ref": f"{prefix}-0x", "parent_id": firm}])
    project.write("firms.yaml", firms_job("ref"))
    project.rows(firms(prefix, "ab"))
    assert project.run("run").code == 0
    odoo.create("res.partner", [{"name": "Since", "ref": f"{prefix}-0y", "parent_id": firm}])
    project.rows(firms(prefix, "a"))
    done = project.run("run", "--json")
    assert (done.code, done.job("firms")["lines"]["removed"]) == (0, 3)
    assert people(odoo, prefix) == sorted([*expected("a"), ("0x", "Before"), ("0y", "Since")])
    assert project.run("run", "--json").writes() == {}


INVOICES: dict[str, Any] = {
    "version": 1,
    "job": "invoices",
    "source": {"type": "csv", "path": "../rows.csv"},
    "target": {"model": "account.move", "key": "ref"},
    "fields": {
        "ref": "ref",
        "move_type": {"value": "out_invoice"},
        "partner_id": {"column": "customer", "lookup": {"model": "res.partner", "by": "ref"}},
    },
    "lines": {
        "line_ids": {
            "key": "name",
            "rest": "remove",
            "fields": {
                "name": "text",
                "quantity": {"column": "qty", "type": "decimal"},
                "price_unit": {"column": "price", "type": "decimal"},
                "tax_ids": {"column": "tax", "lookup": {"model": "account.tax", "by": "name"}},
            },
        }
    },
}


@pytest.fixture
def books(business_odoo: Server, prefix: str) -> Iterator[OdooClient]:
    """A client, of an Odoo with a customer and a tax."""
    with OdooClient(business_odoo.url, business_odoo.db, api_key=business_odoo.api_key) as client:
        client.create("res.partner", [{"name": f"{prefix} A", "ref": f"{prefix}-A"}])
        client.create("account.tax", [{"name": f"{prefix} 7%", "amount": 7.0, "type_tax_use": "sale"}])
        yield client


def invoice_rows(prefix: str, *rows: str) -> list[dict[str, str]]:
    """Invoice, text, quantity and price, between blanks."""
    names = ("ref", "text", "qty", "price")
    table = [dict(zip(names, row.split(), strict=True)) for row in rows]
    more = {"customer": f"{prefix}-A", "tax": f"{prefix} 7%"}
    return [{**one, **more, "ref": f"{prefix}-{one['ref']}"} for one in table]


@pytest.mark.odoo
@pytest.mark.parametrize("name", ["line_ids", "invoice_line_ids"])
def test_lines_that_odoo_adds_to_an_invoice_stay(
    empty_project: Project, business_odoo: Server, books: OdooClient, prefix: str, name: str
) -> None:
    """Taxes and the receivable, which it computes anew; the source's own go when it loses them."""
    empty_project.connect(business_odoo)
    empty_project.write("invoices.yaml", {**INVOICES, "lines": {name: INVOICES["lines"]["line_ids"]}})

    def run(*rows: str) -> Done:
        empty_project.rows(invoice_rows(prefix, *rows))
        done = empty_project.run("run", "--json")
        assert done.code == 0, done.out + done.err
        return done

    def kinds(ref: str) -> tuple[list[str], float]:
        domain = [["move_id.ref", "=", f"{prefix}-{ref}"]]
        lines = books.search_read("account.move.line", domain, ["display_type"])
        (move,) = books.search_read("account.move", [["ref", "=", f"{prefix}-{ref}"]], ["amount_total"])
        return sorted(one["display_type"] for one in lines), move["amount_total"]

    run("1 Chair 2 10", "1 Desk 1 80", "2 Lamp 1 100")
    assert empty_project.run("validate", "--online").code == 0
    assert kinds("1") == (["payment_term", "product", "product", "tax"], 107.0)
    assert run("1 Chair 2 10", "1 Desk 1 80", "2 Lamp 1 100").writes() == {}
    changed = run("1 Chair 2 10", "2 Lamp 1 200")
    assert changed.job("invoices")["lines"] == {"created": 0, "updated": 1, "unchanged": 1, "removed": 1}
    assert kinds("1") == (["payment_term", "product", "tax"], 21.4)
    assert kinds("2") == (["payment_term", "product", "tax"], 214.0)
    assert run("1 Chair 2 10", "2 Lamp 1 200").writes() == {}


PRICES: dict[str, Any] = {
    "version": 1,
    "job": "prices",
    "source": {"type": "csv", "path": "../rows.csv"},
    "target": {"model": "product.pricelist", "key": "name"},
    "fields": {"name": "list"},
    "lines": {
        "item_ids": {
            "key": "product_tmpl_id",
            "fields": {
                "product_tmpl_id": {"column": "sku", "lookup": {"model": "product.template", "by": "default_code"}},
                "applied_on": {"value": "1_product"},
                "compute_price": {"value": "fixed"},
                "fixed_price": {"column": "price", "type": "decimal"},
            },
        }
    },
}


@pytest.mark.odoo
def test_lines_that_their_field_does_not_show(
    empty_project: Project, business_odoo: Server, books: OdooClient, prefix: str
) -> None:
    """A pricelist hides the prices of archived products: no second one is made; where one would be, the job ends."""
    products = [{"name": f"{prefix} {one}", "default_code": f"{prefix}-{one}"} for one in "ABC"]
    _, b, c = books.create("product.template", products)
    empty_project.connect(business_odoo)
    empty_project.write("prices.yaml", PRICES)

    def run(*rows: str) -> Done:
        table = [dict(zip(("sku", "price"), row.split(), strict=True)) for row in rows]
        empty_project.rows([{"list": prefix, "sku": f"{prefix}-{one['sku']}", "price": one["price"]} for one in table])
        return empty_project.run("run", "--json")

    def prices() -> list[tuple[str, float]]:
        items = books.search_read(
            "product.pricelist.item", [["pricelist_id.name", "=", prefix]], ["name", "fixed_price"]
        )
        return sorted((one["name"][-1], one["fixed_price"]) for one in items)

    assert run("A 1", "B 2").code == 0
    assert empty_project.run("validate", "--online").code == 0
    books.write("product.template", [b], {"active": False})
    assert run("A 1", "B 2").writes() == {}
    assert run("A 1", "B 3").job("prices")["lines"]["updated"] == 1
    assert prices() == [("A", 1.0), ("B", 3.0)]
    books.write("product.template", [c], {"active": False})
    lost = run("A 1", "B 3", "C 4")
    assert lost.code == 1
    assert "lines that were written are not found by their key" in lost.job("prices")["error"]
