"""09-invoices: open invoices, bills and credit notes with their lines, as a bookkeeping program lists them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making import names
from making.files import write_csv, write_workbook

# kind, how its number begins, of whom (customers, suppliers), how many
KINDS = (
    ("invoice", "VF", "C", 30),
    ("credit note", "VC", "C", 8),
    ("bill", "AF", "S", 24),
    ("vendor credit", "AC", "S", 6),
)
# what is sold or bought, account of the chart that Odoo brings
WORK = {
    "C": tuple((text, "400000") for text in ("Kitchen, part payment", "Fitting, hours", "Transport", "Oak top")),
    "S": tuple((text, "600000") for text in ("Timber", "Electricity", "Lease of van", "Small tools")),
}
COUNTRIES = ("BE", "BE", "NL", "DE")
PARTNERS = {"C": 20, "S": 10}
# code of a tax: S for sales, P for purchases
TAXES = {"S15": 0.15, "S0": 0.0, "P15": 0.15, "P0": 0.0}
LAST_DAY = dt.date(2025, 3, 31)


def make(folder: Path) -> None:
    """Write the files: in Windows-1252, with commas in numbers, as such programs do."""
    chance = random.Random(9)
    partners = [_partner(chance, letter, number) for letter in PARTNERS for number in range(1, PARTNERS[letter] + 1)]
    write_workbook(folder / "partners.xlsx", {"Partners": partners})
    rows = [row for kind in KINDS for number in range(kind[3]) for row in _document(chance, kind, number, partners)]
    write_csv(folder / "open_items.csv", rows, encoding="cp1252")


def _partner(chance: random.Random, letter: str, number: int) -> dict[str, Any]:
    country = chance.choice(COUNTRIES)
    street, code, town = names.address(chance, country)
    place = {"street": street, "zip": code, "town": town, "country": country}
    return {"account": f"{letter}{40000 + number}", "name": names.company(chance, country), **place}


def _document(chance: random.Random, kind: Any, number: int, partners: list[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a document; its total and what it is about stand on each of them, as in every such list."""
    name, beginning, letter, _ = kind
    day = LAST_DAY - dt.timedelta(days=chance.randrange(3, 88))
    due = day if "credit" in name else day + dt.timedelta(days=chance.choice((8, 14, 30, 30, 45)))
    of_kind = [one["account"] for one in partners if one["account"].startswith(letter)]
    head = {
        "document_no": f"{beginning}2025/{number + 1:04}",
        "kind": name,
        "account": of_kind[number * 7 % len(of_kind)],
        "their_no": f"{chance.randrange(25000, 25999)}" if letter == "S" else "",
        "date": f"{day:%d.%m.%Y}",
        "due": f"{due:%d.%m.%Y}",
        "about": chance.choice(("Château de Modave", "Café Zoë", "Works Aachen", "Own workshop")),
    }
    lines = [_line(chance, letter, pos) for pos in range(1, chance.choice((1, 2, 2, 3, 4)) + 1)]
    total = sum(line["quantity"] * line["price"] * (1 + TAXES[line["tax"]]) for line in lines)
    for line in lines:
        yield {**head, **line, "price": _number(line["price"]), "total": _number(total)}


def _line(chance: random.Random, letter: str, pos: int) -> dict[str, Any]:
    text, account = chance.choice(WORK[letter])
    price = chance.randrange(5, 400) * 5 + chance.choice((0, 0.2, 0.4, 0.6))
    tax = {"C": "S", "S": "P"}[letter] + chance.choice(("15", "15", "15", "0"))
    what = {"pos": pos, "text": text, "ledger_account": account}
    return {**what, "quantity": chance.choice((1, 1, 2, 8)), "price": round(price, 2), "tax": tax}


def _number(value: float) -> str:
    """A number as such programs write it: 1.234,50."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
