"""Fields that new records require: whether somebody gives them; no server is needed."""

from __future__ import annotations

import pytest

from odoo_etl.planning.online_checks import ServerModels, check_job
from odoo_etl.planning.online_required import check_filled, required_fields
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
