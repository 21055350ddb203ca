"""Past runs in a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from odoo_etl.reporting.past.history import history_lines
from odoo_etl.results import Destination
from odoo_etl.runs import PastJob, PastRun

BEGAN = datetime(2026, 11, 29, 6, 27, tzinfo=UTC)
PLACE = Destination("main", "https://erp.example.com", "prod", "etl", "Odoo 19.0")
JOB = PastJob("partners", "res.partner", "", "done", {"read": 2400, "created": 2388, "rejected": 12})
RUN = PastRun(
    "20261129T062739-0f13a1dd5",
    "run",
    "",
    BEGAN,
    BEGAN + timedelta(seconds=185),
    "done",
    3,
    (JOB,),
    destinations=(PLACE,),
)


def text(*runs, more=False):
    """All lines; none is wider than 80 columns."""
    lines = list(history_lines(runs, more=more))
    assert max(map(len, lines)) <= 80
    return "\n".join(lines)


def test_a_run_tells_its_outcome_its_rows_and_its_time():
    """And where it wrote, once for all runs that wrote there."""
    said = text(RUN, replace(RUN, id="r0"))
    assert "run      rejects       3 min 05 s" in said
    assert "2,388 created, 12 rejected: partners" in said
    assert said.count("→ https://erp.example.com, database prod, user etl, Odoo 19.0") == 1


def test_a_run_without_a_reject_has_no_rejects():
    """Exit code 3 is also that of values that Odoo did not keep, and of an undo that left records alone."""
    job = replace(JOB, counts={"read": 3, "updated": 2, "skipped": 1})
    assert "run      not kept " in text(replace(RUN, jobs=(job,)))
    assert "undo     left alone " in text(replace(RUN, command="undo", jobs=(job,)))


def test_runs_name_what_came_before_and_after():
    """In both directions."""
    said = text(replace(RUN, command="retry", parent="r0", followed_by={"r9": "undo", "r10": "resume"}))
    assert "retry of r0" in said
    assert "undone by r9" in said
    assert "resumed by r10" in said


def test_runs_that_have_not_ended():
    """A killed one has no time that it took."""
    said = text(replace(RUN, status="killed", exit_code=None, finished_at=None, jobs=()))
    assert "killed" in said
    assert "no rows: no job" in said


def test_a_run_that_had_not_begun_says_why():
    """In the place of its rows, and in one line."""
    early = replace(RUN, exit_code=2, status="failed", jobs=(), destinations=(), error=f"{'no such job ' * 9}\nmore")
    said = text(early)
    assert "run      not begun" in said
    assert "    no such job no such job" in said
    assert "no rows" not in said


def test_many_jobs_and_long_names_keep_to_the_line():
    """The first jobs by name; parts are in their job."""
    jobs = [replace(JOB, job=f"{'long' * 20}{n}") for n in range(9)] + [replace(JOB, part="1/2")]
    assert "…" in text(replace(RUN, jobs=tuple(jobs)), replace(RUN, jobs=tuple(jobs)))
    short = [replace(JOB, job=f"j{n}") for n in range(9)]
    assert "21,492 created, 108 rejected: j0, j1, j2 and 6 more" in text(replace(RUN, jobs=tuple(short)))


def test_rows_of_a_job_have_their_course():
    """Of whole runs that ended; a retry has only some rows."""
    older = replace(RUN, jobs=(replace(JOB, counts={"read": 300}),))
    retry = replace(RUN, command="retry", jobs=(replace(JOB, counts={"read": 9}),))
    failed = replace(RUN, jobs=(replace(JOB, status="failed"),))
    said = text(retry, RUN, failed, older)
    assert "  partners  ▂█" in said
    assert said.splitlines()[-3].endswith("2,400")
    assert "▁" not in text(RUN, retry)


def test_that_there_are_more_is_said():
    """With the command that tells them."""
    assert "more: odoo-etl history -n 2" in text(RUN, more=True)
    assert "no run is known of yet" in text()
