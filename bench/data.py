"""The rows of the benchmark: partners of ten columns, the same in every run, in any of their variants."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

COLUMNS = ("ref", "name", "email", "phone", "street", "city", "zip", "function", "is_company", "country")
CHANGED_COLUMN = "street"

_FIRST = ("Ada", "Björn", "Chloé", "Dmitri", "Eva", "François", "Gül", "Håkon", "Inés", "José", "Kübra")
_LAST = ("Almeida", "Berger", "Çelik", "Dupont", "Eriksson", "Fischer", "García", "Horvát", "Ivanov", "Jørgensen")
_CITIES = ("Århus", "Bruxelles", "Córdoba", "Dresden", "Évora", "Firenze", "Göteborg", "Helsinki")
_JOBS = ("Buyer", "Director", "Head of sales", "Accountant", "Warehouse manager")
_COUNTRIES = ("BE", "DE", "ES", "FR", "IT", "NL", "PT", "SE", "FI", "DK", "AT", "CH", "PL", "CZ", "NO", "GB", "US")


def row(number: int, *, changed: bool = False) -> tuple[str, ...]:
    """One row; a changed one has another street, different from every other row's."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    return (
        f"B{number:07d}",
        f"{first} {last} {number}",
        f"partner.{number}@example.com",
        f"+32 2 {number:07d}",
        f"{'Avenue Neuve' if changed else 'Rue Haute'} {number}",
        _CITIES[number % len(_CITIES)],
        f"{1000 + number % 9000}",
        _JOBS[number % len(_JOBS)],
        "1" if number % 3 == 0 else "0",
        _COUNTRIES[number % len(_COUNTRIES)],
    )


def rows(count: int, *, changed_every: int = 0) -> Iterator[tuple[str, ...]]:
    """All rows; with `changed_every` of 100 one in a hundred is changed, with 1 all are."""
    for number in range(count):
        yield row(number, changed=bool(changed_every) and number % changed_every == 0)


def write_csv(path: Path, count: int, *, changed_every: int = 0) -> None:
    """Write the rows as the job reads them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(rows(count, changed_every=changed_every))


# The same from PostgreSQL as `checksum` makes of the rows, so that 100,000 rows need not be fetched to be compared.
CHECKSUM_SQL = """
SELECT count(*), md5(coalesce(string_agg(concat_ws(';', ref, p.name, email, phone, street, city, zip, function,
       is_company::int, c.code), '|' ORDER BY ref COLLATE "C"), ''))
FROM res_partner p LEFT JOIN res_country c ON c.id = p.country_id WHERE ref LIKE 'B%'
"""


def checksum(count: int, *, changed_every: int = 0) -> tuple[int, str]:
    """Number of rows and MD5 of their text, as `CHECKSUM_SQL` answers them."""
    digest = hashlib.md5(usedforsecurity=False)
    for number, cells in enumerate(rows(count, changed_every=changed_every)):
        digest.update((("|" if number else "") + ";".join(cells)).encode())
    return count, digest.hexdigest()
