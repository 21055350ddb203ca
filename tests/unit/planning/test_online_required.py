"""Fields that new records require: whether somebody gives them; no server is needed."""

from __future__ import annotations

import pytest

from odoo_etl.planning.online_checks import ServerModels, check_job
from odoo_etl.planning.online_required import check_filled, required_fields, unmapped_in_lookups
from tests.unit.planning.test_online_checks import PARTNER, field, job


@pytest.mark.parametrize(("mode", "count"), [("create", 1), ("upsert", 1), ("update", 0)])
def test_required_fields_must_be_given(mode, count):
    """New records need what the model requires and has no default for; updates do not."""
    fields = {**PARTNER, "team": field("many2one", required=True), "lang": field("char", required=True)}
    server = ServerModels({"res.partner": fields}, {"res.partner": frozenset({"lang"})})
    found = [str(problem) for problem in check_job(job(mode=mode), server)]
    assert len(found) == count
    assert all("requires `team`" in text for text in found)
    assert check_job(job(mode=mode, context={"default_team": 1}), server) == []


@pytest.mark.parametrize(("major", "problems", "warnings"), [(19, 2, 0), (16, 2, 0), (15, 1, 1), (14, 1, 1)])
def test_an_older_server_may_fill_relations_itself(major, problems, warnings):
    """`sale.order` of Odoo 14 does when it creates one: a doubt is no reason to refuse the job."""
    fields = {**PARTNER, "team": field("many2one", required=True), "lang": field("char", required=True)}
    server = ServerModels({"res.partner": fields}, major=major)
    refused, doubts = check_job(job(), server), check_filled(job(), server)
    assert (len(refused), len(doubts)) == (problems, warnings)
    assert all("requires `team`" in str(one) for one in doubts)
    assert check_filled(job(mode="update"), server) == check_filled(job(context={"default_team": 1}), server) == []


@pytest.mark.parametrize(
    ("lookup", "hints"),
    [
        ({"by": "code"}, ["add it to `create`"]),
        ({"by": "code", "create": {"name": "New"}}, []),
        ({"by": "name"}, []),
        ({"by": "code", "on_missing": "reject"}, []),
    ],
)
def test_records_that_lookups_create_need_them_too(lookup, hints):
    """From the cells, or from `create`; what has a default needs none."""
    country = {"name": field("char", required=True), "code": field("char"), "zone": field("char", required=True)}
    server = ServerModels({"res.partner": PARTNER, "res.country": country}, {"res.country": frozenset({"zone"})})
    lookup = {"model": "res.country", "on_missing": "create", **lookup}
    found = list(unmapped_in_lookups(job({"country_id": {"column": "c", "lookup": lookup}}), server))
    assert [one.hint for one in found] == hints
    assert all(one.path == "fields.country_id.lookup.on_missing" and "requires `name`" in str(one) for one in found)


def test_required_fields_leave_out_what_odoo_fills():
    """Computed fields, parents by _inherits, x2many and Odoo's own columns need no value."""
    fields = {
        "id": field("integer", required=True),
        "partner_id": field("many2one", required=True),
        "email": field("char", required=True, related="partner_id.email"),
        "currency_id": field("many2one", required=True, depends=["company_id"]),
        "total": field("float", required=True, store=False),
        "variant_ids": field("one2many", required=True),
        "login": field("char", required=True),
    }
    assert required_fields(fields) == ["login"]
