"""What is known of jobs while they go on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from odoo_etl.errors import Interrupted, SafetyLimit
from odoo_etl.results import Counts, JobResult
from odoo_etl.so_far import JobSoFar, JobsSoFar

JOB = JobResult("partners", "res.partner")


def test_each_result_is_a_value():
    """One that was taken before knows nothing of what came later."""
    so_far = JobSoFar(JOB)
    before = so_far.result
    so_far.know(protocol="json2", counts=Counts(read=2))
    so_far.count(created=1, updated=1)
    so_far.add(settled=2, notes=("waited",))
    so_far.note("done")
    assert before == JOB
    found = so_far.result
    assert (found.protocol, found.counts, found.settled) == ("json2", Counts(2, created=1, updated=1), 2)
    assert found.notes == ("waited", "done")


def test_nothing_that_lanes_say_is_lost():
    """However many say it at once."""
    so_far = JobSoFar(JOB)
    with ThreadPoolExecutor(8) as lanes:
        list(lanes.map(lambda _: (so_far.count(created=1), so_far.add(settled=1)), range(2000)))
    assert (so_far.result.counts.created, so_far.result.settled) == (2000, 2000)


@pytest.mark.parametrize(
    ("error", "text", "code"), [(SafetyLimit("too many"), "too many", 4), (Interrupted(15), "interrupted", 143)]
)
def test_an_error_ends_a_job(error, text, code):
    """With its exit code."""
    so_far = JobSoFar(JOB)
    so_far.fail(error)
    assert (so_far.result.status, so_far.result.error, so_far.result.exit_code) == ("failed", text, code)


def test_jobs_are_known_in_the_order_in_which_they_began():
    """As far as they are known."""
    jobs = JobsSoFar()
    first = jobs.begin("partners", "res.partner")
    jobs.add(JobResult("tags", "m"))
    first.count(created=1)
    assert [(one.job, one.counts.created) for one in jobs.results()] == [("partners", 1), ("tags", 0)]
    assert (len(jobs), jobs[0]) == (2, first)


def test_a_job_that_does_not_come_to_its_end_was_interrupted():
    """Whatever ended it, and however early."""
    job = JobSoFar.begun("partners", "res.partner", "1/2")
    assert (job.result.status, job.result.error, job.result.part) == ("failed", "interrupted", "1/2")
    job.succeed()
    assert job.result == replace(JOB, part="1/2")
