"""Jobs that selectors pick, run or planned."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.perform import perform
from odoo_etl.runs.selected import selected
from odoo_etl.runs.work import Arguments, Request


def done(shop, arguments, command="run", plan_shown=None):
    """A run of jobs that were selected."""
    return perform(Request(command, shop.use(), plan_shown), lambda opened: selected(opened, arguments))


@pytest.mark.parametrize(
    ("selectors", "jobs"), [([], ["firms", "people"]), (["people"], ["people"]), (["fir*"], ["firms"])]
)
def test_jobs_are_picked(shop, selectors, jobs):
    """Without selectors all of them, in the order in which they depend on each other."""
    assert [one.job for one in done(shop, Arguments(selectors)).jobs] == jobs


def test_a_plan_writes_nothing(shop):
    """It knows what earlier jobs of the plan would create, and shows so many changes."""
    planned = done(shop, Arguments(), "plan", 1)
    assert [(one.counts.created, len(one.changes)) for one in planned.jobs] == [(1, 1), (1, 1)]
    assert done(shop, Arguments()).jobs[0].counts.created == 1


def test_a_limit_takes_the_first_rows(shop):
    """Of each job."""
    assert [one.counts.read for one in done(shop, Arguments(limit=1)).jobs] == [1, 1]


def test_one_part_of_each_job(shop):
    """The result says which."""
    assert done(shop, Arguments(part="1/1")).jobs[0].part == "1/1"


@pytest.mark.parametrize("arguments", [Arguments(["nobody"]), Arguments(part="3/2")])
def test_what_the_project_does_not_have_is_an_error_of_the_run(shop, arguments):
    """Nothing is begun."""
    result = done(shop, arguments)
    assert (result.exit_code, result.jobs) == (UsageError.exit_code, ())
    assert result.error
