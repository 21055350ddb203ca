"""What each server refuses, under which name; a refused call leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError, Refused
from odoo_etl.odoo.client import OdooClient

VALIDATION = "odoo.exceptions.ValidationError"
VALUE = "builtins.ValueError"
GONE = 2**31 - 2
# XML-RPC's fault code 2 covers user, validation and missing errors alike: it carries no name.
ONE_CODE = {VALIDATION, "odoo.exceptions.UserError", "odoo.exceptions.MissingError"}


def check_name(odoo: OdooClient, error: OdooError, name: str) -> None:
    """The error carries Odoo's own name, as far as the protocol tells it."""
    if odoo.protocol != "xmlrpc" or name not in ONE_CODE:
        assert error.name == name


@pytest.mark.parametrize(
    ("model", "values", "name"),
    [
        ("res.partner", {"name": False}, VALIDATION),
        ("res.partner", {"no_such_field": 1}, VALUE),
        ("res.partner", {"type": "no such choice"}, VALUE),
        ("res.partner", {"color": "many"}, VALUE),
        ("res.partner", {"partner_latitude": "north"}, VALUE),
        ("res.partner", {"tz": "Nowhere/Land"}, VALUE),
        ("res.partner", {"country_id": GONE}, VALIDATION),
        ("res.partner", {"country_id": "Germany"}, "psycopg2.errors.InvalidTextRepresentation"),
        ("res.partner", {"parent_id": True}, "psycopg2.errors.DatatypeMismatch"),
        ("res.partner", {"category_id": [[6, 0, [GONE]]]}, "odoo.exceptions.MissingError"),
        ("res.partner", {"category_id": "tag"}, VALUE),
        ("res.country", {"name": "Deutschland, again", "code": "DE"}, VALIDATION),
        ("res.country", {"code": False}, VALIDATION),
        ("res.country.state", {"code": "XX"}, VALIDATION),
        ("product.template", {"name": False}, VALIDATION),
        ("product.template", {"uom_id": GONE}, VALIDATION),
        ("ir.model.data", {"name": "with blanks", "module": "x", "model": "res.partner"}, VALIDATION),
        ("ir.model.data", {"name": "de", "module": "base", "model": "res.country"}, VALIDATION),
    ],
)
def test_refused_values(odoo: OdooClient, unique: str, model: str, values: dict[str, Any], name: str) -> None:
    """A bad value is refused by name, and the good record before it is not created either."""
    good = {"res.country": {"name": unique, "code": False}}.get(model, {"name": unique})
    sound = good if model in ("res.partner", "product.template") else values
    with pytest.raises(Refused) as caught:
        odoo.create(model, [sound, {**good, **values}])
    check_name(odoo, caught.value, name)
    assert odoo.search_count(model, [["name", "=", unique]]) == 0


def test_an_unknown_model(odoo: OdooClient) -> None:
    """A model that does not exist is an error of the call, not of a row."""
    with pytest.raises(OdooError):
        odoo.search("no.such.model", [])


def test_an_unknown_method(odoo: OdooClient) -> None:
    """So is a method that does not exist."""
    with pytest.raises(ProtocolError):
        odoo.execute("res.partner", "no_such_method", ids=[1])


@pytest.mark.parametrize("method", ["_private", "exists", "sudo"])
def test_a_private_method(odoo: OdooClient, method: str) -> None:
    """Methods that are not meant for callers are refused as a matter of rights."""
    with pytest.raises(AccessRefused) as caught:
        odoo.execute("res.partner", method, ids=[1])
    assert caught.value.name == "odoo.exceptions.AccessError"


def test_an_unknown_argument(odoo: OdooClient) -> None:
    """A parameter that the method does not have is an error of the call."""
    with pytest.raises(OdooError):
        odoo.execute("res.partner", "search_count", domain=[], no_such_parameter=1)


def test_reading_what_is_gone(odoo: OdooClient) -> None:
    """Records that are gone are missing from the answer."""
    assert odoo.read("res.partner", [GONE], ["name"]) == []


@pytest.mark.parametrize(
    ("model", "refuses"), [("res.partner", True), ("product.template", True), ("res.country", False)]
)
def test_writing_to_what_is_gone(odoo: OdooClient, model: str, refuses: bool) -> None:
    """Writing to a record that is gone fails where Odoo reads it first, and changes nothing elsewhere."""
    if not refuses:
        assert odoo.write(model, [GONE], {"name": "x"})
        return
    with pytest.raises(Refused) as caught:
        odoo.write(model, [GONE], {"name": "x"})
    check_name(odoo, caught.value, "odoo.exceptions.MissingError")


@pytest.mark.parametrize(
    "domain",
    [
        [["no_such_field", "=", 1]],
        [["name", "resembles", "x"]],
        ["&", ["name", "=", "x"]],
        [["name", "any", []]],
        [["name", "child_of", 1]],
        [["is_company", ">", True]],
        [["create_date", ">", "soon"]],
        [["color", "=", "red"]],
    ],
)
def test_bad_domains(odoo: OdooClient, domain: list[Any]) -> None:
    """A domain that makes no sense is a ValueError."""
    with pytest.raises(OdooError) as caught:
        odoo.search("res.partner", domain)
    assert caught.value.name == VALUE


def test_a_domain_with_values_of_the_wrong_type(odoo: OdooClient) -> None:
    """A text where PostgreSQL needs a number is refused by PostgreSQL."""
    with pytest.raises(OdooError) as caught:
        odoo.search("res.partner", [["id", "=", "one"]])
    assert caught.value.name == "psycopg2.errors.InvalidTextRepresentation"


def test_an_inactive_language(odoo: OdooClient) -> None:
    """A context with a language that is not active is refused."""
    with pytest.raises(Refused) as caught:
        odoo.search("res.partner", [], limit=1, context={"lang": "tlh_TLH"})
    check_name(odoo, caught.value, "odoo.exceptions.UserError")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("res.partner", VALIDATION),
        ("res.partner.category", "odoo.exceptions.UserError"),
        ("product.category", "odoo.exceptions.UserError"),
    ],
)
def test_a_record_cannot_be_its_own_ancestor(odoo: OdooClient, unique: str, model: str, name: str) -> None:
    """Loops in a tree are refused."""
    top = odoo.create(model, {"name": unique})
    below = odoo.create(model, {"name": unique, "parent_id": top})
    with pytest.raises(Refused) as caught:
        odoo.write(model, [top], {"parent_id": below})
    check_name(odoo, caught.value, name)
