"""The rows of the benchmark: partners of ten columns, the same in every run, in any of their variants."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

COLUMNS = ("ref", "name", "email", "phone", "street", "city", "zip", "function", "is_company", "country")
CHANGED_COLUMN = "street"
REFUSED_EVERY = 100

_FIRST = ("Ada", "Björn", "Chloé", "Dmitri", "Eva", "François", "Gül", "Håkon", "Inés", "José", "Kübra")
_LAST = ("Almeida", "Berger", "Çelik", "Dupont", "Eriksson", "Fischer", "García", "Horvát", "Ivanov", "Jørgensen")
_CITIES = ("Århus", "Bruxelles", "Córdoba", "Dresden", "Évora", "Firenze", "Göteborg", "Helsinki")
_JOBS = ("Buyer", "Director", "Head of sales", "Accountant", "Warehouse manager")
_COUNTRIES = ("BE", "DE", "ES", "FR", "IT", "NL", "PT", "SE", "FI", "DK", "AT", "CH", "PL", "CZ", "NO", "GB", "US")


@dataclass(frozen=True, slots=True)
class Rows:
    """A set of rows.

    Attributes:
        changed_every: 100 changes one in a hundred, 1 all, 0 none.
        refused: one in a hundred has no name, which a constraint of Odoo's database refuses.
    """

    count: int
    changed_every: int = 0
    refused: bool = False

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """All rows, the refused ones among them."""
        for number in range(self.count):
            changed = bool(self.changed_every) and number % self.changed_every == 0
            yield row(number, changed=changed, named=not self._refused(number))

    def checksum(self) -> tuple[int, str]:
        """Number and MD5 of the rows that Odoo takes, as `CHECKSUM_SQL` answers them."""
        return checksum(cells for number, cells in enumerate(self) if not self._refused(number))

    def refusals(self) -> int:
        """How many rows Odoo refuses."""
        return sum(map(self._refused, range(self.count)))

    def _refused(self, number: int) -> bool:
        return self.refused and number % REFUSED_EVERY == REFUSED_EVERY // 2


def row(number: int, *, changed: bool = False, named: bool = True) -> tuple[str, ...]:
    """One row; a changed one has another street, different from every other row's."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]
    return (
        f"B{number:07d}",
        f"{first} {last} {number}" if named else "",
        f"partner.{number}@example.com",
        f"+32 2 {number:07d}",
        f"{'Avenue Neuve' if changed else 'Rue Haute'} {number}",
        _CITIES[number % len(_CITIES)],
        f"{1000 + number % 9000}",
        _JOBS[number % len(_JOBS)],
        "1" if number % 3 == 0 else "0",
        _COUNTRIES[number % len(_COUNTRIES)],
    )


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as a CSV file with semicolons."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as the only sheet of a workbook, every cell as text."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("rows")
        for number, cells in enumerate([header, *rows]):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell)


def checksum(rows: Iterable[Sequence[str]]) -> tuple[int, str]:
    """Number of rows and MD5 of their text."""
    digest, count = hashlib.md5(usedforsecurity=False), 0
    for cells in rows:
        digest.update((("|" if count else "") + ";".join(cells)).encode())
        count += 1
    return count, digest.hexdigest()


# The same from PostgreSQL as `checksum` makes of the rows, so that 100,000 rows need not be fetched to be compared.
CHECKSUM_SQL = """
SELECT count(*), md5(coalesce(string_agg(concat_ws(';', ref, p.name, email, phone, street, city, zip, function,
       is_company::int, c.code), '|' ORDER BY ref COLLATE "C"), ''))
FROM res_partner p LEFT JOIN res_country c ON c.id = p.country_id WHERE ref LIKE 'B%'
"""
