"""The migrations of `samples/migrations` as stories: what each of them brings, and what is changed in its data."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from python_calamine import CalamineWorkbook

FOLDER = Path(__file__).parents[2] / "samples/migrations"


@dataclass(frozen=True)
class Cell:
    """A cell of `customers.csv` or `bank.db#accounts`: of the first row that has `row` in its first column."""

    table: str
    row: str
    column: str
    value: Any


@dataclass(frozen=True)
class Sum:
    """What Odoo holds adds up to what the data says.

    Attributes:
        domain: which records; `context` says whose view of them.
        of: the field that is added up over the records; without one, they are counted.
        column: of the table, or a function of its row.
    """

    model: str
    domain: Sequence[Any]
    table: str
    of: str = ""
    column: Any = None
    context: Mapping[str, Any] = field(default_factory=dict)

    def of_source(self, data: Path) -> float:
        """The sum over the table; rows without a value are none."""
        rows = rows_of(data, self.table)
        take = self.column if callable(self.column) else lambda row: row[self.column] if self.column else 1
        return round(sum(float(take(row) or 0) for row in rows), 2)

    def of_odoo(self, odoo: Any) -> float:
        """The sum over the records."""
        rows = odoo.search_read(self.model, list(self.domain), [self.of or "id"], context=dict(self.context))
        return round(sum(row[self.of] if self.of else 1 for row in rows), 2)


@dataclass(frozen=True)
class Story:
    """One migration.

    Attributes:
        jobs: what each job does in the first run.
        cell: is changed, which updates one record of the job `changes`.
        changed: the tables in which rows differ then, and how many.
        marks: columns in which Odoo notes for itself what was done.
        rows: of the source that are the record whose cell is changed.
        stays: tables to which Odoo adds rows of its own, which it keeps when what they came with is undone.
        final: what Odoo lets nobody delete, so that the first run cannot be undone: the job that says so.
        back: what must be done to records before Odoo lets them be deleted: job to the method, and the state of records
            that need it.
        writes: how many calls write in the first run, where the last ones are steps and what puts right what they did.
        refers: the jobs whose records Odoo's own traces refer to even then: they are archived.
    """

    name: str
    jobs: Mapping[str, Mapping[str, int]]
    cell: Cell
    changes: str
    changed: Mapping[str, int]
    sums: Sequence[Sum]
    stays: Sequence[str] = ()
    marks: Sequence[str] = ()
    rows: int = 1
    final: str = ""
    back: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    writes: int = 0
    refers: Sequence[str] = ()

    @property
    def alone(self) -> bool:
        """Whether undo alone does not put everything back, so that it cannot share an Odoo with those where it does."""
        return bool(self.final or self.back)

    @property
    def first(self) -> Mapping[str, Mapping[str, int]]:
        """What is counted in the first run."""
        return {name: {"read": sum(counts.values()), **counts} for name, counts in self.jobs.items()}

    @property
    def again(self) -> Mapping[str, Mapping[str, int]]:
        """What is counted when there is nothing to do."""
        return {name: idle(counts) for name, counts in self.first.items()}

    @property
    def after_change(self) -> Mapping[str, int]:
        """What is counted when one cell has changed."""
        counts = self.again[self.changes]
        return {**counts, "updated": self.rows, "unchanged": counts["unchanged"] - self.rows}

    def copy(self, folder: Path) -> None:
        """Put the project into a folder."""
        shutil.copytree(FOLDER / self.name, folder, dirs_exist_ok=True)

    def copy_data(self, folder: Path) -> None:
        """Put the data into the project's folder, as it was before anything was changed in it."""
        shutil.copytree(FOLDER / self.name / "data", folder / "data", dirs_exist_ok=True)


def rows_of(data: Path, table: str) -> list[Mapping[str, Any]]:
    """The rows of a file, of a sheet of a workbook, or of a table of a database."""
    file, _, part = table.partition("#")
    if file.endswith(".csv"):
        lines = _decoded((data / file).read_bytes()).splitlines()
        return list(csv.DictReader(lines, delimiter=";" if ";" in lines[0] else ","))
    if file.endswith(".xlsx"):
        header, *rows = CalamineWorkbook.from_path(data / file).get_sheet_by_name(part).to_python()
        return [dict(zip(header, row, strict=True)) for row in rows]
    with closing(sqlite3.connect(data / file)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {part}")]


def change(data: Path, cell: Cell) -> None:
    """Write another value into a cell."""
    file, _, part = cell.table.partition("#")
    rows = [dict(row) for row in rows_of(data, cell.table)]
    key = next(iter(rows[0]))
    if part:
        with closing(sqlite3.connect(data / file)) as connection, connection:
            statement = f"UPDATE {part} SET {cell.column} = ? WHERE {key} = ?"
            assert connection.execute(statement, [cell.value, cell.row]).rowcount == 1
        return
    row = next(row for row in rows if row[key] == cell.row)
    row[cell.column] = cell.value
    encoding = "utf-8" if _is_utf8((data / file).read_bytes()) else "cp1252"
    with (data / file).open("w", encoding=encoding, newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def jobs_of(name: str) -> Mapping[str, Mapping[str, Any]]:
    """The jobs of a migration, as their files say."""
    files = sorted((FOLDER / name / "pipelines").glob("*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in files if file.name != "project.yaml"}


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(text: bytes) -> str:
    return text.decode("utf-8" if _is_utf8(text) else "cp1252")


def idle(counts: Mapping[str, int]) -> Mapping[str, int]:
    """The counts of a run that finds everything as it is."""
    out = {name: counts[name] for name in ("read", "filtered") if name in counts}
    return {**out, "unchanged": out["read"] - out.get("filtered", 0)}


def _day(german: str) -> str:
    day, month, year = german.split(".")
    return f"{year}-{month}-{day}"


def _once(kind: str, row: Mapping[str, Any]) -> str:
    """The total of a document of a kind, which stands on each of its rows."""
    return row["total"].replace(".", "").replace(",", ".") if (row["kind"], row["pos"]) == (kind, "1") else ""


def created(rows: int) -> Mapping[str, int]:
    """A job that creates all records."""
    return {"created": rows}


# What Odoo keeps of orders that were confirmed: transfers, messages about them, and thus the articles.
DELIVERIES = (
    *("mail_message", "stock_move", "stock_picking", "stock_reference", "stock_reference_move_rel"),
    *("product_product", "product_template", "product_value", "product_taxes_rel", "product_supplier_taxes_rel"),
)
OPEN_ITEMS = (["name", "=like", "__2025/%"], ["state", "=", "posted"])
OF_OPENING = (["move_id.ref", "=", "Opening balance 2025"], ["parent_state", "=", "posted"])
DOCUMENTS = {"out_invoice": "invoice", "out_refund": "credit note", "in_invoice": "bill", "in_refund": "vendor credit"}
PARTNERS = Story(
    name="01-partners",
    jobs={
        "banks": created(7),
        "price_lists": created(4),
        "customers": created(60),
        "contacts": created(77),
        "delivery_addresses": created(20),
        "bank_accounts": created(52),
    },
    cell=Cell("customers.csv", "C1002", "phone", "+32 9 200 00 00"),
    changes="customers",
    changed={"res_partner": 1},
    sums=[
        Sum("res.partner", [["ref", "=like", "C1___"], ["is_company", "=", True]], "customers.csv"),
        Sum("res.partner", [["ref", "=like", "C1___-D%"], ["parent_id", "!=", False]], "contacts.xlsx#People"),
        Sum("res.partner", [["ref", "=like", "C1___-L"], ["type", "=", "delivery"]], "contacts.xlsx#Delivery"),
        Sum("res.partner.bank", [["partner_id.ref", "=like", "C1___"]], "bank.db#accounts"),
        Sum(
            "res.partner",
            [["specific_property_product_pricelist.name", "=", "Winkels 2025"], ["is_company", "=", True]],
            "customers.csv",
            column=lambda row: row["price_list_nl"] != "",
            context={"allowed_company_ids": [2]},
        ),
        Sum(
            "res.partner",
            [["ref", "=like", "C1___"], ["image_1920", "!=", False]],
            "customers.csv",
            column=lambda row: row["logo"] != "",
        ),
    ],
)
OF_FURNITURE = [["default_code", "=like", "F-____"]]
PRODUCTS = Story(
    name="02-products",
    jobs={"units": created(3), "taxes": created(6), "products": created(112)},
    cell=Cell("articles.db#products", "F-0003", "name_de", "Schreibtisch Aachen, Buche hell"),
    changes="products",
    changed={"product_template": 1},
    sums=[
        Sum("product.product", OF_FURNITURE, "articles.db#products", "lst_price", lambda row: row["price_cents"] / 100),
        Sum(
            "product.product",
            OF_FURNITURE,
            "articles.db#products",
            "standard_price",
            lambda row: row["cost_cents"] / 100,
        ),
        Sum(
            "product.product",
            OF_FURNITURE,
            "articles.db#products",
            "standard_price",
            lambda row: (row["cost_nl_cents"] or 0) / 100,
            {"allowed_company_ids": [2]},
        ),
        Sum("product.product", OF_FURNITURE, "articles.db#products", "weight", "weight_kg"),
        Sum(
            "product.product",
            [*OF_FURNITURE, ["taxes_id.amount", "=", 21]],
            "articles.db#products",
            "",
            lambda row: row["sale_tax"] == "21%",
        ),
        Sum(
            "product.product",
            [*OF_FURNITURE, ["barcode", "!=", False]],
            "articles.db#products",
            "",
            lambda row: bool(row["barcode"]),
        ),
        Sum(
            "product.product",
            [*OF_FURNITURE, ["image_variant_1920", "!=", False]],
            "articles.db#products",
            "",
            lambda row: bool(row["photo"]),
        ),
        Sum(
            "product.product",
            [*OF_FURNITURE, ["name", "=like", "Schreibtisch%"]],
            "articles.db#products",
            column=lambda row: (row["name_de"] or "").startswith("Schreibtisch"),
            context={"lang": "de_DE"},
        ),
    ],
    stays=["product_value"],  # the history of costs
)
OF_CLOTHES = [["default_code", "=like", "K-____"]]
VARIANTS = Story(
    name="03-variants",
    jobs={
        "attributes": created(4),
        "values": created(24),
        "articles": created(17),
        "variants": {"updated": 77},
    },
    cell=Cell("variants.csv", "K-0003", "weight_kg", "0,77"),
    changes="variants",
    changed={"product_product": 1},
    sums=[
        Sum("product.product", OF_CLOTHES, "variants.csv"),
        Sum("product.product", OF_CLOTHES, "variants.csv", "weight", lambda row: row["weight_kg"].replace(",", ".")),
        Sum("product.product", [*OF_CLOTHES, ["barcode", "!=", False]], "variants.csv"),
    ],
    stays=["product_value"],  # the history of costs
)
PRICES = Story(
    name="04-prices",
    jobs={"articles": created(18), "price_lists": created(102), "vendor_prices": created(54)},
    cell=Cell("purchase.db#vendor_prices", "7", "price_cents", 1234),
    changes="vendor_prices",
    changed={"product_supplierinfo": 1},
    sums=[
        Sum(
            "product.pricelist.item",
            [["product_tmpl_id.default_code", "=like", "P-__"]],
            "price_lists.xlsx#Prices",
            "fixed_price",
            "price",
        ),
        Sum(
            "product.pricelist.item",
            [["categ_id.name", "in", ["Paper", "Writing", "Filing"]]],
            "price_lists.xlsx#Prices",
            "percent_price",
            "discount_percent",
        ),
        Sum("product.supplierinfo", [], "purchase.db#vendor_prices", "price", lambda row: row["price_cents"] / 100),
    ],
    stays=["product_value"],  # the history of costs
)
STOCK = Story(
    name="05-stock",
    jobs={"articles": created(20), "lots": {"created": 45, "filtered": 46}, "count": created(91)},
    cell=Cell("count.csv", "N002", "counted", "777"),
    changes="count",
    changed={"stock_quant": 2},  # what was lost or found has one, too
    sums=[
        Sum(
            "stock.lot",
            [["product_id.default_code", "=like", "W-___"]],
            "articles.xlsx#Articles",
            "",
            lambda row: 3 if row["tracking"] != "none" else 0,
        ),
        Sum(
            "stock.quant",
            [["product_id.default_code", "=like", "W-___"], ["location_id.usage", "=", "internal"]],
            "count.csv",
            "quantity",
            "counted",
        ),
    ],
    stays=["product_value", "stock_move", "stock_move_line"],
    final="count",
)
BOMS = Story(
    name="06-boms",
    jobs={"articles": created(32), "work_centres": created(4), "boms": created(144)},
    cell=Cell("boms.csv", "BOM-Q-01", "quantity", "7"),
    changes="boms",
    rows=8,
    changed={"mrp_bom_line": 1},
    sums=[
        Sum("mrp.bom.line", [["bom_id.code", "=like", "BOM-Q-__"]], "boms.csv", "product_qty", "quantity"),
        Sum(
            "mrp.routing.workcenter", [["bom_id.code", "=like", "BOM-Q-__"]], "boms.csv", "time_cycle_manual", "minutes"
        ),
    ],
    stays=["product_value", "resource_resource"],  # of work centres
)
SALES = Story(
    name="07-sales",
    jobs={"customers": created(30), "articles": created(20), "orders": created(154)},
    cell=Cell("shop.db#order_lines", "2", "text", "Wall light steel, dimmable"),
    changes="orders",
    rows=3,
    changed={"sale_order_line": 1},
    sums=[
        Sum("sale.order", [["name", "=like", "WS-25-%"], ["state", "=", "sale"]], "shop.db#orders"),
        Sum(
            "sale.order.line",
            [["order_id.name", "=like", "WS-25-%"]],
            "shop.db#order_lines",
            "product_uom_qty",
            "quantity",
        ),
        Sum(
            "sale.order",
            [["name", "=like", "WS-25-%"]],
            "shop.db#orders",
            "amount_untaxed",
            lambda row: row["total_cents"] / 100,
        ),
        Sum(
            "sale.order",
            [["name", "=like", "WS-25-%"], ["date_order", ">=", "2025-02-10"], ["date_order", "<", "2025-02-20"]],
            "shop.db#orders",
            column=lambda row: "2025-02-10" <= row["ordered_at"] < "2025-02-20",
        ),
    ],
    stays=DELIVERIES,
    back={"orders": ("action_cancel", "sale")},
    writes=8,
    refers=["articles"],
)
PURCHASES = Story(
    name="08-purchases",
    jobs={"vendors": created(6), "articles": created(15), "orders": created(196)},
    cell=Cell("lines.csv", "B25-0031/4", "due", "14/03/2025"),
    changes="orders",
    rows=5,
    changed={"purchase_order_line": 1, "stock_move": 1},  # the line, and when it is expected
    sums=[
        Sum("purchase.order", [["name", "=like", "B25-%"], ["state", "=", "purchase"]], "purchase.xlsx#Orders"),
        Sum("purchase.order", [["name", "=like", "B25-%"]], "purchase.xlsx#Orders", "amount_untaxed", "total"),
        Sum("purchase.order.line", [["order_id.name", "=like", "B25-%"]], "lines.csv", "product_qty", "quantity"),
        Sum(
            "purchase.order",
            [["name", "=like", "B25-%"], ["date_approve", "<", "2025-02-01"]],
            "purchase.xlsx#Orders",
            column=lambda row: row["approved_at"] < datetime.fromisoformat("2025-02-01"),
        ),
    ],
    stays=DELIVERIES,
    back={"orders": ("button_cancel", "purchase")},
    writes=8,
    refers=["articles"],
)
INVOICES = Story(
    name="09-invoices",
    jobs={
        "partners": created(30),
        "invoices": {"created": 94, "filtered": 72},
        "bills": {"created": 72, "filtered": 94},
    },
    cell=Cell("open_items.csv", "VF2025/0003", "due", "30.06.2025"),
    changes="invoices",
    changed={"account_move": 1, "account_move_line": 1},  # when it is due: the document, and the line of what is due
    sums=[
        *(
            Sum(
                "account.move",
                [*OPEN_ITEMS, ["move_type", "=", kind]],
                "open_items.csv",
                "amount_total",
                partial(_once, named),
            )
            for kind, named in DOCUMENTS.items()
        ),
        Sum(
            "account.move.line",
            [["move_id.name", "=like", "__2025/%"], ["display_type", "=", "product"]],
            "open_items.csv",
            "quantity",
            "quantity",
        ),
        Sum(
            "account.move",
            [*OPEN_ITEMS, ["invoice_date_due", "<", "2025-03-01"]],
            "open_items.csv",
            column=lambda row: row["pos"] == "1" and _day(row["due"]) < "2025-03-01",
        ),
    ],
    marks=["is_manually_modified"],  # after it was posted
    back={"invoices": ("button_draft", "posted"), "bills": ("button_draft", "posted")},
    writes=8,
)
OPENING = Story(
    name="10-opening",
    jobs={"accounts": created(400), "opening": created(400), "trial_balance": {"unchanged": 400}},
    cell=Cell("trial_balance.csv", "2300010", "name", "Planing machine"),
    changes="accounts",
    changed={"account_account": 1},
    sums=[
        Sum("account.account", [["code", "=like", "_______"]], "trial_balance.csv"),
        Sum("account.move.line", OF_OPENING, "trial_balance.csv", "debit", lambda row: row["debit"].replace(",", ".")),
        Sum(
            "account.move.line", OF_OPENING, "trial_balance.csv", "credit", lambda row: row["credit"].replace(",", ".")
        ),
        Sum(
            "account.account",
            [["code", "=like", "23_____"]],
            "trial_balance.csv",
            "current_balance",
            lambda row: row["account"].startswith("23") and row["balance"].replace(",", "."),
        ),
    ],
    back={"opening": ("button_draft", "posted")},
    writes=4,
)
PEOPLE = Story(
    name="11-people",
    jobs={
        "departments": created(9),
        "users": created(20),
        "jobs": created(13),
        "employees": created(40),
        "heads": {"updated": 9},
    },
    cell=Cell("employees.csv", "3007", "phone", "+32 9 200 00 00"),
    changes="employees",
    changed={"hr_employee": 1, "res_partner": 1},  # the phone of the work contact, too
    sums=[
        Sum("hr.employee", [["barcode", "=like", "3___"], ["parent_id.barcode", "=like", "3___"]], "employees.csv"),
        Sum("hr.employee", [["barcode", "=like", "3___"], ["user_id", "!=", False]], "users.csv"),
        Sum("hr.department", [["manager_id.barcode", "=like", "3___"]], "organisation.xlsx#Departments"),
    ],
    # Those of users and employees: partners, pictures with their initials, versions.
    stays=["hr_version", "ir_attachment", "res_partner"],
)
HISTORY = Story(
    name="12-history",
    jobs={
        "authors": created(20),
        "stages": created(4),
        "leads": created(28),
        "letters": created(84),
        "files": created(14),
    },
    cell=Cell("crm.db#letters", "<501.1@crm.meubelwerk.example>", "subject", "Re: your visit"),
    changes="letters",
    changed={"mail_message": 1},
    sums=[
        Sum("crm.lead", [["partner_name", "!=", False]], "leads.csv", "expected_revenue", "revenue"),
        Sum(
            "mail.message",
            [["message_id", "=like", "<%@crm.meubelwerk.example>"], ["author_id", "!=", False]],
            "crm.db#letters",
        ),
        Sum("ir.attachment", [["name", "=like", "offer-5%"], ["res_model", "=", "crm.lead"]], "crm.db#files"),
    ],
)
STORIES = (
    *(PARTNERS, PRODUCTS, VARIANTS, PRICES, STOCK, BOMS, SALES, PURCHASES, INVOICES, OPENING),
    *(PEOPLE, HISTORY),
)
