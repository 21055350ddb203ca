"""Products with two lookups and five tags each, and the categories and tags that must be there first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.data import checksum
from odoo_etl import OdooClient
from tests.servers import Server

COLUMNS = ("default_code", "name", "list_price", "category", "unit", "tags")
CATEGORIES = tuple(f"Bench category {number}" for number in range(50))
TAGS = tuple(f"Bench tag {number:03d}" for number in range(200))
UNITS = {"Units": "uom.product_uom_unit", "kg": "uom.product_uom_kgm", "m": "uom.product_uom_meter"}


@dataclass(frozen=True, slots=True)
class Products:
    """A set of products."""

    count: int

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """The rows as our job reads them: names of categories, units and tags."""
        for number in range(self.count):
            price = f"{number % 900 + 1}.{number % 4 * 25:02d}"
            category = CATEGORIES[number % len(CATEGORIES)]
            tags = "|".join(TAGS[index] for index in _tags(number))
            yield f"B{number:07d}", f"Product {number}", price, category, tuple(UNITS)[number % len(UNITS)], tags

    def resolved(self) -> Iterator[tuple[str, ...]]:
        """The same for a tool that works by external ids, every name resolved."""
        for number, (code, name, price, _, unit, _) in enumerate(self):
            tags = ",".join(f"bench.tag_{index}" for index in _tags(number))
            yield f"bench.p{number}", code, name, price, f"bench.category_{number % len(CATEGORIES)}", UNITS[unit], tags

    def checksum(self) -> tuple[int, str]:
        """Number and MD5 of the rows, as `CHECKSUM_SQL` answers them."""
        return checksum(self)


RESOLVED_COLUMNS = ("id", "default_code", "name", "list_price", "categ_id/id", "uom_id/id", "product_tag_ids/id")


def checksum_sql(*languages: str) -> str:
    """The query for number and MD5 of the products that Odoo holds, with their names in further languages."""
    names = "".join(f", t.name->>'{language}'" for language in languages)
    return f"""
SELECT count(*), md5(coalesce(string_agg(concat_ws(';', p.default_code, t.name->>'en_US',
       round(t.list_price, 2), c.name, u.name->>'en_US', tags.names{names}), '|'
       ORDER BY p.default_code COLLATE "C"), ''))
FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
LEFT JOIN product_category c ON c.id = t.categ_id LEFT JOIN uom_uom u ON u.id = t.uom_id
LEFT JOIN LATERAL (
  SELECT string_agg(g.name->>'en_US', '|' ORDER BY g.name->>'en_US' COLLATE "C") AS names
  FROM product_tag_product_template_rel r JOIN product_tag g ON g.id = r.product_tag_id
  WHERE r.product_template_id = t.id
) tags ON true
WHERE p.default_code LIKE 'B%'
"""


CHECKSUM_SQL = checksum_sql()


def prepare(server: Server) -> None:
    """Create the categories and tags, with the external ids that the peer refers to."""
    with OdooClient(server.url, server.db, api_key=server.api_key) as client:
        categories = [[f"bench.category_{number}", name] for number, name in enumerate(CATEGORIES)]
        tags = [[f"bench.tag_{number}", name] for number, name in enumerate(TAGS)]
        client.load("product.category", ["id", "name"], categories)
        client.load("product.tag", ["id", "name"], tags)


def _tags(number: int) -> list[int]:
    """Five different tags, in the order of their names."""
    return sorted((number * 7 + step * 31) % len(TAGS) for step in range(5))
