"""What ran before a run, and what after it."""

from __future__ import annotations

import pytest


def run(ledger, name, command="run", parent="", *, code=0, wrote=(), job="partners", **where):
    """A run of one job that created some records, or touched them as `kind` says; its entry."""
    kind = where.pop("kind", "create")
    ledger.start_run(name, command, parent)
    entry = ledger.start_job(name, job, where.get("model", "res.partner"), where.get("database", "db"), "spec")
    if wrote:
        entry.done(entry.sent(0, kind, ids=list(wrote)), list(wrote))
    if code is not None:
        ledger.finish_run(name, code)
    return ledger.jobs(name)[0]


def test_a_run_goes_on_with_others(ledger):
    """As far as `resume` leads; a retry is a run of its own."""
    run(ledger, "a")
    run(ledger, "b", "resume", "a")
    run(ledger, "c", "resume", "b")
    run(ledger, "d", "retry", "c")
    assert ledger.lineage.of("c") == ["c", "b", "a"]
    assert ledger.lineage.of("d") == ["d"]
    assert ledger.lineage.of("unknown") == ["unknown"]


@pytest.mark.parametrize(
    ("code", "wrote", "undone"),
    [(0, (), True), (3, (), False), (3, (5,), True), (1, (), False), (None, (), False), (1, (5,), True)],
)
def test_a_run_is_undone_by_a_run_that_did_something(ledger, code, wrote, undone):
    """Or that had nothing to do; one that only left records alone, because Odoo refused them, say, undid nothing."""
    run(ledger, "a")
    run(ledger, "u", "undo", "a", code=code, wrote=wrote, kind="restore")
    assert ledger.lineage.undone_by("a") == ("u" if undone else "")


def test_what_was_undone_in_turn_stands(ledger):
    """Until it is undone once more; what went on with it is undone with it."""
    run(ledger, "a")
    run(ledger, "b", "resume", "a")
    run(ledger, "u1", "undo", "a")
    assert ledger.lineage.undone_by("b") == "u1"
    run(ledger, "u2", "undo", "u1")
    assert (ledger.lineage.undone_by("a"), ledger.lineage.undone_by("u1")) == ("", "u2")
    run(ledger, "u3", "undo", "a")
    run(ledger, "u4", "undo", "a")
    assert ledger.lineage.undone_by("a") == "u4"
    run(ledger, "r", "retry", "u4")
    assert ledger.lineage.undone_by("u4") == ""


def test_what_later_runs_wrote(ledger):
    """All of it, by the newest of those that wrote; the newest that began may have written nothing."""
    run(ledger, "a", wrote=[1])
    entry = run(ledger, "b", wrote=[2])
    nothing = ledger.lineage.written_after(entry)
    assert (nothing.run_id, nothing.came, nothing.ids) == ("", "", frozenset())
    run(ledger, "c", wrote=[3, 4])
    run(ledger, "d", wrote=[5])
    run(ledger, "e")
    found = ledger.lineage.written_after(entry)
    assert (found.run_id, found.came, found.ids) == ("d", "e", frozenset({3, 4, 5}))


def test_who_does_not_count_as_a_later_run(ledger):
    """Other jobs, models and databases; retries of its rejects; the run that goes on with it."""
    entry = run(ledger, "a", wrote=[1])
    run(ledger, "b", wrote=[2], job="others")
    run(ledger, "c", wrote=[3], model="res.users")
    run(ledger, "d", wrote=[4], database="copy of db")
    run(ledger, "e", "retry", "a", wrote=[5])
    assert ledger.lineage.written_after(entry).came == ""
    run(ledger, "f", "resume", "a", wrote=[6])
    assert ledger.lineage.written_after(entry, "f").came == ""
    assert ledger.lineage.written_after(entry).run_id == "f"
    run(ledger, "g", "retry", "f", wrote=[7])
    assert ledger.lineage.written_after(entry, "f").run_id == "g"


def test_only_what_landed_was_written(ledger):
    """A call that landed on nothing wrote nothing."""
    entry = run(ledger, "a")
    run(ledger, "b")
    later = ledger.start_job("b", "partners", "res.partner", "db", "spec")
    later.refused(later.sent(0, "update", ids=[1]))
    later.unknown(later.sent(0, "update", ids=[2]))
    later.settled(later.sent(0, "create"), [])
    assert ledger.lineage.written_after(entry).ids == frozenset()
    later.settled(later.sent(0, "create", keys=["k"]), [3])
    assert ledger.lineage.written_after(entry).ids == {3}


def test_what_was_done_before_counts_each_record_once(ledger):
    """As created where it was; of all runs that it went on with."""
    run(ledger, "a", wrote=[1, 2])
    run(ledger, "b", "resume", "a", wrote=[3], kind="load")
    entry = run(ledger, "c", "resume", "b", wrote=[2, 4], kind="update")
    run(ledger, "d", wrote=[9])
    done = ledger.lineage.done_before(entry)
    assert (done.created, done.updated) == (3, 1)
    assert (ledger.lineage.done_before(run(ledger, "e", "resume", "unknown")).created) == 0
