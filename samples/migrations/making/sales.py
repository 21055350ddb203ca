"""07-sales: open orders of a web shop with their lines, as its database has them."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

from making import names
from making.files import write_database

# article, price in cents
ARTICLES = (
    ("Desk lamp brass", 8900), ("Floor lamp oak", 18900), ("Pendant lamp glass", 24500), ("Wall light steel", 6450),
    ("Bookshelf ash", 32000), ("Side table walnut", 21500), ("Stool beech", 7900), ("Bench oak", 45900),
    ("Wool blanket", 11900), ("Cushion linen", 3950), ("Rug 140 x 200", 38900), ("Curtain 250 cm", 14900),
    ("Coat rack", 9900), ("Umbrella stand", 5450), ("Mirror round", 12500), ("Clock station", 8450),
    ("Vase stoneware", 4290), ("Candle holder", 2490), ("Tray birch", 3350), ("Picture frame A3", 1990),
)  # fmt: skip
COUNTRIES = ("BE", "BE", "NL", "DE")
TERMS = ("Immediate Payment", "15 Days", "30 Days", "30 Days", "45 Days")
REMARKS = ("", "", "", "Please ring at the back door", "Deliver after 10 o'clock", "Gift: no prices on papers")
CUSTOMERS = 30
ORDERS = 60
FIRST_DAY = dt.datetime(2025, 2, 3, 8, tzinfo=dt.UTC)
SCHEMA = """
CREATE TABLE customers (
    customer_no TEXT PRIMARY KEY, name TEXT NOT NULL, street TEXT, zip TEXT, town TEXT, country TEXT, email TEXT
);
CREATE TABLE articles (sku TEXT PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER NOT NULL);
CREATE TABLE orders (
    order_no TEXT PRIMARY KEY, customer_no TEXT NOT NULL REFERENCES customers, their_no TEXT, ordered_at TEXT NOT NULL,
    deliver_on TEXT NOT NULL, terms TEXT NOT NULL, remark TEXT, total_cents INTEGER NOT NULL
);
CREATE TABLE order_lines (
    id INTEGER PRIMARY KEY, order_no TEXT NOT NULL REFERENCES orders, pos INTEGER NOT NULL,
    sku TEXT NOT NULL REFERENCES articles, text TEXT NOT NULL, quantity REAL NOT NULL, price_cents INTEGER NOT NULL,
    discount REAL NOT NULL
);
"""


def make(folder: Path) -> None:
    """Write the database. What was agreed with a customer differs from today's price, here and there."""
    chance = random.Random(7)
    called = names.distinct(lambda: names.person(chance), CUSTOMERS)
    customers = [_customer(chance, number, name) for number, name in enumerate(called, 1)]
    articles = [(f"H-{number:02}", name, cents) for number, (name, cents) in enumerate(ARTICLES, 1)]
    lines = [line for number in range(ORDERS) for line in _lines(chance, _order_no(number), articles)]
    orders = [_order(chance, number, customers, lines) for number in range(ORDERS)]
    numbered = [(number, *line) for number, line in enumerate(lines, 1)]
    tables = {"customers": customers, "articles": articles, "orders": orders, "order_lines": numbered}
    write_database(folder / "shop.db", SCHEMA, tables)


def _order_no(number: int) -> str:
    return f"WS-25-{1041 + number * 3}"


def _customer(chance: random.Random, number: int, name: str) -> tuple[str, ...]:
    country = chance.choice(COUNTRIES)
    street, code, town = names.address(chance, country)
    return f"W{number:03}", name, street, code, town, country, f"{names.plain(name)}@mail.example"


def _lines(chance: random.Random, order_no: str, articles: list[Any]) -> list[tuple[Any, ...]]:
    some = chance.sample(articles, chance.choice((1, 1, 2, 3, 4, 5)))
    return [
        (
            *(order_no, pos * 10, sku, f"{name}, as shown" if chance.random() < 0.2 else name),
            *(chance.choice((1, 1, 2, 4, 6)), round(cents * chance.choice((1, 1, 0.95))), chance.choice((0, 0, 0, 10))),
        )
        for pos, (sku, name, cents) in enumerate(some, 1)
    ]


def _order(chance: random.Random, number: int, customers: list[Any], lines: list[Any]) -> tuple[Any, ...]:
    """An order; its total is that of its lines, rounded line by line."""
    order_no = _order_no(number)
    day = FIRST_DAY + dt.timedelta(hours=number * 11, minutes=chance.randrange(60))
    delivery = (day + dt.timedelta(days=chance.randrange(10, 60))).replace(hour=10, minute=0)
    total = sum(round(line[4] * line[5] * (100 - line[6]) / 100) for line in lines if line[0] == order_no)
    theirs = f"PO {chance.randrange(1000, 9999)}" if chance.random() < 0.4 else ""
    who, when = customers[number * 7 % CUSTOMERS][0], [f"{one:%Y-%m-%d %H:%M:%S}" for one in (day, delivery)]
    return order_no, who, theirs, *when, chance.choice(TERMS), chance.choice(REMARKS), total
