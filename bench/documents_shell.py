"""What one process of the limit does with orders and invoices. Its text runs inside Odoo's shell, behind that of
`odoo_shell.py`, so it imports nothing of this project.
"""

import csv
from itertools import groupby
from pathlib import Path

from psycopg2 import OperationalError

_TRIES = 20

# Model to the fields of number, lines and quantity of a line; what else each document has; the method that ends it.
_MODELS = {
    "sale.order": ("client_order_ref", "order_line", "product_uom_qty", {}, ""),
    "account.move": (
        "ref",
        "invoice_line_ids",
        "quantity",
        {"move_type": "out_invoice", "invoice_date": "2026-01-31"},
        "action_post",
    ),
}


def load_documents(env, share, options):
    """Create this process's share of the documents with their lines, as superuser, and post what is to be posted."""
    model = env[options["model"]].with_context(**options["context"])
    _, _, _, _, method = _MODELS[options["model"]]
    chunks = _chunks(_documents(env, share, options), options["chunk_rows"])  # noqa: F821 - of odoo_shell.py
    warm = model.create([{**chunks[0][0]}])
    if method:
        getattr(warm, method)()
    env.cr.rollback()

    def create():
        for chunk in chunks:
            for left in reversed(range(_TRIES)):
                try:
                    made = model.create(chunk)
                    if method:
                        getattr(made, method)()
                    env.cr.commit()
                    break
                except OperationalError:  # two processes number their documents at once: a server tries again, too
                    env.cr.rollback()
                    if not left:
                        raise

    _timed(create, Path(options["folder"]), share)  # noqa: F821 - of odoo_shell.py


def _documents(env, share, options):
    """The values of this share, as `create` takes them."""
    number, lines, quantity, more, _ = _MODELS[options["model"]]
    customers = {one.ref: one.id for one in env["res.partner"].search([("ref", "like", "C%")])}
    products = {one.default_code: one.id for one in env["product.product"].search([("default_code", "like", "S%")])}
    with Path(options["folder"], "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    documents = []
    for name, some in groupby(rows, lambda row: row["order_no"]):
        of_one = list(some)
        values = [
            {
                "sequence": int(row["position"]),
                "product_id": products[row["sku"]],
                quantity: float(row["quantity"]),
                "price_unit": float(row["price"]),
            }
            for row in of_one
        ]
        customer = customers[of_one[0]["customer"]]
        documents.append({number: name, "partner_id": customer, **more, lines: [(0, 0, one) for one in values]})
    return documents[share :: options["shares"]]
