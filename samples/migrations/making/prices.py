"""04-prices: price lists with prices by quantity and discounts on categories, prices of vendors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making.files import write_csv, write_database, write_workbook

CATEGORIES = ("Paper", "Writing", "Filing")
ARTICLES = tuple(
    (name, category)
    for category, some in zip(
        CATEGORIES,
        (
            ("Copy paper A4 80 g", "Copy paper A3 80 g", "Envelopes C5", "Notebook squared", "Sticky notes", "Ledger"),
            ("Ball-point pen blue", "Fineliner black", "Highlighter yellow", "Pencil HB", "Fountain pen", "Chalk"),
            ("Lever arch file", "Suspension file", "Document wallet", "Hole punch", "Index A-Z", "Archive box"),
        ),
        strict=True,
    )
    for name in some
)
LISTS = ("Schools", "Offices", "Resellers", "Spring offer")
VENDORS = ("Papierfabrik Düren GmbH", "De Inktpot BV", "Papeterie Ardennaise SRL")
SCHEMA = """
CREATE TABLE vendor_prices (
    id INTEGER PRIMARY KEY, vendor TEXT NOT NULL, sku TEXT NOT NULL, their_code TEXT, from_quantity REAL NOT NULL,
    price_cents INTEGER NOT NULL, days INTEGER NOT NULL, valid_from TEXT
);
"""


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(4)
    articles = [
        {"sku": f"P-{number:02}", "name": name, "category": category, "price": chance.randrange(90, 2900) / 100}
        for number, (name, category) in enumerate(ARTICLES, 1)
    ]
    write_csv(folder / "articles.csv", articles)
    write_workbook(folder / "price_lists.xlsx", {"Prices": list(_prices(chance, articles))})
    rows = [(number, *row) for number, row in enumerate(_vendor_prices(chance, articles), 1)]
    write_database(folder / "purchase.db", SCHEMA, {"vendor_prices": rows})


def _prices(chance: random.Random, articles: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each list has articles with prices from one or several quantities, and a category with a discount."""
    for name in LISTS:
        for article in chance.sample(articles, 12):
            for step, quantity in enumerate((1, 10, 100)[: chance.randrange(1, 4)]):
                price = round(article["price"] * (0.95 - 0.08 * step), 2)
                yield _price(name, sku=article["sku"], from_quantity=quantity, price=price)
        yield _price(name, category=chance.choice(CATEGORIES), discount_percent=chance.choice((5, 7.5, 12)))


def _price(name: str, **cells: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("sku", "category", "from_quantity", "price", "discount_percent"), "")
    return {"price_list": name, "currency": "USD", **empty, **cells}


def _vendor_prices(chance: random.Random, articles: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for article in articles:
        for vendor in chance.sample(VENDORS, 2):
            code = f"{vendor[:2].upper()}{chance.randrange(1000, 9999)}"
            for step, quantity in enumerate((1, 50)[: chance.randrange(1, 3)]):
                cents = round(article["price"] * chance.uniform(50, 65) * (1 - step / 10))
                yield vendor, article["sku"], code, quantity, cents, chance.choice((3, 7, 14)), "2025-01-01"
