"""Names like one that was misspelt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz, process, utils

MOST_NAMES: Final = 5  # that are proposed
NEAR: Final = 60  # of 100, how alike a name must be
WORSE: Final = 12  # than the nearest, at most
# Models that many jobs write, for servers that do not tell theirs.
WELL_KNOWN: Final[Mapping[str, str]] = {
    "account.account": "Account",
    "account.move": "Journal Entry",
    "account.move.line": "Journal Item",
    "account.payment.term": "Payment Terms",
    "account.tax": "Tax",
    "crm.lead": "Lead/Opportunity",
    "crm.tag": "CRM Tag",
    "hr.department": "Department",
    "hr.employee": "Employee",
    "ir.attachment": "Attachment",
    "mrp.bom": "Bill of Material",
    "product.attribute": "Product Attribute",
    "product.category": "Product Category",
    "product.pricelist": "Pricelist",
    "product.pricelist.item": "Pricelist Rule",
    "product.product": "Product Variant",
    "product.supplierinfo": "Supplier Pricelist",
    "product.template": "Product",
    "project.project": "Project",
    "project.task": "Task",
    "purchase.order": "Purchase Order",
    "purchase.order.line": "Purchase Order Line",
    "res.bank": "Bank",
    "res.company": "Companies",
    "res.country": "Country",
    "res.country.state": "Country state",
    "res.currency": "Currency",
    "res.partner": "Contact",
    "res.partner.bank": "Bank Accounts",
    "res.partner.category": "Partner Tags",
    "res.partner.industry": "Industry",
    "res.users": "User",
    "sale.order": "Sales Order",
    "sale.order.line": "Sales Order Line",
    "stock.location": "Inventory Locations",
    "stock.lot": "Lot/Serial",
    "stock.quant": "Quants",
    "stock.warehouse": "Warehouse",
    "uom.uom": "Product Unit of Measure",
}


def nearest_models(word: str, models: Mapping[str, str]) -> list[str]:
    """The models that a word may mean, by their technical names and by what people call them; the nearest first.

    Args:
        models: name to label.
    """
    best: dict[str, float] = {}
    for scorer, texts in ((fuzz.ratio, {name: name for name in models}), (fuzz.WRatio, models)):
        found = process.extract(
            word, texts, scorer=scorer, processor=utils.default_process, limit=MOST_NAMES, score_cutoff=NEAR
        )
        for text, score, name in found:
            exact = utils.default_process(text) == utils.default_process(word)
            best[name] = max(best.get(name, 0), 101 if exact else score)
    least = max(best.values(), default=0) - WORSE
    ordered = sorted(best, key=lambda name: (-best[name], len(name), name))
    return [name for name in ordered if best[name] >= least][:MOST_NAMES]
