"""10-opening: a trial balance of 400 accounts on the last day of the old books."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making.files import write_csv

# first account, how many, kind, side, what they are called
PARTS = (
    ("1000000", 8, "equity", "credit", "Capital"),
    ("1400000", 6, "equity", "credit", "Reserves"),
    ("1700000", 24, "long-term debt", "credit", "Loan"),
    ("2200000", 34, "fixed asset", "debit", "Land and buildings"),
    ("2300000", 58, "fixed asset", "debit", "Machine"),
    ("2400000", 42, "fixed asset", "debit", "Vehicle"),
    ("2500000", 30, "fixed asset", "debit", "Office equipment"),
    ("2800000", 40, "fixed asset", "credit", "Depreciation"),
    ("3000000", 46, "current asset", "debit", "Stock"),
    ("3400000", 22, "current asset", "debit", "Goods in process"),
    ("4160000", 26, "current asset", "debit", "Claim"),
    ("4500000", 28, "debt", "credit", "Debt"),
    ("4900000", 14, "prepaid", "debit", "Paid in advance"),
    ("5500000", 18, "bank", "debit", "Bank account"),
    ("5700000", 4, "bank", "debit", "Cash desk"),
)
LAST_DAY = "31/12/2024"


def make(folder: Path) -> None:
    """Write the file. What is missing between debit and credit is the first account of capital."""
    chance = random.Random(10)
    rows = [row for part in PARTS for row in _accounts(chance, part)]
    rows[0].update(debit=0, credit=0)
    rows[0]["credit"] = round(sum(row["debit"] - row["credit"] for row in rows), 2)
    write_csv(folder / "trial_balance.csv", [_written(row) for row in rows], encoding="cp1252")


def _accounts(chance: random.Random, part: tuple[str, int, str, str, str]) -> Iterator[dict[str, Any]]:
    first, count, kind, side, name = part
    for number in range(count):
        cents = round(10 ** chance.uniform(4, 6.6))
        yield {
            "account": str(int(first) + number * 10),
            "name": f"{name} {number + 1}",
            "kind": kind,
            "remark": chance.choice(("", "", "", "agreed with the auditor", "see file")),
            "debit": cents / 100 if side == "debit" else 0,
            "credit": cents / 100 if side == "credit" else 0,
        }


def _written(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers with commas; the side on which nothing stands is empty, the balance is not."""
    balance = row["debit"] - row["credit"]
    sides = {side: f"{row[side]:.2f}".replace(".", ",") if row[side] else "" for side in ("debit", "credit")}
    return {**row, **sides, "day": LAST_DAY, "balance": f"{balance:.2f}".replace(".", ",")}
