"""Calls that fail: outages, lost answers, interrupts; counts stay true, and nothing is done twice."""

from __future__ import annotations

from contextlib import suppress

import pytest

from odoo_etl.errors import AccessRefused, TransientError, UnknownOutcome
from tests.builders import World, job_spec
from tests.memory_odoo import MemoryOdoo, raising
from tests.unit.sync.named import NAMED, rows

FAILURES = [
    ("res.partner.search_read", 1, TransientError("away"), 1),
    ("res.partner.search_read", 2, TransientError("away"), 1),
    ("res.partner.create", 1, TransientError("away"), 1),
    ("res.partner.search_read", 2, UnknownOutcome("no answer"), 1),
    ("res.partner.create", 1, AccessRefused("no rights"), 5),
    ("res.partner.create", 2, AccessRefused("no rights"), 5),  # of the job; `schedule` knows that rows were written
    ("res.partner.web_save_multi", 1, TransientError("away"), 1),
    ("res.partner.fields_get", 1, AccessRefused("no rights"), 5),
]


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(("call", "at", "error", "exit_code"), FAILURES)
def test_counts_add_up_whatever_fails(call, at, error, exit_code, concurrency):
    """The rows whose outcome is not confirmed count as failed; the next run completes the work."""
    world = World()
    world.odoo.add("res.partner", *({"ref": str(n), "name": "old"} for n in range(0, 60, 7)))
    world.odoo.before = raising(error, call, at=at)
    pairs = [(str(n % 50), f"name {n % 50}") for n in range(60)]
    spec = job_spec(NAMED, load={"chunk_size": 10, "concurrency": concurrency})
    ran = world.run(spec, rows(*pairs))
    assert (ran.result.status, ran.adds_up) == ("failed", True)
    assert ran.result.exit_code == exit_code or concurrency > 1
    world.odoo.before = lambda *_: None
    assert world.run(spec, rows(*pairs)).result.status == "done"
    assert set(pairs) <= set(world.partners("ref", "name"))
    assert len({ref for ref, _ in world.partners("ref", "name")}) == len(world.partners("ref", "name"))


def test_rejects_that_are_known_are_told_when_a_later_call_fails():
    """A row refused alone is in the rejects, not among the failed."""
    world = World(MemoryOdoo(refuses=lambda values: values.get("name") == "bad"))
    world.odoo.add("res.partner", {"ref": "old", "name": "old"})
    world.odoo.before = raising(TransientError("away"), "res.partner.write")
    ran = world.run(job_spec(NAMED), rows(("a", "bad"), ("b", "B"), ("old", "new")))
    assert (ran.counts, ran.heard.rejected_lines) == ({"created": 1, "rejected": 1, "failed": 1}, [2])


@pytest.mark.parametrize(("landed", "creates"), [(True, 2), (False, 3)])
def test_a_create_without_an_answer_is_settled(landed, creates):
    """Its keys are looked up: what is there counts as created, what is not is created now."""
    world = World()
    lose = raising(UnknownOutcome("read timeout"), "res.partner.create")

    def before(call, payload):
        if landed and call == "res.partner.create" and not world.partners("ref"):
            world.odoo.add("res.partner", *payload)
        lose(call, payload)

    world.odoo.before = before
    ran = world.run(job_spec(NAMED), rows(("a", "A"), ("b", "B")))
    assert (ran.counts, ran.result.settled, ran.result.status) == ({"created": 2}, 1, "done")
    assert ran.result.calls["res.partner.create"] == creates
    assert world.partners("ref", "name") == [("a", "A"), ("b", "B")]


def test_a_create_that_never_gets_an_answer_fails_its_chunk():
    """After so many attempts the rows count as failed, and none of them is there twice."""
    world = World()
    world.odoo.before = raising(UnknownOutcome("read timeout"), "res.partner.create", at=None)
    ran = world.run(job_spec(NAMED, load={"retry": {"attempts": 3}}), rows(("a", "A"), ("b", "B")))
    assert (ran.counts, ran.result.status, ran.adds_up) == ({"failed": 2}, "failed", True)
    assert ran.result.calls["res.partner.create"] == 3


def test_an_outage_fails_chunks_and_the_breaker_stops_the_job():
    """Chunks fail, rows become no rejects; after so many failures in a row nothing more is tried."""
    world = World()
    world.odoo.before = raising(TransientError("away"), "res.partner.create", at=None)
    spec = job_spec(NAMED, load={"chunk_size": 1, "breaker": 2})
    ran = world.run(spec, rows(*((str(n), "A") for n in range(9))))
    assert (ran.counts, ran.result.calls["res.partner.create"]) == ({"failed": 9}, 2)
    assert "2 chunks failed in a row" in ran.result.error


def test_a_short_outage_fails_only_its_chunks():
    """The others are written, the job ends as failed and says so."""
    world = World()
    world.odoo.before = raising(TransientError("away"), "res.partner.create", at=2)
    ran = world.run(job_spec(NAMED, load={"chunk_size": 1}), rows(*((str(n), "A") for n in range(5))))
    assert (ran.counts, ran.result.status) == ({"created": 4, "failed": 1}, "failed")
    assert "1 chunk could not be written" in ran.result.error


def test_an_interrupt_leaves_true_counts_and_goes_up():
    """KeyboardInterrupt is not swallowed, and the result is told."""
    world = World()
    world.odoo.before = raising(KeyboardInterrupt(), "res.partner.create", at=2)  # type: ignore[arg-type]
    heard = []
    with pytest.raises(KeyboardInterrupt):
        world.run(job_spec(NAMED, load={"chunk_size": 1}), rows(("a", "A"), ("b", "B")), heard=heard)
    assert (heard[0].counts.created, heard[0].counts.failed, heard[0].status) == (1, 1, "failed")


@pytest.mark.parametrize(
    ("error", "call", "at", "expected"),
    [
        (KeyboardInterrupt(), "res.partner.create", 3, (10, 0, 50)),
        (KeyboardInterrupt(), "res.partner.search_read", 3, (10, 0, 50)),
        (TransientError("away"), "res.partner.create", 3, (50, 10, 0)),
        (TransientError("away"), "res.partner.create", None, (0, 30, 30)),
        (AccessRefused("no rights"), "res.partner.create", 3, (10, 0, 50)),
    ],
)
def test_rows_that_the_job_did_not_come_to_are_told_from_those_that_failed(error, call, at, expected):
    """Which is what an outage leaves behind; both count as failed, so that the counts add up."""
    world, heard = World(), []
    world.odoo.before = raising(error, call, at=at)  # type: ignore[arg-type]
    pairs = [(str(n), f"name {n}") for n in range(60)]
    spec = job_spec(NAMED, load={"chunk_size": 10, "concurrency": 1, "breaker": 3})
    with suppress(KeyboardInterrupt):
        world.run(spec, rows(*pairs), heard=heard)
    counts = heard[0].counts
    assert (counts.created, counts.attempted, counts.not_attempted) == expected
    assert counts.failed == counts.attempted + counts.not_attempted


def test_a_call_that_nobody_settled_was_attempted():
    """The run ends while it waits for what became of it."""
    world, heard = World(), []
    world.odoo.before = raising(UnknownOutcome("no answer"), "res.partner.create", at=3)
    pairs = [(str(n), f"name {n}") for n in range(40)]
    asked = []

    def interrupt_afterwards(call, _payload):
        asked.append(call)
        if asked.count("res.partner.create") == 3 and call == "res.partner.search_read":
            raise KeyboardInterrupt

    lose = world.odoo.before
    world.odoo.before = lambda call, payload: (interrupt_afterwards(call, payload), lose(call, payload))
    with pytest.raises(KeyboardInterrupt):
        world.run(job_spec(NAMED, load={"chunk_size": 10, "concurrency": 1}), rows(*pairs), heard=heard)
    counts = heard[0].counts
    assert (counts.created, counts.attempted, counts.not_attempted) == (10, 10, 20)
