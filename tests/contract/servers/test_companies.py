"""Values that each company has for itself, and the companies of a user."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.odoo.client import OdooClient

PARTNER, PRODUCT = "res.partner", "product.template"


def in_company(company: int) -> dict[str, list[int]]:
    """The context of a call that means this company."""
    return {"allowed_company_ids": [company]}


@pytest.fixture
def company(odoo: OdooClient, unique: str) -> int:
    """A company beside the user's own."""
    made: int = odoo.create("res.company", {"name": unique})
    return made


def test_whoever_makes_a_company_may_use_it(odoo: OdooClient, company: int, unique: str) -> None:
    """It has a partner and a currency."""
    [user] = odoo.read("res.users", [odoo.authenticate()], ["company_id", "company_ids"], load="_classic_write")
    assert company in user["company_ids"]
    assert user["company_id"] != company
    [row] = odoo.read("res.company", [company], ["name", "partner_id", "currency_id"])
    assert (row["name"], row["partner_id"][1], bool(row["currency_id"])) == (unique, unique, True)


@pytest.mark.parametrize(
    "case",
    [(PARTNER, "barcode", ("own", "theirs"), False), (PRODUCT, "standard_price", (5.5, 7.25), 0.0)],
)
def test_each_company_has_its_value(
    odoo: OdooClient, company: int, unique: str, case: tuple[str, str, tuple[object, object], object]
) -> None:
    """What one writes, the other does not see; a new record has the value of the company that made it alone."""
    model, name, values, empty = case
    own, theirs = (f"{unique} {one}" if isinstance(one, str) else one for one in values)
    record = odoo.create(model, {"name": unique, name: own})

    def seen() -> list[object]:
        return [odoo.read(model, [record], [name], context=one)[0][name] for one in (None, in_company(company))]

    assert seen() == [own, empty]
    odoo.write(model, [record], {name: theirs}, context=in_company(company))
    assert seen() == [own, theirs]
    odoo.write(model, [record], {name: False})
    assert seen() == [empty, theirs]


def test_searching_looks_at_the_company_of_the_call(odoo: OdooClient, company: int, unique: str) -> None:
    """Another company finds nothing by it."""
    record = odoo.create(PARTNER, {"name": unique, "barcode": unique})
    domain = [["barcode", "=", unique]]
    assert odoo.search(PARTNER, domain) == [record]
    assert odoo.search(PARTNER, domain, context=in_company(company)) == []


def test_a_company_of_others_is_refused(odoo: OdooClient) -> None:
    """Whatever is asked."""
    with pytest.raises(AccessRefused):
        odoo.search_read(PARTNER, [], ["barcode"], limit=1, context=in_company(999_999))


def test_what_differs_by_company_is_described(odoo: OdooClient) -> None:
    """The field itself, or what it is computed from."""
    described = odoo.fields_get(PARTNER, ["barcode", "ref"], ["company_dependent"])
    assert [described[name]["company_dependent"] for name in ("barcode", "ref")] == [True, False]
