"""Make the sample data: `python samples/make_samples.py [FOLDER]`. Seeded: the same files every time.

The data is slightly nasty on purpose, as exports are: see `BAD_LINES` for what must be rejected, and `partners`
for what must not.
"""

from __future__ import annotations

import csv
import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

PARTNERS = 2400
PRODUCTS = 600

COLUMNS = (
    "customer_no", "name", "kind", "street", "zip", "city", "country", "state", "email", "phone", "website", "tags",
    "latitude", "longitude", "customer_since", "address_type", "blocked", "credit_limit", "note",
)  # fmt: skip

# city, zip, country, state (its code in Odoo, or none), latitude, longitude
PLACES = (
    ("Dresden", "01067", "DE", "DE-SN", 51.0504, 13.7373),
    ("Köln", "50667", "DE", "DE-NW", 50.9375, 6.9603),
    ("München", "80331", "DE", "DE-BY", 48.1351, 11.582),
    ("Freiburg im Breisgau", "79098", "DE", "DE-BW", 47.999, 7.8421),
    ("Zürich", "8001", "CH", "ZH", 47.3769, 8.5417),
    ("Genève", "1204", "CH", "GE", 46.2044, 6.1432),
    ("Besançon", "25000", "FR", "", 47.2378, 6.0241),
    ("Orléans", "45000", "FR", "", 47.903, 1.9093),
    ("L'Haÿ-les-Roses", "94240", "FR", "", 48.7792, 2.3376),
    ("Málaga", "29001", "ES", "MA", 36.7213, -4.4214),
    ("Barcelona", "08001", "ES", "B", 41.3851, 2.1734),
    ("Łódź", "90-001", "PL", "", 51.7592, 19.456),
    ("Milano", "20121", "IT", "MI", 45.4642, 9.19),
    ("København", "1050", "DK", "", 55.6761, 12.5683),
    ("Boston", "02108", "US", "MA", 42.3601, -71.0589),
    ("San José", "95113", "US", "CA", 37.3382, -121.8863),
    ("São Paulo", "01001-000", "BR", "SP", -23.5505, -46.6333),
    ("Windhoek", "10005", "NA", "", -22.5609, 17.0658),  # NA is Namibia, not a missing value
)

FIRST = (
    "Anaïs", "Björn", "Chloé", "Dörte", "Élodie", "François", "Grażyna", "Håkon", "Íñigo", "Jürgen", "Søren", "Zoë",
    "Ana", "Ben", "Carla", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Leo", "Mia", "Nils",
)  # fmt: skip
LAST = (
    "Müller", "O'Connor", "Dvořák", "Ångström", "García-Pérez", "Lefèvre", "Wiśniewski", "Großmann", "D'Angelo",
    "Núñez", "Sørensen", "Yıldız", "Schmidt", "Rossi", "Martin", "Silva", "Jensen", "Weber", "Keller", "Null",
)  # fmt: skip
BRANCH = (
    "Bäckerei", "Möbelhaus", "Café", "Elektro", "Gärtnerei", "Druckerei", "Optik", "Sägewerk", "Imprimerie", "Librería"
)  # fmt: skip
LEGAL = ("GmbH", "AG", "& Söhne KG", "S.A.", "SARL", "S.r.l.", "Sp. z o.o.", "Inc.", 'e.K. "Nord"', "; Partner mbB")
STREETS = ("Hauptstraße", "Rue de l'Église", "Calle Mayor", "Via Roma", "Åboulevard", "Main Street", "Ul. Długa")
NOTES = (
    "Prefers calls before noon.",
    "Delivers to the back door;\nring twice.",
    "Zahlt per Lastschrift.\nRechnung an die Zentrale.\nKeine Teillieferungen.",
    "Café crème, s'il vous plaît",
    "NA",
)

TAGS = (
    ("Key account", 1), ("Retail", 2), ("Wholesale", 3), ("Öffentliche Hand", 4), ("Café & Bar", 5), ("Newsletter", 6),
    ("Überweisung", 7), ("Export; EU", 8), ("Export; overseas", 9), ("1e5 club", 10), ("NA", 11), ("Do not call", 0),
)  # fmt: skip

# What is wrong with a row: where it goes in the file, and what its cells become.
BAD_ROWS = {
    120: {"country": "XX"},  # no such country
    333: {"name": ""},  # a required value is missing
    512: {"latitude": "52°31'"},  # no number
    777: {"customer_since": "31.02.2021"},  # no such day
    901: {"address_type": "billing"},  # not among the values that Odoo allows
    1205: {"kind": "X"},  # not in the job's map
    1500: {"state": "ZZ", "country": "US"},  # no such state in that country
    1731: {"tags": "Retail|No such tag"},
    2048: {"customer_no": ""},  # the key is missing
}
TOO_FEW_CELLS, TOO_MANY_CELLS, REPEATED = 640, 1900, 2200


def number(value: float, digits: int) -> str:
    """A number as the German export writes it: 1.234,50."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def partner(position: int, chance: random.Random) -> dict[str, str]:
    """One regular row."""
    city, zip_code, country, state, latitude, longitude = chance.choice(PLACES)
    company = chance.random() < 0.4
    person = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    name = f"{chance.choice(BRANCH)} {chance.choice(LAST)} {chance.choice(LEGAL)}" if company else person
    house = f"{chance.choice(STREETS)} {chance.randint(1, 180)}"
    return {
        "customer_no": f"{position * 7:07}",
        "name": name,
        "kind": "B" if company else chance.choice(("P", "P", "")),
        "street": f"{house}\nHinterhaus, 2. OG" if chance.random() < 0.05 else house,
        "zip": zip_code,
        "city": city,
        "country": country if chance.random() < 0.95 else f" {country.lower()}",
        "state": state,
        "email": f"Kunde.{position}@Example.ORG " if chance.random() < 0.9 else "",
        "phone": f"+49  351 {chance.randint(100000, 999999)}",
        "website": f"https://www.example.org/{position}" if company else "",
        "tags": "|".join(sorted(name for name, _ in chance.sample(TAGS, chance.choice((0, 1, 1, 2, 3))))),
        "latitude": number(latitude + chance.randint(-99, 99) / 10000, 4),
        "longitude": number(longitude + chance.randint(-99, 99) / 10000, 4),
        "customer_since": f"{chance.randint(1, 28):02}.{chance.randint(1, 12):02}.{chance.randint(1995, 2025)}",
        "address_type": chance.choice(("contact", "invoice", "delivery", "other", "")),
        "blocked": chance.choice(("0", "0", "0", "0", "0", "1", "")),
        "credit_limit": number(chance.choice((0, 250, 1250, 12500, 1250000)) + chance.choice((0, 0.5)), 2),
        "note": chance.choice(NOTES) if chance.random() < 0.3 else "",
    }


def partners(chance: random.Random) -> Iterator[list[str]]:
    """All lines after the header, bad ones included."""
    rows = [partner(position, chance) for position in range(1, PARTNERS + 1)]
    rows[0]["name"] = "NA"
    rows[1]["name"] = "null"
    rows[2]["customer_no"] = "0001E5"
    for position, cells in BAD_ROWS.items():
        rows[position] |= cells
    for position, row in enumerate(rows):
        cells = [row[column] for column in COLUMNS]
        if position == TOO_FEW_CELLS:
            yield cells[:6]
        elif position == TOO_MANY_CELLS:
            yield [*cells, "an unquoted; delimiter"]
        elif position == REPEATED:
            yield [rows[7][column] for column in COLUMNS]  # the export contains this customer twice
        else:
            yield cells


def products(chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Rows of the products table; every eighth has been discontinued."""
    for position in range(1, PRODUCTS + 1):
        category = chance.randint(1, len(CATEGORIES))
        parent, name = CATEGORIES[category - 1]
        kind = "service" if parent == "Dienstleistung" else "goods"
        cents = chance.randint(99, 250_000)
        yield (
            f"{position * 13:06}",
            f"{name} {chance.choice(('Basic', 'Größe L', 'Größe XL', 'Édition noire', 'Pro', '½ l'))} {position}",
            category,
            kind,
            cents,
            round(cents * 0.6 / 100, 2),
            None if kind == "service" else chance.randint(1, 9000) / 100,
            "Hours" if kind == "service" else "Units",
            chance.random() < 0.9,
            None if chance.random() < 0.5 else f"{name}: “{chance.choice(NOTES)}”",
            f"20{chance.randint(15, 25)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            position % 8 == 0,
        )


CATEGORIES = tuple(
    (parent, name)
    for parent, names in {
        "Möbel": ("Stühle", "Tische", "Regale"),
        "Küche": ("Töpfe", "Gläser", "Messer & Bretter"),
        "Büro": ("Papier", "Stifte", "Zubehör"),
        "Dienstleistung": ("Montage", "Beratung"),
    }.items()
    for name in names
)

SCHEMA = """
CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    parent TEXT
);
CREATE TABLE products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    category_id INTEGER NOT NULL REFERENCES categories (id),
    kind TEXT NOT NULL,
    price_cents INTEGER NOT NULL,
    cost REAL NOT NULL,
    weight_kg REAL,
    unit TEXT NOT NULL,
    for_sale BOOLEAN NOT NULL,
    description TEXT,
    listed_on DATE NOT NULL,
    discontinued BOOLEAN NOT NULL
) WITHOUT ROWID;
"""


def write_shop(path: Path, chance: random.Random) -> None:
    """Write the SQLite database anew."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    leaves = [(position, name, parent) for position, (parent, name) in enumerate(CATEGORIES, 1)]
    roots = [(100 + position, parent, None) for position, parent in enumerate(dict(CATEGORIES))]
    connection.executemany("INSERT INTO categories VALUES (?, ?, ?)", leaves + roots)
    connection.executemany(f"INSERT INTO products VALUES ({', '.join('?' * 12)})", products(chance))
    connection.commit()
    connection.close()


def main(folder: Path) -> None:
    """Write every sample into `folder`."""
    with (folder / "partners.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(partners(random.Random(19)))
    with (folder / "partner_tags.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerows([("tag", "color"), *TAGS])
    write_shop(folder / "shop.db", random.Random(20))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
