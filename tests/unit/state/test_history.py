"""What the calls of several runs of a job add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from odoo_etl.state import JobPart, WritesSince

PARTNERS = ("partners", "res.partner", "db")


def entry(ledger, run="r1", job="partners", model="res.partner", database="db", **details):
    """An entry of a job."""
    return ledger.start_job(run, job, model, database, "spec", details)


def landed(job, kind="create", ids=(), **call):
    """A call that landed on the ids."""
    job.done(job.sent(0, kind, ids=ids, **call), list(ids))


def run(ledger, ids, status="done", rejected=0, **details):
    """A run of the job that created some records."""
    job = entry(ledger, **details)
    landed(job, "create", ids)
    if status:
        job.finish(status, {"created": len(ids), "rejected": rejected})


def test_nothing_is_begun_before_the_first_run(ledger):
    """And nothing is left open by runs of which every row landed, however many."""
    assert ledger.begun(*PARTNERS) == set()
    for number in (1, 2, 3):
        run(ledger, [number])
        assert ledger.begun(*PARTNERS) == set()


@pytest.mark.parametrize(
    "unfinished", [{"status": "failed"}, {"status": "interrupted"}, {"status": ""}, {"rejected": 1}, {"partial": True}]
)
def test_what_is_begun_counts_from_the_last_whole_run(ledger, unfinished):
    """Not from the first of them: what an earlier one finished is no longer the job's to fill."""
    run(ledger, [1], **unfinished)
    assert ledger.begun(*PARTNERS) == {1}
    run(ledger, [2])
    run(ledger, [3], **unfinished)
    run(ledger, [4])
    run(ledger, [5], **unfinished)
    run(ledger, [6], **unfinished)
    assert ledger.begun(*PARTNERS) == {5, 6}


def test_a_run_that_rejected_nothing_is_whole(ledger):
    """Whatever else it counted."""
    run(ledger, [1], status="failed")
    entry(ledger).finish("done", {"read": 3, "skipped": 3, "rejected": 0})
    assert ledger.begun(*PARTNERS) == set()


def test_what_others_finished_says_nothing(ledger):
    """Another job, model or database."""
    run(ledger, [1], status="failed")
    for other in ({"job": "others"}, {"model": "res.users"}, {"database": "copy of db"}):
        entry(ledger, **other).finish("done", {})
    assert ledger.begun(*PARTNERS) == {1}


def test_only_created_records_that_landed_are_begun(ledger):
    """Created by `create` or `load`."""
    job = entry(ledger)
    landed(job, "load", [1])
    landed(job, "update", [2])
    job.refused(job.sent(0, "create", ids=[3]))
    job.unknown(job.sent(0, "create", ids=[4]))
    job.settled(job.sent(0, "create", ids=[5]), [5])
    assert ledger.begun(*PARTNERS) == {1, 5}


def test_what_a_run_created_takes_in_the_runs_that_it_goes_on_with(ledger):
    """Whether they landed all their rows or not; no other run, no other job."""
    for number, command, parent in (("r1", "run", ""), ("r2", "run", ""), ("r3", "resume", "r2"), ("r4", "run", "r3")):
        ledger.start_run(number, command, parent)
    for number, run_id in enumerate(["r1", "r2", "r3", "r4"], start=1):
        run(ledger, [number], run=run_id)
        run(ledger, [number + 10], run=run_id, job="others")
    found = [ledger.created_by(run_id, *PARTNERS) for run_id in ("r1", "r2", "r3", "r4")]
    assert found == [{1}, {2}, {2, 3}, {4}]


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 40, 41])
def test_calls_come_in_pages_without_a_gap(ledger, count):
    """At the ends of a page, too."""
    job = entry(ledger)
    sent = [job.sent(number, "create", keys=[{"ref": number}]) for number in range(count)]
    for number, call in enumerate(sent):
        job.done(call, [number])
    assert [call.chunk for call in ledger.calls(job.id)] == list(range(count))
    assert [call.ids for call in ledger.created_since(*PARTNERS, 0)] == [[number] for number in range(count)]
    assert [call.call_id for call in ledger.created_since(*PARTNERS, 0)] == sent


def test_created_since_leaves_out_the_call_itself(ledger):
    """And everything before it."""
    job = entry(ledger)
    first, second, third = (job.sent(0, "create", keys=["k"]) for _ in range(3))
    for number, call in enumerate((first, second, third)):
        job.done(call, [number])
    assert [one.ids for one in ledger.created_since(*PARTNERS, first)] == [[1], [2]]
    assert list(ledger.created_since(*PARTNERS, third)) == []


def test_what_was_taken_back_is_told_by_record(ledger):
    """Of the model, after a job, by any undo but one that brings back what an undo took."""
    ledger.start_run("r1", "run")
    own = entry(ledger, "r1")
    for run, parent, stamp, ids in (("u1", "r1", "05", [1, 2]), ("u2", "u1", "06", [2]), ("u3", "r1", "07", [1])):
        ledger.start_run(run, "undo", parent)
        job = entry(ledger, run, job="others")
        call = job.sent(0, "update", ids=ids)
        job.done(call)
        job.stamp({call: stamp})
    assert ledger.taken_back("res.partner", "db", own.id) == {1: "07", 2: "05"}
    assert ledger.taken_back("res.partner", "copy of db", own.id) == {}
    assert ledger.taken_back("res.country", "db", own.id) == {}
    assert ledger.taken_back("res.partner", "db", job.id) == {}


def test_what_later_runs_wrote_is_told_with_when(ledger):
    """Records of the model with their last run, moments of all models; the run itself and other databases apart."""
    for run, job, stamp, ids in (
        ("r1", "partners", "05", [1, 2]),
        ("r1", "others", "06", [2]),
        ("r2", "others", "07", [1]),
        ("r3", "others", "", [1, 3]),
    ):
        own = entry(ledger, run, job=job)
        call = own.sent(0, "update", ids=ids)
        own.done(call)
        own.stamp({call: stamp} if stamp else {})
    (first, _), (last,) = ledger.jobs("r1"), ledger.jobs("r3")
    assert ledger.written_later(first) == WritesSince({1: "r3", 3: "r3"}, frozenset({"07"}))
    assert ledger.written_later(replace(first, model="res.country")) == WritesSince({}, frozenset({"07"}))
    assert ledger.written_later(replace(first, database="copy of db")) == WritesSince({}, frozenset())
    assert ledger.written_later(last) == WritesSince({}, frozenset())


def test_the_last_stamp_is_the_latest(ledger):
    """Of the job in any run, and of any job of the run; not the one that was given last."""
    first, second, other = entry(ledger, "r1"), entry(ledger, "r2"), entry(ledger, "r3", job="others")
    assert ledger.last_stamp("partners", "db") == ""
    for job, stamp in ((first, "2026-01-02"), (second, "2026-01-01"), (other, "2026-01-03")):
        job.stamp({job.sent(0, "create"): stamp})
    assert ledger.last_stamp("partners", "db") == "2026-01-02"
    assert ledger.last_stamp("partners", "db", "r3") == "2026-01-03"
    assert ledger.last_stamp("others", "db") == "2026-01-03"
    assert ledger.last_stamp("others", "copy of db") == ""


def test_the_last_known_key_of_a_record_counts(ledger):
    """Of landed calls that name one, up to an entry."""
    first, second = entry(ledger, "r1"), entry(ledger, "r2")
    landed(first, "create", [1, 2], keys=[{"ref": "A"}, {"ref": "B"}])
    landed(second, "update", [1], keys=[{"ref": "C"}])
    landed(second, "update", [2])
    second.refused(second.sent(0, "update", ids=[2], keys=[{"ref": "X"}]))
    landed(second, "update", [2, 3], keys=[None, {"ref": "D"}])
    assert ledger.keys_of(*PARTNERS, [1, 2, 9]) == {1: {"ref": "C"}, 2: {"ref": "B"}}
    assert ledger.keys_of(*PARTNERS, [1], first.id) == {1: {"ref": "A"}}
    assert ledger.keys_of(*PARTNERS, [1], second.id) == {1: {"ref": "C"}}
    assert ledger.keys_of(*PARTNERS, [3]) == {3: {"ref": "D"}}
    assert ledger.keys_of(*PARTNERS, []) == {}
    assert ledger.keys_of("others", "res.partner", "db", [1]) == {}


def test_what_was_deleted_is_touched_no_more(ledger):
    """Records of several calls and runs."""
    landed(entry(ledger), "create", [1, 2])
    landed(entry(ledger), "update", [3])
    landed(entry(ledger), "unlink", [2, 3])
    landed(entry(ledger), "create", [4])
    assert ledger.touched(*PARTNERS) == {1, 4}


def test_what_lookups_created_is_archived_whichever_job_they_are_of(ledger):
    """Other jobs on the model do not count."""
    for job, kind, ids in (("a.tag_ids", "archive", [1, 2]), ("b.tags", "archive", [3]), ("c.x", "unarchive", [2])):
        landed(entry(ledger, job=job, model="crm.tag", made_for=job[0]), kind, ids)
    landed(entry(ledger, job="tags", model="crm.tag"), "archive", [4])
    landed(entry(ledger, job="a.tag_ids", model="crm.tag", database="other", made_for="a"), "archive", [5])
    assert ledger.archived_made("crm.tag", "db") == {1, 3}


def test_what_an_undo_archived_is_so_until_any_run_brings_it_back(ledger):
    """What a mirror archives is not among it."""
    ledger.start_run("r1", "run")
    ledger.start_run("u1", "undo", "r1")
    landed(entry(ledger, run="u1"), "archive", [1, 2, 3])
    landed(entry(ledger, job="others"), "unarchive", [2])
    landed(entry(ledger), "archive", [4])
    landed(entry(ledger, job="others"), "unlink", [3])
    assert ledger.archived_by_undo("res.partner", "db") == {1}


def test_what_was_archived_last_is_archived(ledger):
    """Over several runs."""
    for kind, ids in (("archive", [1, 2]), ("unarchive", [1]), ("archive", [3]), ("unlink", [2]), ("archive", [1])):
        landed(entry(ledger), kind, ids)
    assert ledger.archived(*PARTNERS) == {1, 3}


def test_the_rows_of_the_last_whole_run(ledger):
    """Not of the largest, nor of the first."""
    for rows in (100, 120, 90):
        job = entry(ledger)
        job.gathered("source", rows)
        job.finish("done", {})
    assert ledger.last_rows("partners", "db") == 90


def test_runs_are_pruned_that_ended_before(ledger):
    """One that ended in that very moment stays."""
    ledger.start_run("r1", "run")
    landed(entry(ledger), "update", [1], before=[{"name": "A"}])
    ledger.finish_run("r1", 0)
    ended = ledger.run("r1").finished_at
    [job] = ledger.jobs("r1")
    ledger.prune(ended)
    assert [call.before for call in ledger.calls(job.id)] == [[{"name": "A"}]]
    ledger.prune(datetime.fromtimestamp(ended.timestamp() + 0.001, UTC))
    assert [call.before for call in ledger.calls(job.id)] == [None]


@pytest.mark.parametrize(("others_done", "is_last"), [(1, False), (2, True)])
def test_the_last_part_of_three(ledger, others_done, is_last):
    """It finds all the others done; one of them that is not, and it is none."""
    parts = [
        ledger.start_job("r1", "partners", "res.partner", "db", "spec", job_part=JobPart("3.1", f"{number}/3"))
        for number in (1, 2, 3)
    ]
    for part in parts[:others_done]:
        part.finish("done", {})
    assert parts[2].finish_unless_last(3, {"created": 1}) is is_last
    assert ledger.jobs("r1")[2].status == ("running" if is_last else "done")
