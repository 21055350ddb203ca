"""A catalogue as a migration brings it: products with two lookups, five tags that are not there yet, names in two
further languages, an image each. The peer gets what it can take: products, lookups and tags that somebody has made.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.data import checksum
from bench.products import CATEGORIES, TAGS, Products, checksum_sql
from odoo_etl import OdooClient
from tests.servers import Server

COLUMNS = ("default_code", "name", "list_price", "category", "unit", "tags", "name_fr", "name_de", "image")
LANGUAGES = ("fr_FR", "de_DE")
IMAGES = 200


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A set of products with their names in three languages."""

    count: int

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """The rows as our job reads them."""
        for number, row in enumerate(Products(self.count)):
            yield *row, f"Produit {number}", f"Ware {number}", f"{number % IMAGES}.png"

    def checksum(self) -> tuple[int, str]:
        """Number and MD5 of the rows, as `CHECKSUM_SQL` answers them."""
        return checksum(row[:-1] for row in self)


CHECKSUM_SQL = checksum_sql(*LANGUAGES)


def write_images(folder: Path) -> None:
    """Write the images that the rows name, each of a colour of its own."""
    folder.mkdir()
    for number in range(IMAGES):
        (folder / f"{number}.png").write_bytes(_png(bytes((number, 255 - number, number // 2))))


def _png(colour: bytes, side: int = 32) -> bytes:
    """A square of one colour."""
    pixels = zlib.compress((b"\0" + colour * side) * side)
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


def prepare(server: Server, *, tags: bool) -> None:
    """Create the categories, and with `tags` the tags; install the languages."""
    with OdooClient(server.url, server.db, api_key=server.api_key) as client:
        categories = [[f"bench.category_{number}", name] for number, name in enumerate(CATEGORIES)]
        client.load("product.category", ["id", "name"], categories)
        if tags:
            client.load("product.tag", ["id", "name"], [[f"bench.tag_{n}", name] for n, name in enumerate(TAGS)])
        wanted = [["code", "in", list(LANGUAGES)]]
        found = client.search("res.lang", wanted, context={"active_test": False})
        wizard = client.execute("base.language.install", "create", vals_list=[{"lang_ids": [[6, 0, found]]}])
        client.execute("base.language.install", "lang_install", ids=wizard)
