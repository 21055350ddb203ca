"""Sales orders with five lines each, and invoices with three: what a migration brings with its documents.

We load each record with its lines, from one file. The peer, which knows no lines, gets two files: the orders, then the
lines, with every name resolved to an external id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.data import checksum
from bench.tool import LANES
from odoo_etl import OdooClient
from tests.servers import Server

CUSTOMERS, PRODUCTS = 500, 100
COLUMNS = ("order_no", "customer", "position", "sku", "quantity", "price")
ORDER_COLUMNS = ("id", "client_order_ref", "partner_id/id")
LINE_COLUMNS = ("id", "order_id/id", "sequence", "product_id/id", "product_uom_qty", "price_unit")

_SOURCE = f"""\
version: 1
job: documents
source: {{type: csv, path: ../rows.csv, delimiter: ";"}}
load: {{concurrency: {LANES}}}
"""
ORDERS = f"""{_SOURCE}\
target: {{model: sale.order, key: client_order_ref}}
fields:
  client_order_ref: order_no
  partner_id: {{column: customer, lookup: {{model: res.partner, by: ref}}}}
lines:
  order_line:
    key: sequence
    fields:
      sequence: position
      product_id: {{column: sku, lookup: {{model: product.product, by: default_code}}}}
      product_uom_qty: quantity
      price_unit: price
"""
INVOICES = f"""{_SOURCE}\
target: {{model: account.move, key: ref}}
fields:
  ref: order_no
  move_type: {{value: out_invoice}}
  invoice_date: {{value: "2026-01-31"}}
  partner_id: {{column: customer, lookup: {{model: res.partner, by: ref}}}}
lines:
  invoice_line_ids:
    key: sequence
    fields:
      sequence: position
      product_id: {{column: sku, lookup: {{model: product.product, by: default_code}}}}
      quantity: quantity
      price_unit: price
after:
  - {{call: action_post, where: [[state, "=", draft]]}}
"""


@dataclass(frozen=True, slots=True)
class Documents:
    """A set of documents, each with so many lines."""

    count: int
    lines: int

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """The rows as our job reads them, one a line."""
        for number in range(self.count):
            for position in range(1, self.lines + 1):
                product = (number + position * 17) % PRODUCTS
                price = f"{product % 90 + 10}.{position * 5:02d}"
                yield _number(number), f"C{number % CUSTOMERS:03d}", str(position), f"S{product:03d}", "2.00", price

    def orders(self) -> Iterator[tuple[str, ...]]:
        """The orders for a tool that works by external ids."""
        for number in range(self.count):
            yield f"bench.o{number}", _number(number), f"bench.c{number % CUSTOMERS}"

    def order_lines(self) -> Iterator[tuple[str, ...]]:
        """Their lines for it."""
        for row, (order, _, position, sku, quantity, price) in enumerate(self):
            product = f"bench.s{int(sku[1:])}"
            yield f"bench.l{row}", f"bench.o{int(order[1:])}", position, product, quantity, price

    def checksum(self) -> tuple[int, str]:
        """Number and MD5 of the rows, as the queries answer them."""
        return checksum(self)


def _number(number: int) -> str:
    return f"B{number:06d}"


def _checksum_sql(tables: str, columns: Sequence[str], where: str) -> str:
    """The query for number and MD5 of the lines that Odoo holds, in the order of the rows."""
    order, customer, position, product, quantity, price = columns
    return f"""
SELECT count(*), md5(coalesce(string_agg(concat_ws(';', {order}, {customer}, {position}, {product},
       round({quantity}, 2), round({price}, 2)), '|' ORDER BY {order} COLLATE "C", {position}), ''))
FROM {tables} WHERE {where}
"""


ORDERS_SQL = _checksum_sql(
    "sale_order o JOIN sale_order_line l ON l.order_id = o.id JOIN res_partner c ON c.id = o.partner_id"
    " JOIN product_product p ON p.id = l.product_id",
    ("o.client_order_ref", "c.ref", "l.sequence", "p.default_code", "l.product_uom_qty", "l.price_unit"),
    "o.client_order_ref LIKE 'B%'",
)
INVOICES_SQL = _checksum_sql(
    "account_move o JOIN account_move_line l ON l.move_id = o.id AND l.display_type = 'product'"
    " JOIN res_partner c ON c.id = o.partner_id JOIN product_product p ON p.id = l.product_id",
    ("o.ref", "c.ref", "l.sequence", "p.default_code", "l.quantity", "l.price_unit"),
    "o.ref LIKE 'B%' AND o.state = 'posted'",
)


def prepare(server: Server) -> None:
    """Create the customers and products, with the external ids that the peer refers to."""
    with OdooClient(server.url, server.db, api_key=server.api_key) as client:
        customers = [[f"bench.c{n}", f"Customer {n}", f"C{n:03d}"] for n in range(CUSTOMERS)]
        products = [[f"bench.s{n}", f"Product {n}", f"S{n:03d}"] for n in range(PRODUCTS)]
        client.load("res.partner", ["id", "name", "ref"], customers)
        client.load("product.product", ["id", "name", "default_code"], products)
