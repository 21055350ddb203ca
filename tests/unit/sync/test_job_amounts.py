"""Amounts of new records are rounded as finely as any of the companies may need."""

from __future__ import annotations

import pytest

from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo

ROUNDINGS = {"EUR": 0.01, "JPY": 1.0, "KWD": 0.001}


class Companies(MemoryOdoo):
    """Partners whose currency is that of their company; there are companies with these currencies."""

    currencies: tuple[str, ...] = ()

    def fields_get(self, model, fields=None, attributes=None, *, context=None):
        """The currency hangs on the company."""
        answer = super().fields_get(model, fields, attributes, context=context)
        if model == "res.partner" and "currency_id" in answer:
            answer["currency_id"]["depends"] = ["company_id.currency_id"]
        return answer

    def search_read(self, model, domain, fields, *, load=None, context=None):
        """The companies are no model of the fake's."""
        if model != "res.company":
            return super().search_read(model, domain, fields, load=load, context=context)
        known = list(ROUNDINGS)
        return [{"id": number, "currency_id": known.index(name) + 1} for number, name in enumerate(self.currencies, 1)]


@pytest.mark.parametrize(
    ("currencies", "kept"),
    [
        (["EUR"], 1.23),
        (["JPY", "EUR"], 1.23),
        (["KWD", "EUR", "JPY"], 1.235),
        (["JPY", "KWD", "EUR"], 1.235),
        (["JPY"], 1.0),
        ([], 1.2346),
    ],
)
def test_the_finest_currency_of_any_company_counts(currencies, kept):
    """Whichever company it is; no record can keep more."""
    odoo = Companies()
    odoo.currencies = tuple(currencies)
    odoo.add("res.currency", *({"name": name, "rounding": rounding} for name, rounding in ROUNDINGS.items()))
    world = World(odoo)
    spec = job_spec({"ref": "ref", "name": "ref", "credit_limit": "amount"})
    ran = world.run(spec, ListSource(["ref", "amount"], [("a", "1.2346")]))
    assert ran.counts == {"created": 1}
    assert world.partners("credit_limit") == [(kept,)]
