"""Records that are given as tables."""

from __future__ import annotations

import json

import pytest

from odoo_etl import OdooClient
from odoo_etl.sandbox import BadRow, Sandbox, World


def asked(tables, question, schema=None):
    """The answer of a sandbox that has these records."""
    with (
        Sandbox(world=World(schema, tables)) as made,
        OdooClient(made.url, made.db, user=made.user, api_key=made.api_key) as client,
    ):
        return question(client)


def test_there_are_no_other_records():
    """Each with the id that it is given; a model without a table has none."""
    tables = {"res.country": [{"id": 7, "code": "XX", "name": "X"}]}
    found = asked(
        tables, lambda one: (one.search_read("res.country", [], ["code"]), one.search_count("res.partner", []))
    )
    assert found == ([{"id": 7, "code": "XX"}], 0)


def test_they_are_as_they_are_given():
    """No default, nothing computed, nothing required; but a record is active unless it says otherwise."""
    tables = {"res.partner": [{"id": 1, "ref": "a"}, {"id": 2, "ref": "b", "active": False}]}
    found = asked(tables, lambda one: one.search_read("res.partner", [], ["ref", "name", "complete_name"]))
    assert found == [{"id": 1, "ref": "a", "name": False, "complete_name": False}]


def test_relations_and_external_ids():
    """Links of many2many, and the names that records have."""
    tables = {
        "res.partner.category": [{"id": 3, "name": "T", "external_id": "legacy.t"}],
        "res.partner": [{"id": 1, "name": "A", "category_id": [3]}],
    }

    def question(client):
        named = client.search_read("ir.model.data", [["module", "=", "legacy"]], ["name", "model", "res_id"])
        return client.search_count("res.partner", [["category_id.name", "=", "T"]]), named[0]["res_id"]

    assert asked(tables, question) == (1, 3)


def test_texts_are_the_same_in_each_language_and_company():
    """All languages are active, and the user may use all companies."""
    tables = {
        "res.company": [{"id": 5, "name": "A"}, {"id": 6, "name": "B"}],
        "product.template": [{"id": 1, "name": "P", "standard_price": 2.5}],
    }

    def question(client):
        context = {"lang": "de_DE", "allowed_company_ids": [6]}
        [found] = client.search_read("product.template", [], ["name", "standard_price"], context=context)
        return found, client.read("res.users", [2], ["company_id", "company_ids"], load="_classic_write")[0]

    product, user = asked(tables, question)
    assert (product["name"], product["standard_price"]) == ("P", 2.5)
    assert (user["company_id"], user["company_ids"]) == (5, [5, 6])


@pytest.mark.parametrize(
    ("tables", "place", "words"),
    [
        ({"no.model": []}, ("no.model", 0, ""), "no model"),
        ({"res.country": [{"id": 1, "cod": "X"}]}, ("res.country", 0, "cod"), "keeps no `cod`"),
        (
            {"res.country": [{"id": 1}, {"id": 2, "phone_code": "x"}]},
            ("res.country", 1, "phone_code"),
            "'x' is no value",
        ),
        ({"res.country": [{"id": 1}, {"id": 1}]}, ("res.country", 1, "id"), "the id 1"),
    ],
)
def test_what_can_be_no_record_is_told(tables, place, words):
    """With its place."""
    with pytest.raises(BadRow, match=words) as caught:
        Sandbox(world=World(tables=tables)).start()
    assert (caught.value.model, caught.value.number, caught.value.name) == place


def test_a_file_of_before_gets_the_columns_that_were_pulled_since(tmp_path):
    """Its records stay."""
    with Sandbox(tmp_path / "x.db") as made, OdooClient(made.url, made.db, user=made.user, api_key=made.api_key) as one:
        record = one.create("res.partner", {"name": "A"})
    fields = {"x_size": {"type": "integer", "store": True}}
    (tmp_path / "schema").mkdir()
    document = {"model": "res.partner", "server": "19.0", "fields": fields}
    (tmp_path / "schema/res.partner.json").write_text(json.dumps(document))
    with (
        Sandbox(tmp_path / "x.db", world=World(tmp_path / "schema")) as made,
        OdooClient(made.url, made.db, user=made.user, api_key=made.api_key) as one,
    ):
        one.write("res.partner", [record], {"x_size": 7})
        assert one.read("res.partner", [record], ["name", "x_size"]) == [{"id": record, "name": "A", "x_size": 7}]
