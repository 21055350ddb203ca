"""Languages and companies that jobs need."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.checks.surroundings import check_surroundings
from odoo_etl.errors import AccessRefused
from odoo_etl.spec import Job
from tests.builders import job_spec
from tests.memory_odoo import UID, MemoryOdoo


@pytest.fixture
def odoo():
    """Two languages; the user may use the first of two companies."""
    made = MemoryOdoo()
    made.add("res.lang", {"code": "en_US"}, {"code": "fr_FR"})
    made.add("res.company", {"name": "One"}, {"name": "Two"})
    made.records["res.users"] = {UID: {"company_id": 1, "company_ids": [1], "active": True}}
    return made


def job(fields=None, **target):
    """A job on partners."""
    return Job(job_spec({"ref": "ref", "name": "name", **(fields or {})}, **target), Path("partners.yaml"))


def told(odoo, *jobs):
    """The checks as (name, ok)."""
    return {one.name: (one.ok, one.detail, one.remedy) for one in check_surroundings(odoo, jobs)}


def test_nothing_is_asked_for_jobs_that_name_neither(odoo):
    """Most do not."""
    assert (told(odoo, job()), dict(odoo.calls)) == ({}, {})


def test_languages_are_active_or_named_with_their_jobs(odoo):
    """One question for all jobs."""
    fr, de = job(context={"lang": "fr_FR"}), job({"name": {"column": "n", "translations": {"de_DE": "de"}}})
    assert told(odoo, fr) == {"languages": (True, "fr_FR: active", "")}
    ok, detail, remedy = told(odoo, fr, de)["languages"]
    assert (ok, detail) == (False, "de_DE is not active, and partners names it")
    assert remedy.endswith("active are en_US, fr_FR")
    assert odoo.calls["res.lang.search_read"] == 2


def test_companies_are_there_and_allowed(odoo):
    """By the name that the job gives them."""
    assert told(odoo, job(company="One"))["companies"] == (True, "One: the user may use them", "")
    assert told(odoo, job(company="Two"))["companies"][:2] == (
        False,
        "the user may not use the company `Two` (partners)",
    )
    assert "no company `Three`" in told(odoo, job(company="Three"))["companies"][1]


def test_what_cannot_be_read_is_told(odoo):
    """Then nobody knows."""

    def refuse(call, _payload):
        if call.startswith("res.lang"):
            raise AccessRefused("res.lang.search_read: not allowed")

    odoo.before = refuse
    assert told(odoo, job(context={"lang": "fr_FR"}))["languages and companies"][0] is False
