"""01-partners: companies, their departments and people, delivery addresses, bank accounts, logos."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from making import names
from making.files import write_csv, write_database, write_picture, write_workbook
from making.numbers import iban, tax_number

COUNTRIES = ("BE",) * 25 + ("NL",) * 15 + ("DE",) * 20
LANGUAGES = {"BE": ("NL", "FR"), "NL": ("NL",), "DE": ("DE",)}
TERMS = ("C", "15", "30", "30", "EOM")
TAGS = ("Retailer", "Designer", "Public", "Newsletter", "Trade fair")
LOGOS = 12
# bic, name, country, how its accounts begin
BANKS = (
    ("KREDBEBB", "KBC Bank", "BE", "BE735"),
    ("GEBABEBB", "BNP Paribas Fortis", "BE", "BE001"),
    ("GKCCBEBB", "Belfius Bank", "BE", "BE068"),
    ("COBADEFF", "Commerzbank", "DE", "DE37040044"),
    ("COLSDE33", "Sparkasse KölnBonn", "DE", "DE37050198"),
    ("RABONL2U", "Rabobank", "NL", "NLRABO"),
    ("INGBNL2A", "ING Bank", "NL", "NLINGB"),
)
PRICE_LISTS = (
    {"price_list": "Retail 2025", "currency": "USD", "company": "My Company"},
    {"price_list": "Dealers 2025", "currency": "USD", "company": "My Company"},
    {"price_list": "Export", "currency": "USD", "company": ""},
    {"price_list": "Winkels 2025", "currency": "USD", "company": "My Company (NL)"},
)
DEPARTMENTS = ("Purchasing", "Accounts payable", "Workshop", "Showroom", "Management")
ROLES = ("Buyer", "Head of purchasing", "Bookkeeper", "Carpenter", "Sales assistant", "Managing director")
SCHEMA = """
CREATE TABLE banks (bic TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL);
CREATE TABLE accounts (iban TEXT PRIMARY KEY, bic TEXT NOT NULL REFERENCES banks, customer_no TEXT NOT NULL);
"""


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(1)
    customers = _customers(chance)
    (folder / "logos").mkdir(exist_ok=True)
    for seed, customer in enumerate(row for row in customers if row["logo"]):
        write_picture(folder / "logos" / customer["logo"], seed)
    write_csv(folder / "customers.csv", customers, encoding="cp1252")
    write_csv(folder / "price_lists.csv", PRICE_LISTS)
    sheets = {"People": _people(chance, customers), "Delivery": _deliveries(chance, customers)}
    write_workbook(folder / "contacts.xlsx", sheets)
    banks = [bank[:3] for bank in BANKS]
    write_database(folder / "bank.db", SCHEMA, {"banks": banks, "accounts": _accounts(chance, customers)})


def _customers(chance: random.Random) -> list[dict[str, Any]]:
    called = names.distinct(lambda: names.company(chance, chance.choice(COUNTRIES)), 400)
    return [_customer(chance, number, called) for number in range(len(COUNTRIES))]


def _customer(chance: random.Random, number: int, called: list[str]) -> dict[str, Any]:
    country = COUNTRIES[number]
    name = next(one for one in called if one.endswith(names.FORMS[country]))
    called.remove(name)
    street, code, town = names.address(chance, country)
    site = f"{names.plain(name.rsplit(' ', 1)[0])}.{country.lower()}"
    return {
        "customer_no": f"C{1001 + number}",
        "name": name,
        "street": street,
        "zip": code,
        "town": town,
        "country": country,
        "tax_number": tax_number(chance, country),
        "language": chance.choice(LANGUAGES[country]),
        "terms": chance.choice(TERMS),
        "price_list": chance.choice(("Retail 2025", "Dealers 2025", "Export", "")),
        "price_list_nl": chance.choice(("Winkels 2025", "", "")) if country == "NL" else "",
        "tags": ", ".join(sorted(chance.sample(TAGS, chance.randrange(4)))),
        "email": f"info@{site}",
        "phone": names.phone(chance, country),
        "logo": f"{names.plain(name)}.png" if number % 5 == 0 and number < LOGOS * 5 else "",
    }


def _people(chance: random.Random, customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Departments of every second company, people in each of them, shuffled: parents may come later."""
    rows = []
    for customer in customers[::2]:
        department = f"{customer['customer_no']}-D"
        rows.append(_contact(department, customer["customer_no"], chance.choice(DEPARTMENTS), "", customer))
        for number in range(1, chance.randrange(2, 4)):
            name = names.person(chance)
            rows.append(_contact(f"{department}{number}", department, name, chance.choice(ROLES), customer))
    chance.shuffle(rows)
    return rows


def _contact(no: str, of: str, name: str, role: str, customer: dict[str, Any]) -> dict[str, Any]:
    domain = customer["email"].partition("@")[2]
    email = f"{names.plain(name)}@{domain}" if role else ""
    return {"contact_no": no, "belongs_to": of, "name": name, "role": role, "email": email}


def _deliveries(chance: random.Random, customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for customer in customers[::3]:
        street, code, town = names.address(chance, customer["country"])
        place = {"address_no": f"{customer['customer_no']}-L", "customer_no": customer["customer_no"]}
        where = {"street": street, "zip": code, "town": town, "country": customer["country"]}
        rows.append({**place, "name": f"Warehouse {town}", **where})
    return rows


def _accounts(chance: random.Random, customers: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    rows = []
    for customer in customers:
        for _ in range(chance.randrange(3)):
            bic, _, _, beginning = chance.choice([bank for bank in BANKS if bank[2] == customer["country"]])
            rows.append((iban(chance, beginning), bic, customer["customer_no"]))
    return rows
