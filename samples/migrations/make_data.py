"""Make the data of the migrations: `python samples/migrations/make_data.py [FOLDER]`.

Seeded: the same files every time. All of it is made up. Numbers pass the checks that Odoo does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from making import (
    history,
    open_items,
    opening,
    partners,
    people,
    prices,
    products,
    purchases,
    recipes,
    sales,
    stock,
    variants,
)

MAKERS = {
    "01-partners": partners.make,
    "02-products": products.make,
    "03-variants": variants.make,
    "04-prices": prices.make,
    "05-stock": stock.make,
    "06-boms": recipes.make,
    "07-sales": sales.make,
    "08-purchases": purchases.make,
    "09-invoices": open_items.make,
    "10-opening": opening.make,
    "11-people": people.make,
    "12-history": history.make,
}


def main(folder: Path) -> None:
    """Write the data of each migration into its folder."""
    for name, make in MAKERS.items():
        data = folder / name / "data"
        data.mkdir(parents=True, exist_ok=True)
        make(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
