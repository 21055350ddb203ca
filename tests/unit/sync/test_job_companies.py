"""Jobs with values of several companies, on an Odoo in memory."""

from __future__ import annotations

import pytest

from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import UID, MemoryOdoo

BOM = "mrp.bom"
COST = {"column": "cost", "type": "decimal", "decimal": ",", "companies": {"NL": "nl"}}


@pytest.fixture
def world() -> World:
    """An Odoo with two companies; the user's own is the first."""
    odoo = MemoryOdoo()
    odoo.add("res.company", {"name": "Main"}, {"name": "NL"})
    odoo.records["res.users"] = {UID: {"company_id": 1, "company_ids": [1, 2]}}
    return World(odoo)


def job(cost=COST, **target):
    """A job on bills of materials."""
    return job_spec({"code": "code", "cost": cost}, model=BOM, key="code", **target)


def rows(*some):
    """A source of code and costs."""
    return ListSource(["code", "cost", "nl"], some)


def costs(world: World) -> list[tuple[float, float]]:
    """The cost of each bill: without a company, and in the second one."""
    return [(one.get("cost", 0.0), one.get("cost@company:2", 0.0)) for one in world.odoo.records[BOM].values()]


def test_each_company_gets_its_value(world):
    """Read as the field says; the second run writes nothing; then only what differs."""
    first = rows(("a", "1,5", "2,5"), ("b", "3,5", ""))
    assert world.run(job(), first).counts == {"created": 2}
    assert costs(world) == [(1.5, 2.5), (3.5, 0.0)]
    again = world.run(job(), first)
    assert (again.counts, again.writes) == ({"unchanged": 2}, 0)
    (change,) = world.run(job(), rows(("a", "1,5", "4")), shown=5).changes
    assert change.changes == {"cost@company:2": (2.5, 4.0)}
    ran = world.run(job(), rows(("a", "1,5", "4"), ("b", "3,5", "")))
    assert (ran.counts, ran.writes, costs(world)) == ({"updated": 1, "unchanged": 1}, 1, [(1.5, 4.0), (3.5, 0.0)])


def test_the_company_of_the_target(world):
    """Goes with every call of the job."""
    ran = world.run(job({"column": "cost", "type": "decimal"}, company="NL"), rows(("a", "1", "")))
    assert ran.counts == {"created": 1}
    assert costs(world) == [(0.0, 1.0)]


def test_a_company_that_is_not_there(world):
    """Before anything is written."""
    ran = world.run(job({"column": "cost", "companies": {"FR": "nl"}}), rows(("a", "1", "2")))
    assert (ran.result.exit_code, ran.writes) == (2, 0)
    assert "fields.cost.companies.FR: Odoo shows the user no company `FR`" in ran.result.error


def test_a_field_with_one_value_for_all(world):
    """The same."""
    spec = job_spec({"code": "code", "name": {"column": "cost", "companies": {"NL": "nl"}}}, model=BOM, key="code")
    ran = world.run(spec, rows(("a", "1", "2")))
    assert (ran.result.exit_code, ran.writes) == (2, 0)
    assert "fields.name.companies: `name` of mrp.bom has one value for all companies" in ran.result.error
