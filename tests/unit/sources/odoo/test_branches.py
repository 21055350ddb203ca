"""Columns taken out of records and of those that they lead to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from odoo_etl.errors import SourceError


@pytest.fixture
def people(client):
    """A company in Belgium with two tags, one without anything, and a contact of each."""
    first, second = client.create("res.partner.category", [{"name": "Gold"}, {"name": "Silver"}])
    belgium = client.search("res.country", [["code", "=", "BE"]])[0]
    acme = {"name": "Acme", "ref": "A", "country_id": belgium, "category_id": [[6, 0, [second, first]]]}
    acme, plain = client.create("res.partner", [acme, {"name": "Plain", "ref": "B"}])
    client.create("res.partner", [{"name": "Ann", "ref": "C", "parent_id": acme}])
    client.create("res.partner", [{"name": "Bob", "ref": "D", "parent_id": plain}])
    client.create("ir.model.data", [{"module": "legacy", "name": "acme", "model": "res.partner", "res_id": acme}])
    return {"acme": acme, "plain": plain, "belgium": belgium, "tags": sorted([first, second])}


def test_fields_of_the_records_keep_their_types(reading, people):
    """Ids, texts, truths, and None where there is nothing."""
    rows = reading(["id", "name", "active", "country_id", "comment"])
    assert rows[0] == (people["acme"], "Acme", True, people["belgium"], None)
    assert rows[1][3:] == (None, None)


def test_moments_are_in_utc(reading, people):
    """Aware, so that nobody can take them for another zone's."""
    [(moment,), *_] = reading(["write_date"])
    assert moment.tzinfo is UTC
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60


def test_paths_lead_over_one_record_after_the_other(reading, people):
    """None where one of them is not there."""
    assert reading({"country": "country_id.code", "parent": "parent_id.country_id.code"}) == [
        ("BE", None),
        (None, None),
        ("BE", "BE"),  # contacts have the address of their company
        (None, None),
    ]


def test_paths_over_several_records_give_lists(reading, people):
    """Ids and values; of none no value."""
    rows = reading({"ids": "category_id", "names": "category_id.name", "of": "parent_id.category_id.name"})
    assert sorted(rows[0][0]) == people["tags"]
    assert sorted(rows[0][1]) == ["Gold", "Silver"]
    assert rows[1] == (None, None, None)
    assert sorted(rows[2][2]) == ["Gold", "Silver"]
    assert rows[3][2] is None


def test_several_in_several_are_one_list(reading, people):
    """The tags of all contacts, say."""
    assert sorted(reading({"names": "parent_id.child_ids.parent_id.category_id.name"})[2][0]) == ["Gold", "Silver"]


def test_external_ids_of_records_and_relations(reading, people):
    """Complete; None where there is none."""
    rows = reading({"own": "external_id", "parent": "parent_id.external_id", "country": "country_id.external_id"})
    assert rows == [
        ("legacy.acme", None, "base.be"),
        (None, None, None),
        (None, "legacy.acme", "base.be"),
        (None, None, None),
    ]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nme", r"res.partner has no field `nme` \(did you mean `name`\?\)"),
        ("country_id.cod", r"res.country has no field `cod` \(did you mean `code`\?\)"),
        ("name.code", r"`name` of res.partner is a char field, over which no path goes on"),
        ("external_id.name", "res.partner has no field `external_id`"),
        ("mobile", r"res.partner has no field `mobile` \(gone since Odoo 19: partners have one number"),
    ],
)
def test_a_path_that_leads_nowhere(reading, path, message):
    """The error has the place of the column, and what was meant."""
    with pytest.raises(SourceError, match=message) as error:
        reading({"id": "id", "x": path})
    assert error.value.at == ("source", "fields", "x")


def test_a_relation_is_read_once_for_all_records_of_a_page_and_remembered(reading, people, client):
    """However many lead to the same record."""
    before = client.calls["res.country.read"]
    rows = reading({"code": "country_id.code", "name": "country_id.name", "parent": "parent_id.country_id.code"})
    assert rows[0][0] == "BE"
    assert client.calls["res.country.read"] - before == 2  # of the records, and of their parents


def test_a_selection_by_its_labels(reading, people):
    """In the language that the column names; None where there is no value."""
    columns = {"value": "type", "label": {"field": "type", "labels": "en_US"}}
    rows = reading({**columns, "of": {"field": "parent_id.type", "labels": "en_US"}})
    assert rows[0] == ("contact", "Contact", None)
    assert rows[2] == ("contact", "Contact", "Contact")


def test_labels_of_what_is_no_selection(reading):
    """Are an error at the column."""
    with pytest.raises(SourceError, match="is a char field, which has no labels") as error:
        reading({"x": {"field": "name", "labels": "en_US"}})
    assert error.value.at == ("source", "fields", "x")


def test_labels_in_a_language_that_is_not_active(reading):
    """Would be English."""
    with pytest.raises(SourceError, match="`de_DE` is not active there"):
        reading({"x": {"field": "type", "labels": "de_DE"}})


def test_a_name_of_another_version_is_told_by_what_became_of_it(reading):
    """Which is more than a name that looks like it."""
    with pytest.raises(SourceError, match=r"no field `mobile` \(.*since Odoo 19"):
        reading({"x": "mobile"})
    with pytest.raises(SourceError, match=r"no model `stock\.production\.lot` \(in Odoo 19 this is `stock\.lot`"):
        reading(["name"], model="stock.production.lot")
