"""Skipped rows are listed, each with its reason, and so many at most."""

from __future__ import annotations

import pytest

from odoo_etl.planning import NoChange
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, reported_rows, run_job
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.reported_rows import LISTED_ROWS, ReportedRows, SkippedRows, in_order
from tests.builders import PATIENT, Heard, ListSource, World, job_spec, record

COUNTRY = {"model": "res.country", "by": "code", "on_missing": "skip_row"}


def ran(spec, columns, *rows, world=None):
    """Run a job; its result, and the codes of the skipped rows by line."""
    world = world or World()
    skipped, so_far = Heard(), JobSoFar.begun(spec.job, spec.target.model)
    rejects = Heard()
    request = JobRequest(
        rows=AllRows(ListSource(columns, list(rows))), settler=PATIENT, rejects=rejects, skipped=skipped
    )
    result = run_job(spec, world.odoo, Heard(), so_far, request)
    assert result.counts.read == result.counts.accounted
    return result, {row.line: row.code for row in skipped.rejects}, {row.line: row.code for row in rejects.rejects}


def world_with(*partners):
    """An Odoo with some partners, and one country."""
    world = World()
    world.odoo.add("res.partner", *partners)
    world.odoo.add("res.country", {"code": "BE"})
    return world


@pytest.mark.parametrize(
    ("mode", "listed"),
    [("update", {3: "absent", 4: "absent"}), ("create", {2: "exists", 4: "repeated"}), ("upsert", {})],
)
def test_what_the_mode_leaves_alone_is_listed(mode, listed):
    """Absent records, those that exist, and rows that repeat a key."""
    spec = job_spec({"ref": "ref", "name": "name"}, mode=mode)
    rows = (["a", "A"], ["b", "B"], ["b", "B2"])
    result, skipped, rejected = ran(spec, ["ref", "name"], *rows, world=world_with({"ref": "a", "name": "old"}))
    assert (skipped, rejected, result.counts.skipped) == (listed, {}, len(listed))


def test_a_row_is_skipped_where_its_lookup_finds_nothing():
    """The others land; a flaw that is no lookup's makes a reject all the same."""
    fields = {"ref": "ref", "name": "ref", "country_id": {"column": "country", "lookup": COUNTRY}}
    rows = (["a", "BE"], ["b", "XX"], ["c", ""])
    result, skipped, rejected = ran(job_spec(fields), ["ref", "country"], *rows, world=world_with())
    assert (skipped, rejected) == ({3: "lookup_missing"}, {})
    assert (result.counts.created, result.counts.skipped) == (2, 1)


def test_of_rows_with_one_key_only_those_are_skipped_whose_lookups_find_nothing():
    """The others make the record."""
    fields = {"ref": "ref", "name": "ref", "country_id": {"column": "country", "lookup": COUNTRY}}
    world = world_with()
    result, skipped, _ = ran(job_spec(fields), ["ref", "country"], ["a", "XX"], ["a", "BE"], world=world)
    assert (skipped, result.counts.created, world.partners("ref", "country_id")) == (
        {2: "lookup_missing"},
        1,
        [("a", 1)],
    )


def test_a_row_may_be_skipped_by_one_lookup_and_flawed_by_another():
    """It is none of the job's rows then."""
    rejecting = {"column": "parent", "lookup": {"model": "res.partner", "by": "name"}}
    fields = {
        "ref": "ref",
        "name": "ref",
        "country_id": {"column": "country", "lookup": COUNTRY},
        "parent_id": rejecting,
    }
    _, skipped, rejected = ran(
        job_spec(fields), ["ref", "country", "parent"], ["a", "XX", "nobody"], world=world_with()
    )
    assert (skipped, rejected) == ({2: "lookup_missing"}, {})


def test_absent_records_are_rejects_where_the_job_says_so():
    """And nothing is listed as skipped."""
    spec = job_spec({"ref": "ref"}, mode="update", on_absent="reject")
    _, skipped, rejected = ran(spec, ["ref"], ["a"], world=world_with())
    assert (skipped, rejected) == ({}, {2: "absent"})


def test_the_list_ends_somewhere():
    """A job that creates leaves alone nearly all that it reads."""
    spec, kept = job_spec({"ref": "ref"}, mode="update"), Heard()
    skipped = SkippedRows(spec, kept, ReportedRows(spec))
    for _ in range(3):
        skipped.of(Outcome(skipped=[NoChange(record(str(one)), None) for one in range(LISTED_ROWS // 2)]))
    assert (len(kept.rejects), skipped.is_full) == (LISTED_ROWS, True)
    assert [row.line for row in in_order(reversed(kept.rejects))][:2] == [row.line for row in kept.rejects[:2]]
    assert reported_rows.LISTED_ROWS == LISTED_ROWS
