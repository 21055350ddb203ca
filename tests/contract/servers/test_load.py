"""`load`: all rows or none, every bad one named."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl.errors import OdooError
from odoo_etl.odoo.client import OdooClient

MODEL = "res.partner"


def test_new_records_get_their_external_ids(odoo: OdooClient, unique: str) -> None:
    """Rows become records, in order; loading them again updates the same ones."""
    fields = ["id", "name", "country_id/id", "category_id", "is_company", "type"]
    rows = [[f"probe.{unique}_1", "One", "base.de", "", "yes", "Invoice"], [f"{unique}_2", "Two", "", "", "0", "other"]]
    answer = odoo.load(MODEL, fields, rows)
    assert answer["messages"] == []
    records = odoo.read(MODEL, answer["ids"], ["name", "country_id", "is_company", "type"], load="_classic_write")
    assert [list(record.values())[1:] for record in records] == [
        ["One", 57, True, "invoice"],
        ["Two", False, False, "other"],
    ]
    known = odoo.search_read("ir.model.data", [["name", "like", unique]], ["module", "res_id"], order="name")
    assert [(row["module"], row["res_id"]) for row in known] == [
        ("probe", answer["ids"][0]),
        ("__import__", answer["ids"][1]),
    ]
    again = odoo.load(MODEL, ["id", "name"], [[f"probe.{unique}_1", "One, again"]])
    assert again["ids"] == answer["ids"][:1]
    assert odoo.read(MODEL, again["ids"], ["name", "type"]) == [
        {"id": answer["ids"][0], "name": "One, again", "type": "invoice"}
    ]


def test_database_ids_and_names(odoo: OdooClient, unique: str) -> None:
    """`.id` updates a record; relations are found by database id and by name."""
    tag = odoo.create("res.partner.category", {"name": unique})
    record = odoo.create(MODEL, {"name": unique})
    answer = odoo.load(
        MODEL,
        [".id", "country_id/.id", "category_id", "partner_latitude", "parent_id"],
        [[str(record), "57", unique, "1.5", ""]],
    )
    assert answer["ids"] == [record]
    [row] = odoo.read(MODEL, [record], ["country_id", "category_id", "partner_latitude"], load="_classic_write")
    assert row == {"id": record, "country_id": 57, "category_id": [tag], "partner_latitude": 1.5}


def test_rows_refer_to_rows_before_them(odoo: OdooClient, unique: str) -> None:
    """A parent and its contact come in one call."""
    rows = [[f"probe.{unique}_p", "Parent", ""], [f"probe.{unique}_c", "Child", f"probe.{unique}_p"]]
    answer = odoo.load(MODEL, ["id", "name", "parent_id/id"], rows)
    parent, child = answer["ids"]
    assert odoo.read(MODEL, [child], ["parent_id"], load="_classic_write")[0]["parent_id"] == parent


@pytest.mark.parametrize(
    ("field", "cell", "message"),
    [
        ("color", "x", "'x' does not seem to be an integer for field 'Color Index'"),
        ("partner_latitude", "1,5", "'1,5' does not seem to be a number for field 'Geo Latitude'"),
        ("is_company", "maybe", "Unknown value 'maybe' for boolean field 'Is a Company'"),
        ("type", "bad", "Value 'bad' not found in selection field 'Address Type'"),
        ("country_id", "Nowhere", "No matching record found for name 'Nowhere' in field 'Country'"),
        ("country_id/id", "base.zz", "No matching record found for external id 'base.zz' in field 'Country'"),
        ("country_id/.id", "x", "Invalid database id 'x' for the field 'Country'"),
        ("category_id", "no,such", "No matching record found for name 'no' in field 'Tags'"),
    ],
)
def test_cells_that_do_not_convert(odoo: OdooClient, unique: str, field: str, cell: str, message: str) -> None:
    """A message names the row, the field and the text; nothing is written."""
    answer = odoo.load(MODEL, ["name", field], [[unique, ""], [unique, cell]])
    assert answer["ids"] is False
    [problem] = answer["messages"]
    told = {key: problem[key] for key in ("type", "record", "field", "message")}
    assert told == {"type": "error", "record": 1, "field": field.partition("/")[0], "message": message}
    assert odoo.search_count(MODEL, [["name", "=", unique]]) == 0


def test_every_refused_row_is_named(odoo: OdooClient, unique: str) -> None:
    """Rows that the database refuses are found one by one; the good ones are not kept."""
    answer = odoo.load(MODEL, ["name", "ref"], [["good", unique], ["", unique], ["good", unique], ["", unique]])
    assert answer["ids"] is False
    assert [(problem["record"], problem["message"]) for problem in answer["messages"]] == [
        (1, "Contacts require a name"),
        (3, "Contacts require a name"),
    ]
    assert odoo.search_count(MODEL, [["ref", "=", unique]]) == 0


def test_it_gives_up_after_ten_errors(odoo: OdooClient) -> None:
    """Ten errors in as many rows are enough."""
    answer = odoo.load(MODEL, ["name"], [[""]] * 30)
    kinds = [problem["type"] for problem in answer["messages"]]
    assert kinds == ["error"] * 10 + ["warning"]


def test_an_unknown_database_id(odoo: OdooClient) -> None:
    """A record that does not exist is a message, not a new record."""
    answer = odoo.load(MODEL, [".id", "name"], [["2000000000", "x"]])
    assert [(problem["field"], problem["message"]) for problem in answer["messages"]] == [
        (".id", "Unknown database identifier '2000000000'")
    ]


def test_an_unknown_column_is_an_error_of_the_call(odoo: OdooClient) -> None:
    """A column that names no field is refused before any row."""
    with pytest.raises(OdooError):
        odoo.load(MODEL, ["name", "no_such_field"], [["x", "y"]])


@pytest.mark.parametrize(("model", "row"), [("res.country", ["Germany, again", "DE"]), ("res.country", ["", "Q9"])])
def test_constraints_are_messages_too(odoo: OdooClient, model: str, row: list[Any]) -> None:
    """A code that is taken and a name that is missing are told with their field."""
    answer = odoo.load(model, ["name", "code"], [row])
    assert [problem["field"] for problem in answer["messages"]] == ["code" if row[0] else "name"]
