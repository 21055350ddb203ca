"""Values of companies and texts of languages."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError


@pytest.fixture
def other(client):
    """A second company."""
    return client.create("res.company", {"name": "My Company (NL)"})


@pytest.fixture
def products(client, other):
    """A product that costs 2 at home and 3 in the Netherlands, with a French name."""
    client.write(
        "res.lang",
        client.search("res.lang", [["code", "=", "fr_FR"]], context={"active_test": False}),
        {"active": True},
    )
    product = client.create("product.template", {"name": "Chair", "standard_price": 2.0})
    client.write("product.template", [product], {"standard_price": 3.0}, context={"allowed_company_ids": [other]})
    client.write("product.template", [product], {"name": "Chaise"}, context={"lang": "fr_FR"})
    return product


def read(reading, product, fields, **keys):
    """The only row."""
    [row] = reading(fields, model="product.template", domain=[["id", "=", product]], **keys)
    return row


def test_each_column_has_its_language(reading, products):
    """That of the source where it names none."""
    columns = {"name": "name", "name_fr": {"field": "name", "lang": "fr_FR"}}
    assert read(reading, products, columns) == ("Chair", "Chaise")
    assert read(reading, products, columns, context={"lang": "fr_FR"}) == ("Chaise", "Chaise")


@pytest.mark.parametrize("by", ["name", "id", "external id"])
def test_each_column_has_its_company(reading, products, client, other, by):
    """Named as people name it."""
    client.create("ir.model.data", [{"module": "legacy", "name": "nl", "model": "res.company", "res_id": other}])
    company = {"name": "My Company (NL)", "id": other, "external id": "legacy.nl"}[by]
    columns = {"cost": "standard_price", "cost_nl": {"field": "standard_price", "company": company}}
    assert read(reading, products, columns) == (2.0, 3.0)


def test_the_company_of_the_source_is_that_of_every_call(reading, products):
    """Its values are those of the columns that name none."""
    assert read(reading, products, ["standard_price"], company="My Company (NL)") == (3.0,)


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({"company": "Nowhere"}, ("source", "company")),
        ({"fields": {"x": {"field": "name", "company": "Nowhere"}}}, ("source", "fields", "x")),
        ({"fields": {"x": {"field": "name", "company": "99"}}}, ("source", "fields", "x")),
        ({"fields": {"x": {"field": "name", "company": "base.nothing"}}}, ("source", "fields", "x")),
    ],
)
def test_a_company_that_is_not_there(reading, keys, at):
    """Those that are stand in the error."""
    with pytest.raises(SourceError, match=r"may use no company .*; there are: My Company") as error:
        reading(**{"fields": ["name"], **keys})
    assert error.value.at == at


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({"context": {"lang": "de_DE"}}, ("source", "context", "lang")),
        ({"fields": {"x": {"field": "name", "lang": "de_DE"}}}, ("source", "fields", "x")),
    ],
)
def test_a_language_that_is_not_active(reading, keys, at):
    """Its texts would be English."""
    with pytest.raises(SourceError, match="`de_DE` is not active there; active: en_US") as error:
        reading(**{"fields": ["name"], **keys})
    assert error.value.at == at
