"""08-purchases: open orders with vendors: a workbook of orders, and a file of their lines."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making import names
from making.files import write_csv, write_workbook

# article, unit, price
ARTICLES = (
    ("Oak board 27 mm", "m", 18.4), ("Beech board 27 mm", "m", 12.2), ("Plywood 18 mm", "Units", 34.5),
    ("Veneer walnut", "m", 9.8), ("Glass pane 6 mm", "Units", 41.0), ("Hinge brass", "Units", 2.35),
    ("Drawer runner 450", "Units", 7.6), ("Wood screws 4 x 40", "Units", 0.06), ("Wood glue", "kg", 6.9),
    ("Hard wax oil", "L", 24.8), ("Sandpaper 120", "Units", 0.85), ("Steel leg 720", "Units", 14.5),
    ("Castor 75 mm", "Units", 5.2), ("Felt glider", "Units", 0.22), ("Packing board", "kg", 1.15),
)  # fmt: skip
VENDORS = (
    ("Houthandel Van der Meulen BV", "NL"), ("Sägewerk Hoffmann GmbH", "DE"), ("Quincaillerie Renard SRL", "BE"),
    ("Beslag Peeters NV", "BE"), ("Glas Krüger OHG", "DE"), ("Verfgroothandel Willems B.V.", "NL"),
)  # fmt: skip
ORDERS = 50
FIRST_DAY = dt.datetime(2025, 1, 13, 9, tzinfo=dt.UTC).replace(tzinfo=None)


def make(folder: Path) -> None:
    """Write the files. What is on order comes in one or several deliveries."""
    chance = random.Random(8)
    articles = [
        {"sku": f"T-{number:02}", "name": name, "unit": unit} for number, (name, unit, _) in enumerate(ARTICLES, 1)
    ]
    write_csv(folder / "articles.csv", articles)
    vendors = [_vendor(chance, number, *vendor) for number, vendor in enumerate(VENDORS, 1)]
    orders = [_order(chance, number, vendors) for number in range(1, ORDERS + 1)]
    lines = [line for order in orders for line in _lines(chance, order)]
    for order in orders:
        mine = [line for line in lines if line["order"] == order["order_no"]]
        order["total"] = round(sum(round(line["quantity"] * float(line["price"]), 2) for line in mine), 2)
    chance.shuffle(lines)
    write_workbook(folder / "purchase.xlsx", {"Vendors": vendors, "Orders": orders})
    write_csv(folder / "lines.csv", lines)


def _vendor(chance: random.Random, number: int, name: str, country: str) -> dict[str, Any]:
    street, code, town = names.address(chance, country)
    place = {"street": street, "zip": code, "town": town, "country": country}
    return {"vendor_no": f"V{number:02}", "name": name, **place, "days": chance.choice((7, 14, 21))}


def _order(chance: random.Random, number: int, vendors: list[Any]) -> dict[str, Any]:
    """An order; it was approved some hours or days after it had been written."""
    vendor = chance.choice(vendors)
    written = FIRST_DAY + dt.timedelta(hours=number * 17, minutes=chance.randrange(60))
    return {
        "order_no": f"B25-{number:04}",
        "vendor_no": vendor["vendor_no"],
        "their_no": f"AB{chance.randrange(10000, 99999)}",
        "ordered_at": written,
        "approved_at": written + dt.timedelta(hours=chance.randrange(1, 50)),
        "buyer_note": chance.choice(("", "", "By telephone with the works", "Price of last year confirmed")),
    }


def _lines(chance: random.Random, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    some = chance.sample(range(len(ARTICLES)), chance.randrange(1, 6))
    for pos, number in enumerate(some, 1):
        name, unit, price = ARTICLES[number]
        due = order["approved_at"] + dt.timedelta(days=chance.choice((10, 14, 30)))
        yield {
            "line_no": f"{order['order_no']}/{pos}",
            "order": order["order_no"],
            "pos": pos * 10,
            "sku": f"T-{number + 1:02}",
            "text": name,
            "quantity": chance.choice((5, 10, 25, 100, 200)),
            "unit": unit,
            "price": f"{price * chance.choice((1, 1, 0.9)):.2f}",
            "due": f"{due:%d/%m/%Y}",
        }
