"""What domains, order and windows mean."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl.odoo.client import OdooClient

ANYWAY = {"active_test": False}
PEOPLE: dict[str, dict[str, Any]] = {
    "anna": {"ref": "R1", "color": 3, "city": "Köln", "is_company": True, "partner_latitude": 1.5},
    "Bert": {"ref": "R_2", "color": 0, "city": "köln", "comment": "<p>x</p>"},
    "carl": {"ref": False, "color": -1, "city": "100%", "active": False},
    "Dora": {"type": "other", "ref": "", "email": "dora@example.com", "city": "back\\slash"},
}


@pytest.fixture(scope="module")
def people(odoo: OdooClient) -> dict[str, int]:
    """Four partners below a company of their own: a country, a tag and a parent, in different mixtures."""
    germany, france = (odoo.search("res.country", [["code", "=", code]])[0] for code in ("DE", "FR"))
    tags = odoo.create("res.partner.category", [{"name": "top"}, {"name": "other"}])
    tags.append(odoo.create("res.partner.category", {"name": "below", "parent_id": tags[0]}))
    ids = odoo.create("res.partner", [{"name": name, "function": "probe", **vals} for name, vals in PEOPLE.items()])
    named = dict(zip(PEOPLE, ids, strict=True))
    odoo.write("res.partner", [named["anna"]], {"country_id": germany, "category_id": [[6, 0, [tags[2]]]]})
    odoo.write("res.partner", [named["Bert"]], {"country_id": france, "category_id": [[6, 0, [tags[0], tags[1]]]]})
    odoo.write("res.partner", [named["Dora"]], {"parent_id": named["anna"]})
    return {**named, "tag": tags[0]}


def found(odoo: OdooClient, people: dict[str, int], domain: list[Any], context: Any = ANYWAY) -> set[str]:
    """The names of those of the four that match, archived ones too."""
    names = {record: name for name, record in people.items() if name in PEOPLE}
    mine = ["&", ["id", "in", list(names)], *domain]
    return {names[record] for record in odoo.search("res.partner", mine, context=context)}


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ([["ref", "=", "R1"]], {"anna"}),
        ([["ref", "!=", "R1"]], {"Bert", "carl", "Dora"}),
        ([["ref", "=", False]], {"carl", "Dora"}),
        ([["ref", "!=", False]], {"anna", "Bert"}),
        ([["ref", "in", ["R1", False]]], {"anna", "carl", "Dora"}),
        ([["ref", "not in", ["R1", False]]], {"Bert"}),
        ([["ref", "not in", ["R1"]]], {"Bert", "carl", "Dora"}),
        ([["ref", "in", []]], set()),
        ([["ref", "=?", False]], {"anna", "Bert", "carl", "Dora"}),
        ([["ref", "=?", "R1"]], {"anna"}),
        ([["ref", ">", "R1"]], {"Bert"}),
        ([["ref", "<", "R1"]], {"carl", "Dora"}),
        ([["name", "like", "a"]], {"anna", "carl", "Dora"}),
        ([["name", "ilike", "A"]], {"anna", "carl", "Dora"}),
        ([["name", "not ilike", "A"]], {"Bert"}),
        ([["name", "=like", "_ert"]], {"Bert"}),
        ([["name", "=ilike", "D%"]], {"Dora"}),
        ([["ref", "like", "R_2"]], {"Bert"}),
        ([["ref", "like", ""]], {"anna", "Bert", "carl", "Dora"}),
        ([["ref", "not like", "R"]], {"carl", "Dora"}),
        ([["city", "ilike", "KÖLN"]], {"anna", "Bert"}),
        ([["city", "like", "\\%"]], {"carl"}),
        ([["city", "like", "\\\\"]], {"Dora"}),
        ([["color", "=", 0]], {"Bert", "Dora"}),
        ([["color", "=", False]], {"Bert", "Dora"}),
        ([["color", "<", 1]], {"Bert", "carl", "Dora"}),
        ([["color", ">=", 0]], {"anna", "Bert", "Dora"}),
        ([["color", "in", [3, -1]]], {"anna", "carl"}),
        ([["color", "like", "3"]], {"anna"}),
        ([["partner_latitude", ">", 1]], {"anna"}),
        ([["partner_latitude", "=", 1.5]], {"anna"}),
        ([["is_company", "=", True]], {"anna"}),
        ([["is_company", "!=", True]], {"Bert", "carl", "Dora"}),
        ([["is_company", "in", [True, False]]], {"anna", "Bert", "carl", "Dora"}),
        ([["is_company", "=", "yes"]], {"anna"}),
        ([["active", "=", False]], {"carl"}),
        ([["comment", "!=", False]], {"Bert"}),
        ([["country_id", "=", False]], {"carl", "Dora"}),
        ([["country_id", "!=", False]], {"anna", "Bert"}),
        ([["country_id", "=", "Germany"]], {"anna"}),
        ([["country_id", "ilike", "germ"]], {"anna"}),
        ([["country_id", "not ilike", "germ"]], {"Bert", "carl", "Dora"}),
        ([["country_id.code", "=", "FR"]], {"Bert"}),
        ([["country_id.code", "!=", "FR"]], {"anna"}),
        (["!", ["country_id.code", "=", "FR"]], {"anna", "carl", "Dora"}),
        ([["country_id.currency_id.name", "=", "EUR"]], {"anna", "Bert"}),
        ([["country_id", "any", [["code", "=", "DE"]]]], {"anna"}),
        ([["country_id", "not any", [["code", "=", "DE"]]]], {"Bert", "carl", "Dora"}),
        ([["country_code", "=", "DE"]], {"anna"}),
        ([["country_code", "=", False]], {"carl", "Dora"}),
        ([["parent_id.name", "=", "anna"]], {"Dora"}),
        ([["parent_name", "=", "anna"]], {"Dora"}),
        ([["child_ids.name", "=", "Dora"]], {"anna"}),
        ([["child_ids", "=", False]], {"Bert", "carl", "Dora"}),
        ([["child_ids", "!=", False]], {"anna"}),
        ([["category_id", "=", "other"]], {"Bert"}),
        ([["category_id.name", "in", ["below", "other"]]], {"anna", "Bert"}),
        ([["category_id", "=", False]], {"carl", "Dora"}),
        ([["category_id", "not ilike", "other"]], {"anna", "carl", "Dora"}),
        ([["display_name", "=", "anna, Dora"]], {"Dora"}),
        ([["display_name", "ilike", "example.com"]], {"Dora"}),
        (["|", ["ref", "=", "R1"], ["ref", "=", "R_2"]], {"anna", "Bert"}),
        (["!", "|", ["ref", "=", "R1"], ["color", ">", 0]], {"Bert", "carl", "Dora"}),
        (["!", "&", ["ref", "=", "R1"], ["color", ">", 0]], {"Bert", "carl", "Dora"}),
        (["!", ["color", ">", 0]], {"Bert", "carl", "Dora"}),
        ([["create_date", ">", "2001-01-01"]], {"anna", "Bert", "carl", "Dora"}),
        ([["create_date", "<=", "2001-01-01 00:00:00"]], set()),
        ([["create_date", "=", False]], set()),
        ([["create_uid.login", "=", "admin"]], {"anna", "Bert", "carl", "Dora"}),
    ],
)
def test_domains(odoo: OdooClient, people: dict[str, int], domain: list[Any], names: set[str]) -> None:
    """Which of the four a domain finds."""
    assert found(odoo, people, domain) == names


@pytest.mark.parametrize(
    ("operator", "start", "names"),
    [
        ("child_of", "anna", {"anna", "Dora"}),
        ("parent_of", "Dora", {"anna", "Dora"}),
        ("child_of", "Bert", {"Bert"}),
    ],
)
def test_trees(odoo: OdooClient, people: dict[str, int], operator: str, start: str, names: set[str]) -> None:
    """`child_of` and `parent_of` include where they start."""
    assert found(odoo, people, [["id", operator, people[start]]]) == names


def test_tags_below_a_tag(odoo: OdooClient, people: dict[str, int]) -> None:
    """A tag stands for the tags below it."""
    assert found(odoo, people, [["category_id", "child_of", people["tag"]]]) == {"anna", "Bert"}


def test_archived_records_need_asking(odoo: OdooClient, people: dict[str, int]) -> None:
    """Without `active_test`, an archived record is found only by a domain that speaks of `active`."""
    assert found(odoo, people, [["color", "<", 9]], context=None) == {"anna", "Bert", "Dora"}
    assert found(odoo, people, [["active", "in", [True, False]]], context=None) == set(PEOPLE)


def test_thousands_of_values(odoo: OdooClient, people: dict[str, int]) -> None:
    """`in` takes as many values as a chunk has rows."""
    values = [f"none-{number}" for number in range(5000)]
    assert found(odoo, people, [["ref", "in", [*values, "R1"]]]) == {"anna"}


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["Bert", "Dora", "anna", "carl"]),
        ("name desc", ["carl", "anna", "Dora", "Bert"]),
        ("color, id desc", ["carl", "Dora", "Bert", "anna"]),
        ("ref, id", ["Dora", "anna", "Bert", "carl"]),
        ("ref desc, id", ["carl", "Bert", "anna", "Dora"]),
        ("country_id, id", ["Bert", "anna", "carl", "Dora"]),
        ("country_id desc, id", ["carl", "Dora", "anna", "Bert"]),
        ("is_company desc, name", ["anna", "Bert", "Dora", "carl"]),
        ("parent_id, id desc", ["Dora", "carl", "Bert", "anna"]),
    ],
)
def test_order(odoo: OdooClient, people: dict[str, int], order: str, names: list[str]) -> None:
    """Capitals come first, empty cells are greatest, a many2one sorts as its own model does."""
    domain = [["id", "in", [people[name] for name in PEOPLE]]]
    rows = odoo.search_read("res.partner", domain, ["name"], order=order, context=ANYWAY)
    assert [row["name"] for row in rows] == names


def test_windows(odoo: OdooClient, people: dict[str, int]) -> None:
    """`offset` and `limit` cut a page out of the order; a count knows neither."""
    domain = [["id", "in", [people[name] for name in PEOPLE]]]
    page = odoo.search("res.partner", domain, order="name", offset=1, limit=2, context=ANYWAY)
    assert page == [people["Dora"], people["anna"]]
    assert odoo.search_count("res.partner", domain, context=ANYWAY) == 4


def test_many2one_as_pair_or_id(odoo: OdooClient, people: dict[str, int]) -> None:
    """A many2one is read as id and name, or as the id alone."""
    domain = [["id", "=", people["Dora"]]]
    [pair] = odoo.search_read("res.partner", domain, ["parent_id", "country_id"])
    [bare] = odoo.search_read("res.partner", domain, ["parent_id", "country_id"], load="_classic_write")
    assert pair["parent_id"] == [people["anna"], "anna"]
    assert bare == {"id": people["Dora"], "parent_id": people["anna"], "country_id": False}


@pytest.mark.parametrize(
    ("model", "text", "names"),
    [
        ("res.country", "Ger", ["Algeria", "Germany", "Niger", "Nigeria"]),
        ("res.country.state", "Nova Sco", ["Nova Scotia (CA)"]),
        ("res.currency", "EUR", []),
    ],
)
def test_name_search(odoo: OdooClient, model: str, text: str, names: list[str]) -> None:
    """A text finds records by the names they are shown with."""
    assert [name for _, name in odoo.execute(model, "name_search", name=text)] == names
