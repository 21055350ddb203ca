"""02-products: furniture: categories, units, taxes, costs of two companies, barcodes, pictures, three languages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making.files import write_csv, write_database, write_picture
from making.numbers import barcode

UNITS = (
    {"unit": "Box of 12", "contains": 12, "of": "Units"},
    {"unit": "Pair", "contains": 2, "of": "Units"},
    {"unit": "Roll of 25 m", "contains": 25, "of": "m"},
)
TAXES = tuple({"tax": f"{rate}%", "kind": kind, "rate": rate} for kind in ("sale", "purchase") for rate in (21, 12, 6))
# category, unit, English, French, German, photo
KINDS = (
    ("Furniture / Tables / Desks", "Units", "Desk", "Bureau", "Schreibtisch", True),
    ("Furniture / Tables / Meeting tables", "Units", "Meeting table", "Table de réunion", "Besprechungstisch", True),
    ("Furniture / Chairs / Office chairs", "Units", "Office chair", "Chaise de bureau", "Bürostuhl", True),
    ("Furniture / Chairs / Stools", "Pair", "Stool", "Tabouret", "Hocker", False),
    ("Furniture / Storage", "Units", "Cupboard", "Armoire", "Schrank", True),
    ("Lighting / Lamps", "Units", "Desk lamp", "Lampe de bureau", "Schreibtischlampe", False),
    ("Lighting / Accessories", "Box of 12", "Light bulb", "Ampoule", "Glühbirne", False),
    ("Fabrics / Upholstery", "Roll of 25 m", "Upholstery fabric", "Tissu d'ameublement", "Möbelstoff", False),
)
# English, French, German
LOOKS = (
    ("oak", "chêne", "Eiche"), ("beech", "hêtre", "Buche"), ("walnut", "noyer", "Nussbaum"), ("white", "blanc", "weiß"),
    ("black", "noir", "schwarz"), ("grey", "gris", "grau"), ("sea green", "vert mer", "Seegrün"),
)  # fmt: skip
SERIES = ("Bruges", "Aachen")
FIRST_BARCODE = 541_000_412_000
SCHEMA = """
CREATE TABLE products (
    sku TEXT PRIMARY KEY, name TEXT NOT NULL, name_fr TEXT, name_de TEXT, category TEXT NOT NULL, unit TEXT NOT NULL,
    barcode TEXT UNIQUE, price_cents INTEGER NOT NULL, cost_cents INTEGER NOT NULL, cost_nl_cents INTEGER,
    weight_kg REAL, sale_tax TEXT NOT NULL, purchase_tax TEXT NOT NULL, photo TEXT
);
"""


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(2)
    products = list(_products(chance))
    (folder / "photos").mkdir(exist_ok=True)
    for seed, photo in enumerate(sorted({product["photo"] for product in products if product["photo"]})):
        write_picture(folder / "photos" / photo, seed + 100)
    write_csv(folder / "units.csv", UNITS)
    write_csv(folder / "taxes.csv", TAXES)
    write_database(folder / "articles.db", SCHEMA, {"products": [tuple(product.values()) for product in products]})


def _products(chance: random.Random) -> Iterator[dict[str, Any]]:
    number = 0
    for category, unit, *called, has_photo in KINDS:
        for look in LOOKS:
            for series in SERIES:
                number += 1
                names = [f"{name} {series}, {colour}" for name, colour in zip(called, look, strict=True)]
                photo = f"{number:04}.png" if has_photo and series == "Bruges" else None
                yield {**_product(chance, number, names), "category": category, "unit": unit, "photo": photo}


def _product(chance: random.Random, number: int, names: list[str]) -> dict[str, Any]:
    price = chance.randrange(990, 89_900, 10)
    cost = round(price * chance.uniform(0.4, 0.7))
    tax = chance.choice(("21%", "21%", "21%", "12%", "6%"))
    return {
        "sku": f"F-{number:04}",
        "name": names[0],
        "name_fr": names[1],
        "name_de": names[2] if number % 9 else None,
        "category": "",
        "unit": "",
        "barcode": barcode(FIRST_BARCODE + number) if number % 8 else None,
        "price_cents": price,
        "cost_cents": cost,
        "cost_nl_cents": cost + chance.randrange(10, 500) if number % 3 else None,
        "weight_kg": round(chance.uniform(0.2, 45), 2),
        "sale_tax": tax,
        "purchase_tax": tax,
        "photo": None,
    }
