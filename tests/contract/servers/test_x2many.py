"""The x2many commands, archived targets, and what deleting does to links."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Refused
from odoo_etl.odoo.client import OdooClient
from odoo_etl.sync.existing.reads import read_whole

TAG, PARTNER = "res.partner.category", "res.partner"


def tags_of(odoo: OdooClient, record: int) -> set[int]:
    """The tags of a partner."""
    return set(odoo.read(PARTNER, [record], ["category_id"])[0]["category_id"])


def test_commands_on_many2many(odoo: OdooClient, unique: str) -> None:
    """Set, link, unlink, create, update, delete and clear, one after the other."""
    one, two, three = odoo.create(TAG, [{"name": f"{unique}-{number}"} for number in range(3)])
    record = odoo.create(PARTNER, {"name": unique, "category_id": [[6, 0, [one, two]]]})
    assert tags_of(odoo, record) == {one, two}
    for commands, expected in [
        ([[4, three, 0]], {one, two, three}),
        ([[4, three, 0]], {one, two, three}),
        ([[3, one, 0]], {two, three}),
        ([[6, 0, [one]]], {one}),
        ([[1, one, {"name": f"{unique}-new"}], [4, two]], {one, two}),
        ([[2, one, 0]], {two}),
        ([[5, 0, 0], [4, three]], {three}),
        ([[5]], set()),
    ]:
        odoo.write(PARTNER, [record], {"category_id": commands})
        assert tags_of(odoo, record) == expected
    odoo.write(PARTNER, [record], {"category_id": [[0, 0, {"name": f"{unique}-made"}]]})
    [made] = tags_of(odoo, record)
    assert odoo.read(TAG, [made], ["name"])[0]["name"] == f"{unique}-made"
    assert odoo.read(TAG, [one], ["name"]) == []


def test_a_plain_list_sets(odoo: OdooClient, unique: str) -> None:
    """Ids without a command are the new content; an empty value clears."""
    one = odoo.create(TAG, {"name": unique})
    record = odoo.create(PARTNER, {"name": unique, "category_id": [one]})
    assert tags_of(odoo, record) == {one}
    odoo.write(PARTNER, [record], {"category_id": False})
    assert tags_of(odoo, record) == set()


def test_both_sides_of_a_many2many(odoo: OdooClient, unique: str) -> None:
    """A link made from the tag is seen from the partner."""
    record = odoo.create(PARTNER, {"name": unique})
    tag = odoo.create(TAG, {"name": unique, "partner_ids": [[6, 0, [record]]]})
    assert tags_of(odoo, record) == {tag}


def test_archived_targets_are_kept_and_hidden(odoo: OdooClient, unique: str) -> None:
    """A link to an archived record shows only with `active_test: False`, and never in what `search_read` answers."""
    tag = odoo.create(TAG, {"name": unique})
    record = odoo.create(PARTNER, {"name": unique, "category_id": [[6, 0, [tag]]]})
    odoo.write(TAG, [tag], {"active": False})
    assert tags_of(odoo, record) == set()
    [row] = odoo.read(PARTNER, [record], ["category_id"], context={"active_test": False})
    assert row["category_id"] == [tag]
    domain = [["id", "=", record]]
    [row] = odoo.search_read(PARTNER, domain, ["category_id"], context={"active_test": False})
    assert row["category_id"] == []
    [row] = read_whole(odoo, PARTNER, domain, ["name", "category_id"], {"category_id"}, {})
    assert row == {"id": record, "name": unique, "category_id": [tag]}


def test_commands_on_one2many(odoo: OdooClient, unique: str) -> None:
    """Create, update, unlink, link and delete the records that point here."""
    parent = odoo.create(PARTNER, {"name": unique, "child_ids": [[0, 0, {"name": "b"}], [0, 0, {"name": "a"}]]})

    def children() -> dict[str, int]:
        rows = odoo.search_read(PARTNER, [["parent_id", "=", parent]], ["name"])
        return {row["name"]: row["id"] for row in rows}

    first = children()
    assert set(first) == {"a", "b"}
    assert odoo.read(PARTNER, [parent], ["child_ids"])[0]["child_ids"] == [first["a"], first["b"]]
    odoo.write(PARTNER, [parent], {"child_ids": [[1, first["a"], {"name": "c"}], [3, first["b"], 0]]})
    assert children() == {"c": first["a"]}
    odoo.write(PARTNER, [parent], {"child_ids": [[4, first["b"], 0]]})
    assert children() == {"b": first["b"], "c": first["a"]}
    odoo.write(PARTNER, [parent], {"child_ids": [[2, first["b"], 0]]})
    assert children() == {"c": first["a"]}
    odoo.write(PARTNER, [parent], {"child_ids": [[6, 0, []]]})
    assert children() == {}
    assert odoo.search_count(PARTNER, [["id", "=", first["a"]]]) == 1


def test_unlink_takes_links_and_external_ids_along(odoo: OdooClient, unique: str) -> None:
    """A deleted record leaves no link and no external id."""
    tag = odoo.create(TAG, {"name": unique})
    record = odoo.create(PARTNER, {"name": unique, "category_id": [[4, tag]]})
    external = {"module": "probe", "name": unique, "model": TAG, "res_id": tag}
    odoo.create("ir.model.data", external)
    assert odoo.unlink(TAG, [tag])
    assert tags_of(odoo, record) == set()
    assert odoo.search_count("ir.model.data", [["module", "=", "probe"], ["name", "=", unique]]) == 0


def test_unlink_empties_what_points_to_the_record(odoo: OdooClient, unique: str) -> None:
    """A reference that may be empty becomes so; a branch of a tree goes with its root."""
    country = odoo.search("res.country", [["code", "=", "AQ"]])[0]
    state = odoo.create("res.country.state", {"name": unique, "code": unique[:5], "country_id": country})
    top = odoo.create("product.category", {"name": unique})
    below = odoo.create("product.category", {"name": unique, "parent_id": top})
    product = odoo.create("product.template", {"name": unique, "categ_id": below})
    odoo.write("product.template", [product], {"categ_id": False})
    odoo.unlink("product.category", [top])
    odoo.unlink("res.country.state", [state])
    assert odoo.search_count("product.category", [["name", "=", unique]]) == 0
    assert odoo.read("product.template", [product], ["categ_id"])[0]["categ_id"] is False


@pytest.mark.parametrize("model", ["res.country", "res.partner"])
def test_unlink_is_refused_where_others_need_the_record(odoo: OdooClient, model: str) -> None:
    """A country with states and a partner with a user stay."""
    record = {"res.country": 57, "res.partner": odoo.read("res.users", [2], ["partner_id"])[0]["partner_id"][0]}[model]
    with pytest.raises(Refused):
        odoo.unlink(model, [record])
    assert odoo.search_count(model, [["id", "=", record]]) == 1
