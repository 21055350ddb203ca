"""Runs that go on, or are fed their rejects again, after others have written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from odoo_etl.errors import TransientError
from odoo_etl.mapping import Flaw
from odoo_etl.rejects.source import RejectedRows
from odoo_etl.so_far import JobSoFar
from odoo_etl.state import LaterWrites
from odoo_etl.sync import AllRows, JobRequest, SomeRows, run_job
from odoo_etl.sync.existing import ExistingRecords, GuardedFinder
from odoo_etl.sync.session.books import Booking
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo, raising

SPEC = job_spec({"ref": "ref", "name": "name"}, load={"chunk_size": 100})


class World:
    """An Odoo and a ledger."""

    def __init__(self, ledger, folder):
        self.ledger, self.folder, self.odoo = ledger, folder, MemoryOdoo()

    def run(self, run, rows, command="run", parent="", spec=SPEC, **request):
        """A run over these rows."""
        self.ledger.start_run(run, command, parent)
        booking = Booking(self.ledger, run, "db", PATIENT, lambda _: None, **request)
        source = rows if isinstance(rows, RejectedRows) else ListSource(["ref", "name"], rows)
        so_far, heard = JobSoFar.begun("partners", "res.partner"), Heard()
        partial = isinstance(rows, RejectedRows)
        result = run_job(
            spec,
            self.odoo,
            heard,
            so_far,
            JobRequest(None, booking, SomeRows(source) if partial else AllRows(source), PATIENT, rejects=heard),
        )
        self.ledger.finish_run(run, result.exit_code)
        return result, heard

    def entry(self, run):
        """What the ledger knows of a run's job."""
        (entry,) = self.ledger.jobs(run)
        return entry

    def rejects(self, run, *rows):
        """A file of rejected rows."""
        path = Path(self.folder) / f"{run}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["ref", "name"], *rows])
        return RejectedRows(path, run)


@pytest.fixture
def world(ledger, tmp_path):
    """Nothing was run yet."""
    return World(ledger, tmp_path)


def test_rejects_of_an_older_run_leave_newer_records_alone(world):
    """Those that a later run created or wrote; others are loaded, and told that a later run came."""
    world.odoo.refuses = lambda values: values.get("name") == "bad"
    world.run("r1", [["a", "A"], ["b", "bad"], ["c", "bad"], ["d", "D"]])
    world.run("r2", [["b", "newer"], ["d", "newer"]])
    rejects = world.rejects("r1", ["b", "mended"], ["c", "mended"], ["a", "mended"])
    result, heard = world.run("t1", rejects, "retry", "r1", retried="r1")
    assert [(row.code, row.cells) for row in heard.rejects] == [("written_since", ("b", "mended"))]
    assert "run is r2" in heard.rejects[0].reason
    assert [note.split(" came")[0] for note in result.notes] == ["run r2"]
    existing = {one["ref"]: one["name"] for one in world.odoo.records["res.partner"].values()}
    assert existing == {"a": "mended", "b": "newer", "c": "mended", "d": "newer"}


def test_rejects_may_be_fed_again_many_times(world):
    """What the same rejects wrote before is no later run."""
    world.odoo.refuses = lambda values: values.get("name") == "bad"
    world.run("r1", [["a", "bad"]])
    world.run("t1", world.rejects("r1", ["a", "half"]), "retry", "r1", retried="r1")
    result, heard = world.run("t2", world.rejects("r1", ["a", "mended"]), "retry", "r1", retried="r1")
    assert (heard.rejects, result.notes, result.counts.updated) == ([], (), 1)


def test_a_later_run_that_found_all_equal_is_told(world):
    """It leaves no trace at its records."""
    world.run("r1", [["a", "A"], ["b", "B"]])
    world.run("r2", [["a", "A"]])
    result, heard = world.run("t1", world.rejects("r1", ["b", "old"]), "retry", "r1", retried="r1")
    assert (heard.rejects, len(result.notes), result.counts.updated) == ([], 1, 1)


def half_done(world, spec=SPEC):
    """A run that wrote its first chunk and failed in the second; its rows."""
    rows = [[f"{n:03}", "N"] for n in range(150)]
    world.odoo.before = raising(TransientError("away"), "res.partner.create", at=3)
    result, _ = world.run("r1", rows, spec=spec)
    assert result.status == "failed"
    world.odoo.before = lambda *_: None
    return rows, result.counts.created


def test_a_resumed_run_says_what_was_done_before(world):
    """Which run, what it had done to Odoo, and how many rows are counted as it left them."""
    rows, done = half_done(world)
    result, _ = world.run("r2", rows, "resume", "r1", resumed=world.entry("r1"))
    assert result.counts.created == 150
    assert result.before == {"run": "r1", "created": done, "updated": 0, "rows": 100}
    result, _ = world.run("r3", rows)
    assert (result.before, result.counts.unchanged) == ({}, 150)


def test_a_resumed_run_leaves_alone_what_its_mode_leaves_alone(world):
    """It looks once more at each record that the job made, and at none that was there before."""
    spec = SPEC.model_copy(update={"target": SPEC.target.model_copy(update={"mode": "create"})})
    world.odoo.add("res.partner", {"ref": "000", "name": "theirs"})
    rows, _ = half_done(world, spec)
    world.odoo.records["res.partner"][2]["name"] = "as Odoo computes it"
    result, _ = world.run("r2", rows, "resume", "r1", spec, resumed=world.entry("r1"))
    assert (result.status, result.counts.created, result.counts.skipped) == ("done", 149, 1)
    assert [world.odoo.records["res.partner"][each]["name"] for each in (1, 2)] == ["theirs", "N"]


def test_a_run_is_not_gone_on_with_once_another_wrote(world):
    """What it confirmed may be another by now; nothing is written."""
    rows, _ = half_done(world)
    world.run("r2", [["000", "newer"]])
    before = world.odoo.writes()
    result, _ = world.run("r3", rows, "resume", "r1", resumed=world.entry("r1"))
    assert (result.status, result.exit_code, world.odoo.writes()) == ("failed", 2, before)
    assert "followed by run r2" in result.error


def test_a_run_goes_on_after_one_that_wrote_nothing(world):
    """And after its own rejects were fed again."""
    rows, _ = half_done(world)
    world.run("r2", [["000", "N"]])
    world.run("t1", world.rejects("r1", ["000", "fed"]), "retry", "r1", retried="r1")
    result, _ = world.run("r3", rows, "resume", "r1", resumed=world.entry("r1"))
    assert (result.status, result.counts.created) == ("done", 150)


class Found:
    """A finder that found these records."""

    fields = ("ref",)

    def __init__(self, **ids):
        self.existing = {(ref,): [{"id": each, "ref": ref} for each in some] for ref, some in ids.items()}

    def of(self, records):
        """All of them, one with a flaw of its own."""
        return ExistingRecords(self.existing, {("z",): Flaw("plan", "same_record", "known")}, {("a",): b"x"})


def test_records_that_were_written_since_are_flawed_by_their_key():
    """The first of several is named; others are as they were found."""
    guarded = GuardedFinder(Found(a=[7, 5, 3], b=[8], c=[9], z=[2]), LaterWrites("r9", "r9", frozenset({3, 5, 9})))
    found = guarded.of([])
    assert {key[0]: flaw.code for key, flaw in found.flaws.items()} == {
        "a": "written_since",
        "c": "written_since",
        "z": "same_record",
    }
    assert found.flaws[("a",)].reason.startswith(
        "record 3 was written after this row was rejected (the last such run is r9)"
    )
    assert (sorted(found.existing), found.fresh) == ([("a",), ("b",), ("c",), ("z",)], {("a",): b"x"})
