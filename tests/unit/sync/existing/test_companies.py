"""Companies that a job names, found by name, external id or id, and what is refused of them."""

from __future__ import annotations

import pytest

from odoo_etl.sync.existing import Schema, company_misfits, find_companies, own_context, undivided_misfits
from tests.builders import job_spec, target
from tests.memory_odoo import UID, MemoryOdoo


def server() -> MemoryOdoo:
    """Four companies, of which the user may use three; the second is 2nd by its number, and so is called the third."""
    odoo = MemoryOdoo()
    odoo.add("res.company", {"name": "Main"}, {"name": "NL"}, {"name": "2"}, {"name": "Theirs"})
    odoo.records["res.users"] = {UID: {"company_id": 1, "company_ids": [1, 2, 3]}}
    odoo.add("ir.model.data", {"module": "base", "name": "nl", "model": "res.company", "res_id": 2})
    odoo.add("ir.model.data", {"module": "base", "name": "partner", "model": "res.partner", "res_id": 2})
    return odoo


def job(*companies: str, **options):
    """A job whose costs differ by company."""
    named = {name: f"cost {name}" for name in companies}
    cost = {"column": "cost", "companies": named} if named else "cost"
    return job_spec({"ref": "ref", "cost": cost}, **options)


@pytest.mark.parametrize(("name", "number"), [("NL", 2), ("base.nl", 2), ("3", 3), ("2", 3)])
def test_how_a_company_is_found(name, number):
    """A name comes before the other ways."""
    found = find_companies(job(name), server())
    assert (found.ids, found.own) == ({name: number}, 1)
    assert company_misfits(job(name), found) == []


@pytest.mark.parametrize(
    ("spec", "own", "context"),
    [
        (job("NL"), 1, {}),
        (job(company="NL"), 2, {"allowed_company_ids": [2]}),
        (job("NL", context={"allowed_company_ids": [3, 1]}), 3, {"allowed_company_ids": [3, 1]}),
    ],
)
def test_the_jobs_own_company(spec, own, context):
    """That of the target, of its context, or the user's; every call means the first."""
    found = find_companies(spec, server())
    assert (found.own, own_context(spec, found)) == (own, context)


def test_nothing_is_asked_without_companies():
    """Jobs that name none do not get slower."""
    odoo = server()
    assert (find_companies(job(), odoo).ids, dict(odoo.calls)) == ({}, {})


@pytest.mark.parametrize(
    ("spec", "place", "words"),
    [
        (job("FR"), ("fields", "cost", "companies", "FR"), "no company `FR`"),
        (job("9"), ("fields", "cost", "companies", "9"), "no company `9`"),
        (job("base.partner"), ("fields", "cost", "companies", "base.partner"), "no company"),
        (job("Theirs"), ("fields", "cost", "companies", "Theirs"), "may not use"),
        (job("Main"), ("fields", "cost", "companies", "Main"), "the job's own company"),
        (job("NL", company="NL"), ("fields", "cost", "companies", "NL"), "the job's own company"),
        (job(company="FR"), ("target", "company"), "no company `FR`"),
        (job("NL", "base.nl"), ("fields", "cost", "companies", "base.nl"), "`base.nl` and `NL` are one company"),
    ],
)
def test_companies_that_are_refused(spec, place, words):
    """With their place and a way out."""
    (misfit,) = company_misfits(spec, find_companies(spec, server()))
    assert (misfit.at, words in misfit.message, bool(misfit.hint)) == (place, True, True)


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        (target("float", "cost", company_dependent=True), False),
        (target("float", "cost"), True),
        (target("float", "cost", store=False, depends=["bom_id.cost"]), False),
        (target("float", "cost", store=False, depends=["bom_id.code", "name"]), True),
        (target("float", "cost", depends=["bom_id.cost"]), True),
    ],
)
def test_fields_with_one_value_for_all_companies(field, refused):
    """What Odoo shows of other fields differs where these do."""
    odoo = MemoryOdoo()
    spec = job_spec(
        {"sequence": "ref", "cost": {"column": "c", "companies": {"NL": "d"}}}, model="mrp.bom.line", key="sequence"
    )
    assert bool(undivided_misfits(spec, Schema(odoo, {}), {"cost": field})) is refused
