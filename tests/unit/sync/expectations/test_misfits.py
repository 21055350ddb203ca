"""Faults of expectations that Odoo knows of."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused, ProtocolError, Refused
from odoo_etl.sync.expectations import expectation_misfits
from tests.memory_odoo import MemoryOdoo
from tests.unit.sync.expectations.world import expecting


def found(item, odoo=None):
    """Place and message of each misfit of one expectation."""
    misfits = expectation_misfits(expecting({"odoo": [item]}), odoo or MemoryOdoo(), {})
    return [(one.at[3:], one.message, one.hint) for one in misfits]


@pytest.mark.parametrize(
    ("item", "message", "hint"),
    [
        ({"sum": "colour", "equals": 1}, "res.partner has no field `colour`", "did you mean `color`?"),
        ({"sum": "name", "equals": 1}, "`name` of res.partner is no number", "its numbers are"),
        ({"sum": "country_id", "equals": 1}, "`country_id` of res.partner is no number", "its numbers are"),
    ],
)
def test_fields(item, message, hint):
    """The nearest number, or all of them."""
    [(place, said, way_out)] = found(item)
    assert (place, said, way_out.startswith(hint)) == (("sum",), message, True)


def test_both_sides_are_looked_at():
    """Each has its place."""
    item = {"sum": "color", "equals": {"model": "res.country", "sum": "code"}}
    assert [place for place, _, _ in found(item)] == [("equals", "sum")]
    assert found({"sum": "color", "equals": {"model": "res.partner", "sum": "weight"}}) == []


@pytest.mark.parametrize("key", ["where", "domain"])
def test_domains(key):
    """Odoo is asked once, for one record."""

    def before(method, payload):
        if method.endswith("search_read") and payload:
            raise Refused("Invalid field", name="builtins.ValueError")

    [(place, message, _)] = found({"count": "records", key: [["x", "=", 1]], "equals": 1}, MemoryOdoo(before=before))
    assert (place, "Invalid field" in message) == ((key,), True)


@pytest.mark.parametrize("error", [Refused("no model", name="builtins.KeyError"), ProtocolError("none", name="x")])
def test_models(error):
    """One that Odoo lacks."""

    def before(method, _payload):
        if method == "res.partner.fields_get":
            raise error

    odoo = MemoryOdoo(before=before)
    assert found({"count": "records", "model": "res.partner", "equals": 1}, odoo)[0][:2] == (
        ("model",),
        "Odoo has no model res.partner",
    )


@pytest.mark.parametrize("method", ["res.partner.fields_get", "res.partner.search_read"])
@pytest.mark.parametrize("error", [ProtocolError("a page of a proxy"), AccessRefused("no", name="AccessError")])
def test_what_odoo_does_not_say_of_the_expectation_is_raised(method, error):
    """The words of a proxy, a right that is lacking."""

    def before(called, _payload):
        if called == method:
            raise error

    with pytest.raises(type(error)):
        found({"count": "records", "equals": 1}, MemoryOdoo(before=before))
