"""Records with ids in place of keys: all that a record carries, its lines and its values per company too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import Lines, Lookup, Ref, RefList, Variant, VariantValues
from odoo_etl.sync.existing.lookups import Lookups
from odoo_etl.sync.existing.schema import Schema
from tests.builders import record
from tests.memory_odoo import MemoryOdoo

COUNTRY = Lookup("res.country", ("code",))
TAG = Lookup("res.partner.category", ("name",))


@pytest.fixture
def odoo():
    """Two countries and two tags."""
    made = MemoryOdoo()
    made.add("res.country", {"code": "US"}, {"code": "DE"})
    made.add("res.partner.category", {"name": "red"}, {"name": "blue"})
    return made


def country(code, on_missing="reject"):
    """The country of that code."""
    return Ref(COUNTRY, (code,), on_missing)


def resolve(odoo, *records, fields=(), last=False):
    """Resolve the lookups of records."""
    return Lookups(odoo, Schema(odoo, {}), {}, fields=fields).resolve(records, last=last)


def firm(*lines, **values):
    """A record with lines, and lines of those lines."""
    return replace(record("firm", **values), children=(Lines("child_ids", lines),))


def test_lines_of_lines_have_ids(odoo):
    """Asked together with what the record itself asks for, in one call a model."""
    tags = RefList((Ref(TAG, ("red",), "reject"), Ref(TAG, ("blue",), "reject")), "set")
    line = replace(firm(record("inner", country_id=country("DE"))), values={"country_id": country("US"), "tags": tags})
    made, rejects = resolve(odoo, firm(line, name="F", country_id=country("DE")), fields=["country_id"])
    assert rejects == []
    [ready] = made
    [(_, [child])] = ready.children
    [(_, [grandchild])] = child.children
    assert ready.values == {"ref": "firm", "name": "F", "country_id": 2}
    assert child.values == {"country_id": 1, "tags": IdList((1, 2), "set")}
    assert grandchild.values == {"ref": "inner", "country_id": 2}
    assert (odoo.calls["res.country.search_read"], odoo.calls["res.partner.category.search_read"]) == (1, 1)


def test_values_of_companies_have_ids(odoo):
    """And lines stay as they are."""
    variant = VariantValues(Variant(company=2), {"country_id": country("DE"), "ref": "r"})
    given = replace(firm(record("line", name="L")), variants=(variant,))
    [ready], rejects = resolve(odoo, given)
    assert (rejects, ready.children) == ([], given.children)
    assert ready.variants == (VariantValues(Variant(company=2), {"country_id": 2, "ref": "r"}),)


def test_a_line_without_its_record_rejects_the_row(odoo):
    """The field is named by its way from the row."""
    _, [reject] = resolve(odoo, firm(firm(record("inner", country_id=country("ZZ")))))
    [flaw] = reject.flaws
    assert (flaw.field, flaw.code, flaw.reason) == (
        "child_ids.child_ids.country_id",
        "lookup_missing",
        "no res.country has code = 'ZZ'",
    )


@pytest.mark.parametrize("last", [False, True])
def test_a_line_whose_record_comes_later_waits_with_its_row(odoo, last):
    """It is written without the field first; when all rows are written, it is a reject."""
    given = firm(record("line", name="L", country_id=country("ZZ", "defer")))
    made, rejects = resolve(odoo, given, last=last)
    if last:
        assert (made, [reject.flaws[0].field for reject in rejects]) == ([], ["child_ids.country_id"])
    else:
        assert (made[0].later, made[0].children[0].records[0].values, rejects) == (
            given,
            {"ref": "line", "name": "L"},
            [],
        )
