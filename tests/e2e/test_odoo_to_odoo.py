"""Migration 13: a company from one Odoo to another, whose ids and companies are other ones."""

from __future__ import annotations

import base64
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.migrations import FOLDER, STORIES
from tests.e2e.project import Done, Project, clean_environment
from tests.e2e.test_migrations import writes
from tests.odoo_14.server import odoo_14
from tests.real_odoo.server import OdooHost
from tests.real_odoo.templates import MIGRATIONS
from tests.servers import Server
from tests.zygote import Zygote

SAMPLE = FOLDER / "13-odoo-to-odoo"
PAGE = FOLDER.parents[1] / "docs/how-to/13-odoo-to-odoo.md"
BROUGHT = ("01-partners", "03-variants", "04-prices", "07-sales")  # by these migrations into the old database
EVERY = {"active_test": False}
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg=="


def client(server: Server) -> OdooClient:
    """A client on a database."""
    return OdooClient(server.url, server.db, user=server.user, api_key=server.api_key)


def connection(server: Server) -> dict[str, str]:
    """A connection of project.yaml."""
    return {"url": server.url, "db": server.db, "user": server.user, "api_key": server.api_key}


def begin(odoo: OdooClient) -> None:
    """A new database as somebody sets it up: records of its own, so that ids differ, and a warehouse of the company."""
    before = {"res.partner": 40, "res.partner.category": 9, "product.template": 15, "product.attribute": 3}
    for model, count in before.items():
        odoo.create(model, [{"name": f"Here before {number}"} for number in range(count)])
    [company] = odoo.search_read("res.company", [["name", "=", "My Company (NL)"]], ["id"])
    warehouse = {"name": "My Company (NL)", "code": "NL", "company_id": company["id"]}
    odoo.create("stock.warehouse", [warehouse], context={"allowed_company_ids": [company["id"]]})


def fill(old: OdooClient) -> None:
    """Documents of partners and orders, and a picture of an article."""
    [partner] = old.search_read("res.partner", [["ref", "=", "C1002"]], ["id"])
    [order] = old.search_read("sale.order", [["name", "=", "WS-25-1041"]], ["id"])
    [shirt] = old.search_read("product.template", [["attribute_line_ids", "!=", False]], ["id"], limit=1, order="id")
    old.write("product.template", [shirt["id"]], {"image_1920": PICTURE})
    text = base64.b64encode(b"We deliver on Fridays.").decode()
    of_partner = {"res_model": "res.partner", "res_id": partner["id"]}
    of_order = {"res_model": "sale.order", "res_id": order["id"]}
    terms = {"name": "terms.txt", "datas": text, **of_partner}
    old.create("ir.attachment", [terms, {"name": "map.png", "datas": PICTURE, **of_order}])


class Copied:
    """What a database holds of the company, by names that do not depend on ids."""

    def __init__(self, odoo: OdooClient) -> None:
        self._odoo = odoo

    def _read(self, model: str, domain: list[Any], names: list[str]) -> list[dict[str, Any]]:
        return self._odoo.search_read(model, domain, names, context=EVERY)

    def _names(self, model: str, name: str = "name") -> dict[int, str]:
        return {row["id"]: row[name] for row in self._read(model, [], [name])}

    def partners(self) -> list[tuple[Any, ...]]:
        """Number, name, parent, tags, country."""
        tags, parents = self._names("res.partner.category"), self._names("res.partner", "ref")
        domain = [["ref", "!=", False]]
        rows = self._read(
            "res.partner", domain, ["ref", "name", "parent_id", "category_id", "country_id", "phone", "type"]
        )
        return sorted(
            (
                row["ref"],
                row["name"],
                parents[row["parent_id"][0]] if row["parent_id"] else "",
                tuple(sorted(tags[each] for each in row["category_id"])),
                row["country_id"] and row["country_id"][1],
                row["phone"],
                row["type"],
            )
            for row in rows
        )

    def pictures(self) -> dict[str, str]:
        """Checksums of pictures by the names of their partners and products."""
        found = {}
        for model in ("res.partner", "product.template"):
            names = self._names(model)
            domain = [["res_model", "=", model], ["res_field", "=", "image_1920"]]
            for row in self._read("ir.attachment", domain, ["res_id", "checksum"]):
                found[f"{model} {names[row['res_id']]}"] = row["checksum"]
        return found

    def variants(self) -> list[tuple[Any, ...]]:
        """Product, values, code, weight, cost."""
        values = self._names("product.template.attribute.value")
        names = ["name", "product_template_attribute_value_ids", "default_code", "weight", "list_price", "is_storable"]
        return sorted(
            (row["name"], tuple(sorted(values[one] for one in row[names[1]])), *(row[name] for name in names[2:]))
            for row in self._read("product.product", [["default_code", "!=", False]], names)
        )

    def prices(self) -> list[tuple[Any, ...]]:
        """List, product or category, from which quantity, price."""
        names = [
            "pricelist_id",
            "applied_on",
            "product_tmpl_id",
            "categ_id",
            "min_quantity",
            "fixed_price",
            "percent_price",
        ]
        return sorted(
            tuple(str(row[name][1] if isinstance(row[name], list) else row[name]) for name in names)
            for row in self._read("product.pricelist.item", [], names)
        )

    def orders(self) -> list[tuple[Any, ...]]:
        """Number, customer, state, dates, total, and the lines."""
        lines: dict[int, list[tuple[Any, ...]]] = {}
        names = ["order_id", "sequence", "name", "product_uom_qty", "price_unit", "discount"]
        for row in self._read("sale.order.line", [], names):
            lines.setdefault(row["order_id"][0], []).append(tuple(row[name] for name in names[1:]))
        own = ["name", "partner_id", "state", "date_order", "commitment_date", "amount_untaxed", "client_order_ref"]
        return sorted(
            (*(row[one][1] if one == "partner_id" else row[one] for one in own), tuple(sorted(lines[row["id"]])))
            for row in self._read("sale.order", [], own)
        )

    def documents(self) -> list[tuple[Any, ...]]:
        """Name, checksum, and whose it is."""
        whose = {model: self._names(model) for model in ("res.partner", "sale.order", "product.template")}
        domain = [["res_model", "in", list(whose)], ["res_field", "=", False], ["res_id", "!=", 0]]
        rows = self._read("ir.attachment", domain, ["name", "checksum", "res_model", "res_id"])
        return sorted((row["name"], row["checksum"], whose[row["res_model"]][row["res_id"]]) for row in rows)


@pytest.fixture
def fresh(odoo_host: OdooHost) -> Iterator[Callable[[], Server]]:
    """Serves a real Odoo 19 of its own."""
    served = []

    def one() -> Server:
        database, key = odoo_host.fresh_database(template=MIGRATIONS)
        served.append(odoo_host.serve(database, key, workers=0))
        return served[-1]

    yield one
    for server in served:
        odoo_host.end(server)


def brought(folder: Path, server: Server, zygote: Zygote) -> None:
    """Run the migrations that fill the old database."""
    for story in (one for one in STORIES if one.name in BROUGHT):
        project = Project(folder / story.name, clean_environment(), zygote)
        story.copy(project.root)
        project.connect(server)
        done = project.run("run", "--json")
        assert done.code == 0, (story.name, done.out, done.err)


@pytest.fixture
def project(empty_project: Project) -> Project:
    """The sample."""
    shutil.copytree(SAMPLE, empty_project.root, dirs_exist_ok=True)
    return empty_project


def shown(text: str) -> dict[str, str]:
    """Job to what a report says became of its rows."""
    return dict(re.findall(r"^(\w+) → [\w.]+: (.*)$", text, re.MULTILINE))


def run(project: Project, *arguments: str) -> Done:
    """A run that ends well."""
    done = project.run("run", *arguments, "--json")
    assert done.code == 0, (done.out, done.err)
    return done


@pytest.mark.odoo
def test_a_company_from_one_odoo_to_another(
    fresh: Callable[[], Server], project: Project, tmp_path: Path, zygote: Zygote
) -> None:
    """All of it, once, as the page says; nothing twice; changes within seconds."""
    ends = {"old": fresh(), "main": fresh()}
    brought(tmp_path / "before", ends["old"], zygote)
    project.write("project.yaml", {"connections": {name: connection(server) for name, server in ends.items()}})
    with client(ends["old"]) as old, client(ends["main"]) as new:
        fill(old)
        begin(new)
        first = project.run("run")
        assert first.code == 0, (first.out, first.err)
        assert shown(first.out) == shown(PAGE.read_text("utf-8"))
        there, here = Copied(old), Copied(new)
        assert here.partners() == there.partners()
        assert here.pictures() == there.pictures()
        assert here.variants() == there.variants()
        assert here.prices() == there.prices()
        assert here.orders() == there.orders()
        assert here.documents() == there.documents()
        assert writes(run(project)) == {}
        assert writes(run(project, "--full-refresh")) == {}
        changes_arrive(old, new, project)
        assert here.partners() == there.partners()
        assert here.orders() == there.orders()


def changes_arrive(old: OdooClient, new: OdooClient, project: Project) -> None:
    """A partner and a line of an order are changed, a document comes: each is there after one run."""
    [partner] = old.search_read("res.partner", [["ref", "=", "C1002"]], ["id"])
    [order] = old.search_read("sale.order", [["name", "=", "WS-25-1041"]], ["order_line"])
    old.write("res.partner", [partner["id"]], {"phone": "+32 9 000 00 00"})
    old.write("sale.order", [order["id"]], {"order_line": [[1, order["order_line"][0], {"name": "Lamp, dimmable"}]]})
    text = base64.b64encode(b"Closed in August.").decode()
    more = {"name": "more.txt", "datas": text, "res_model": "res.partner", "res_id": partner["id"]}
    old.create("ir.attachment", [more])
    began = time.monotonic()
    done = run(project)
    assert time.monotonic() - began < 30, "seconds, on a machine that does other things as well"
    assert {name: done.counts(name).get("updated", 0) for name in ("partners", "orders")} == {
        "partners": 1,
        "orders": 4,  # the row of the order, and those of its lines
    }
    assert done.counts("attachments")["created"] == 1
    assert new.search_count("ir.attachment", [["name", "=", "more.txt"], ["res_model", "=", "res.partner"]]) == 1


def company_of_14(old: OdooClient) -> None:
    """A small company in an Odoo 14, as people had it there: mobile numbers, private addresses, stored products."""
    [metal] = old.create("res.partner.category", [{"name": "Metal"}])
    [gold] = old.create("res.partner.category", [{"name": "Gold", "parent_id": metal}])
    [term] = old.create("account.payment.term", [{"name": "30 Days"}])
    [ann] = old.create("res.partner", [{"name": "Ann", "ref": "A1-1", "mobile": "+32 470 11 22 33", "title": 4}])
    [azure] = old.create(
        "res.partner",
        [
            {
                "name": "Azure",
                "ref": "A1",
                "is_company": True,
                "category_id": [[6, 0, [gold]]],
                "property_payment_term_id": term,
                "country_id": old.search("res.country", [["code", "=", "BE"]])[0],
                "image_1920": PICTURE,
            }
        ],
    )
    old.write("res.partner", [ann], {"parent_id": azure})
    old.create("res.partner", [{"name": "Home", "ref": "A1-2", "parent_id": ann, "type": "private"}])
    [size] = old.create("product.attribute", [{"name": "Fit", "display_type": "radio", "create_variant": "always"}])
    fits = old.create("product.attribute.value", [{"name": name, "attribute_id": size} for name in ("Slim", "Wide")])
    [shirt] = old.create("product.template", [{"name": "Shirt of 14", "type": "product", "list_price": 19.5}])
    old.write("product.template", [shirt], {"name": "Chemise de 14"}, context={"lang": "fr_FR"})
    line = {"product_tmpl_id": shirt, "attribute_id": size, "value_ids": [[6, 0, fits]]}
    [line_id] = old.create("product.template.attribute.line", [line])
    worn = [
        {
            "product_tmpl_id": shirt,
            "attribute_line_id": line_id,
            "attribute_id": size,
            "product_attribute_value_id": one,
        }
        for one in fits
    ]
    values = old.create("product.template.attribute.value", worn)
    shirts = old.create(
        "product.product",
        [
            {
                "product_tmpl_id": shirt,
                "product_template_attribute_value_ids": [[6, 0, [one]]],
                "default_code": f"SH-{number}",
            }
            for number, one in enumerate(values)
        ],
    )
    [advice] = old.create(
        "product.product", [{"name": "Advice of 14", "type": "service", "default_code": "ADV", "list_price": 80.0}]
    )
    [prices] = old.create("product.pricelist", [{"name": "Retail of 14", "currency_id": 1}])
    item = {"pricelist_id": prices, "applied_on": "1_product", "product_tmpl_id": shirt, "compute_price": "fixed"}
    old.create("product.pricelist.item", [{**item, "fixed_price": 17.0, "min_quantity": 10}])
    order = {
        "name": "S14-1",
        "partner_id": azure,
        "partner_invoice_id": azure,
        "partner_shipping_id": ann,
        "pricelist_id": prices,
        "state": "sale",
        "invoice_status": "to invoice",
        "date_order": "2025-03-04 10:00:00",
        "amount_untaxed": 185.0,
        "company_id": 1,
    }
    [order_id] = old.create("sale.order", [order])
    unit = {"order_id": order_id, "product_uom": 1}
    lines = [
        {
            **unit,
            "sequence": 10,
            "product_id": shirts[1],
            "name": "Shirt, wide",
            "product_uom_qty": 10,
            "price_unit": 17.0,
            "discount": 0,
        },
        {
            **unit,
            "sequence": 20,
            "product_id": advice,
            "name": "Advice",
            "product_uom_qty": 0.25,
            "price_unit": 80.0,
            "discount": 25,
        },
    ]
    old.create("sale.order.line", lines)
    text = base64.b64encode(b"Signed in 2021.").decode()
    old.create("ir.attachment", [{"name": "contract.txt", "datas": text, "res_model": "res.partner", "res_id": azure}])


@pytest.mark.odoo
def test_a_company_from_odoo_14_to_19(fresh: Callable[[], Server], project: Project) -> None:
    """Over XML-RPC; what 14 calls otherwise is read by its old name and lands under its new one."""
    server = fresh()
    with odoo_14() as sandbox, client(server) as new:
        older = Server("older", sandbox.url, sandbox.db, sandbox.user, sandbox.password, sandbox.api_key)
        project.write("project.yaml", {"connections": {"old": connection(older), "main": connection(server)}})
        begin(new)
        with client(older) as old:
            company_of_14(old)
            assert old.protocol == "xmlrpc"
        run(project)
        partners = new.search_read(
            "res.partner", [["ref", "=like", "A1%"]], ["ref", "type", "phone", "parent_id"], order="ref"
        )
        assert [
            (row["ref"], row["type"], row["phone"], row["parent_id"] and row["parent_id"][1]) for row in partners
        ] == [
            ("A1", "contact", False, False),
            ("A1-1", "contact", "+32 470 11 22 33", "Azure"),
            ("A1-2", "contact", False, "Azure, Ann"),
        ]
        names = ["display_name", "default_code", "type", "is_storable", "list_price"]
        found = new.search_read(
            "product.product", [["default_code", "in", ["SH-0", "SH-1", "ADV"]]], names, order="default_code"
        )
        assert [tuple(row[name] for name in names) for row in found] == [
            ("[ADV] Advice of 14", "ADV", "service", False, 80.0),
            ("[SH-0] Shirt of 14 (Slim)", "SH-0", "consu", True, 19.5),
            ("[SH-1] Shirt of 14 (Wide)", "SH-1", "consu", True, 19.5),
        ]
        [order] = new.search_read("sale.order", [["name", "=", "S14-1"]], ["state", "amount_untaxed", "company_id"])
        assert (order["state"], order["amount_untaxed"], order["company_id"][1]) == ("sale", 185.0, "My Company (NL)")
        assert writes(run(project, "--full-refresh")) == {}
