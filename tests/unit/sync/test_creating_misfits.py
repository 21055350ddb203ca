"""Lookups that can never create what they do not find, with the place in the job; no server is needed."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.sync import creating_misfits
from odoo_etl.sync.existing import Schema
from tests.builders import job_spec
from tests.memory_odoo import MemoryOdoo, raising

FIRMS = [["is_company", "=", True]]
PARTNER = {"model": "res.partner", "on_missing": "create"}


def found(lookup, odoo=None, **context):
    """The misfits of tags whose partners are created, by place."""
    odoo = odoo or MemoryOdoo()
    partners = {"column": "partners", "split": "|", "lookup": lookup}
    spec = job_spec({"name": "name", "partner_ids": partners}, model="res.partner.category", key="name")
    misfits = creating_misfits(spec, odoo, Schema(odoo, {}), context)
    return {".".join(map(str, one.at)): (one.message, one.hint) for one in misfits}


@pytest.mark.parametrize(
    ("lookup", "place", "words"),
    [
        ({"by": "display_name", "create": {"name": "x"}}, "by", "`display_name` is filled by Odoo itself"),
        ({"by": "image"}, "by", "`image` is a binary field, which has no exact values"),
        ({"by": "name", "create": {"lang": "nonsense"}}, "create.lang", "a new record cannot get this value"),
        ({"by": "name", "create": {"create_date": "2026-01-01"}}, "create.create_date", "cannot be written"),
        ({"by": "name", "domain": FIRMS}, "domain", "`is_company` false, and `domain` wants true"),
        ({"by": "name", "domain": FIRMS, "create": {"is_company": False}}, "domain", "`is_company` false"),
        ({"by": "name", "domain": [["color", "in", [3, 4]]]}, "domain", "wants 3 or 4"),
        ({"by": "name", "path": "/", "domain": FIRMS}, "domain", "`is_company` false"),
        ({"by": "external_id", "create": {"name": "x"}, "domain": FIRMS}, "domain", "`is_company` false"),
        ({"by": "name", "domain": [["active", "=", False]]}, "domain", "`active` true, and `domain` wants false"),
        ({"by": "external_id", "module": "base", "create": {"name": "x"}}, "module", "`base` is an installed module"),
        ({"external_id": "base.{partners}", "create": {"name": "x"}}, "external_id", "`base` is an installed module"),
    ],
)
def test_what_never_creates_a_record_is_told_where_it_stands(lookup, place, words):
    """In the lookup, not in the job that would create."""
    odoo = MemoryOdoo()
    odoo.add("ir.module.module", {"name": "base", "state": "installed"})
    told = found({**PARTNER, **lookup}, odoo)
    assert words in told[f"fields.partner_ids.lookup.{place}"][0]


def test_the_way_out_names_what_new_records_are_to_get():
    """As it would stand in the job; of several lookups, the last one creates."""
    told = found([{"model": "res.partner", "by": "ref"}, {**PARTNER, "by": "name", "domain": FIRMS}])
    assert told["fields.partner_ids.lookup.1.domain"][1] == "`create: {is_company: true}`"


@pytest.mark.parametrize(
    "lookup",
    [
        {"by": "name", "domain": FIRMS, "create": {"is_company": True}},
        {"by": "name", "domain": [["active", "=", True], ["color", "in", [0, 1]], ["ref", "=", False]]},
        {"by": "name", "domain": ["|", *FIRMS, ["color", "=", 1]]},
        {"by": "name", "domain": [["country_id.code", "=", "BE"], ["color", ">", -1], ["country_id", "=", "Belgium"]]},
        {"by": "name", "domain": [["category_id", "=", 3], ["credit_limit", "=", 1.0]]},
        {"by": ["name", "color"], "domain": [["color", "=", 1]]},
        {"by": "external_id", "module": "legacy", "create": {"name": "x"}},
        {"by": "external_id", "create": {"name": "x"}},
        {"by": "name", "on_missing": "reject", "domain": FIRMS},
    ],
)
def test_what_may_create_a_record_is_none(lookup):
    """Nor is what only Odoo can tell."""
    lookup = {**PARTNER, **lookup}
    columns = {"columns": ["a", "b"], "split": ["|", None]} if isinstance(lookup["by"], list) else {"column": "a"}
    spec = job_spec(
        {"name": "name", "partner_ids": {"split": "|", **columns, "lookup": lookup}},
        model="res.partner.category",
        key="name",
    )
    odoo = MemoryOdoo()
    assert creating_misfits(spec, odoo, Schema(odoo, {}), {}) == []


def test_who_may_not_ask_for_defaults_is_told_of_nothing_but_constants():
    """The first record that a run creates shows it."""
    odoo = MemoryOdoo(before=raising(AccessRefused("no"), "res.partner.default_get", at=None))
    assert found({**PARTNER, "by": "name", "domain": FIRMS}, odoo) == {}
    given = found({**PARTNER, "by": "name", "domain": FIRMS, "create": {"is_company": False}}, odoo)
    assert list(given) == ["fields.partner_ids.lookup.domain"]
