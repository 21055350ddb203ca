"""Take what `tests/odoo_14` serves from a real Odoo 14 with contacts, sale_management and stock.

`python -m tests.odoo_14.take URL DB LOGIN PASSWORD`; docs/develop/tests.md says how to get one. Of models that the
sandbox has code for it takes `snapshot/`, as the sandbox's own is taken; of others the fields, as `schema pull`
keeps them. Few of the records stay: no states of countries.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from odoo_etl import OdooClient
from odoo_etl.snapshots import pull, write_snapshot
from tests.real_odoo import snapshot

HOME = Path(__file__).parent
# In place of product.tag, which came later.
BESIDES = ("res.groups", "res.partner.title", "uom.category")
MODELS = (*(name for name in snapshot.MODELS if name != "product.tag"), *BESIDES)
PLAIN = (
    *("account.payment.term", "account.tax", "crm.team", "product.attribute", "product.attribute.value"),
    *("product.pricelist", "product.pricelist.item", "product.product", "product.template"),
    *("product.template.attribute.line", "product.template.attribute.value", "res.partner", "sale.order"),
    "sale.order.line",
)
FEW = {"res.country.state": [["id", "=", 0]], "res.country": [["code", "in", ["BE", "DE", "FR", "NL", "US"]]]}


class Server14(snapshot.Server):
    """Odoo 14, whose `search_read` takes no `load`, and which gives the path of a related field in parts."""

    def call(self, model: str, method: str, *args: Any, **params: Any) -> Any:
        """Answer of `model.method(*args, **params)`."""
        if method == "search_read" and "load" in params:
            domain, names = args
            context = params["context"]
            ids = super().call(model, "search", domain, order=params["order"], context=context)
            return super().call(model, "read", ids, names, load=params["load"], context=context)
        answer = super().call(model, method, *args, **params)
        return self._told(answer) if method == "fields_get" else answer

    @staticmethod
    def _told(fields: snapshot.Fields) -> snapshot.Fields:
        """As 19 tells fields, without the groups of users that have fields of their own."""
        for field in fields.values():
            if isinstance(field.get("related"), list):
                field["related"] = ".".join(field["related"])
        return {name: field for name, field in fields.items() if "store" in field}


def main() -> None:
    """Rewrite the folders."""
    url, db, login, password = sys.argv[1:]
    snapshot.RECORDS.update(FEW)
    snapshot.RECORDS["ir.model.data"] = [["model", "in", list(MODELS)]]
    models, records = snapshot.take(Server14(url, db, login, password), MODELS)
    (HOME / "snapshot").mkdir(exist_ok=True)
    snapshot.write(HOME / "snapshot/models.json", models)
    snapshot.write(HOME / "snapshot/records.json", records)
    with OdooClient(url, db, user=login, password=password) as odoo:
        found, lacking = pull(PLAIN, odoo)
    assert not lacking, lacking
    for one in found:
        write_snapshot(HOME / "schema", one)


if __name__ == "__main__":
    main()
