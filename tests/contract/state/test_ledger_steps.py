"""Steps in the ledger: which records wait for one follows from the calls of the job."""

from __future__ import annotations

import pytest

JOB, MODEL, DATABASE = "orders", "sale.order", "made/db"
CONFIRM, POST, MENDED = 11, 12, 13


@pytest.fixture
def books(ledger):
    """The ledger, and what it knows of the steps of one job."""
    return ledger, ledger.steps(JOB, MODEL, DATABASE)


def begin(ledger, run, *, job=JOB, database=DATABASE, undone=""):
    """The journal of a further run of the job, or of the undo of one."""
    ledger.start_run(run, "undo" if undone else "run", undone)
    return ledger.start_job(run, job, MODEL, database, "spec")


def call(journal, kind, ids, *, outcome="done"):
    """A call with this outcome."""
    made = kind == "create"
    number = journal.sent(0, kind, keys=[{"name": str(each)} for each in ids], ids=[] if made else ids)
    if outcome == "done":
        journal.done(number, ids if made else None)
    elif outcome != "sent":
        getattr(journal, outcome)(number)
    return number


def owed(steps, step=CONFIRM, *, created=False, told=False):
    """The records that wait, in order."""
    return sorted(steps.owed(step, created=created, told=told))


def test_records_wait_that_calls_wrote_since_the_step_began(books):
    """Of this job in this database; not what undo wrote, nor what was refused."""
    ledger, steps = books
    call(begin(ledger, "r0"), "create", [1])
    steps.begin([CONFIRM], "r1")
    mine = begin(ledger, "r1")
    call(mine, "create", [2, 3])
    call(mine, "update", [4])
    call(mine, "archive", [5])
    call(mine, "update", [6], outcome="refused")
    call(begin(ledger, "r2", job="others"), "update", [7])
    call(begin(ledger, "r3", database="copy"), "update", [8])
    call(begin(ledger, "r4", undone="r3"), "update", [9])
    assert owed(steps) == [2, 3, 4]
    assert owed(steps, created=True) == [2, 3]


def test_what_is_left_waits_and_the_rest_is_through(books):
    """Until a later run concludes otherwise."""
    ledger, steps = books
    steps.begin([CONFIRM], "r1")
    call(begin(ledger, "r1"), "create", [1, 2, 3])
    steps.conclude(CONFIRM, [2], "r1")
    assert owed(steps) == [2]
    steps.begin([CONFIRM], "r2")
    call(begin(ledger, "r2"), "update", [3])
    assert owed(steps) == [2, 3]
    steps.conclude(CONFIRM, [], "r2")
    assert owed(steps) == []


def test_a_call_whose_outcome_is_open_is_not_passed_over(books):
    """Its records wait as soon as they are known."""
    ledger, steps = books
    steps.begin([CONFIRM], "r1")
    mine = begin(ledger, "r1")
    open_call = call(mine, "create", [1], outcome="unknown")
    call(mine, "update", [2])
    steps.conclude(CONFIRM, [], "r1")
    ledger.settled(open_call, [1])
    assert 1 in owed(steps)


def test_what_is_noted_of_records(books):
    """`done` and `told` do not wait; who was told may look again."""
    _, steps = books
    steps.begin([CONFIRM, POST], "r1")
    for number, state in enumerate(("waiting", "done", "open", "told"), 1):
        steps.note(POST, [number], state, "r1")
    assert steps.states(POST, [1, 2, 3, 4, 5]) == {1: "waiting", 2: "done", 3: "open", 4: "told"}
    assert steps.states(CONFIRM, [1, 2]) == {}
    assert (owed(steps, POST), owed(steps, POST, told=True)) == ([1, 3], [1, 3, 4])
    assert (steps.any_done(POST), steps.any_done(CONFIRM)) == (True, False)
    steps.conclude(POST, [1, 2, 3, 4], "r1")
    assert steps.states(POST, [1, 2, 3, 4]) == {1: "waiting", 2: "done", 3: "open", 4: "told"}


def test_a_mended_step_takes_over_from_the_run_before(books):
    """Its mark, and what waited for the old one; not what the old one had done."""
    ledger, steps = books
    steps.begin([CONFIRM], "r1")
    call(begin(ledger, "r1"), "create", [1, 2, 3])
    steps.note(CONFIRM, [3], "done", "r1")
    steps.conclude(CONFIRM, [1], "r1")
    call(ledger.start_job("r1", JOB, MODEL, DATABASE, "spec"), "update", [2])
    begin(ledger, "r2")
    steps.begin([MENDED], "r2")
    assert owed(steps, MENDED) == [1, 2]
    assert owed(steps, CONFIRM) == []
    assert steps.states(CONFIRM, [1, 3]) == {3: "done"}


def test_a_step_that_was_gone_for_a_run_begins_anew(books):
    """Nobody remembers what it was to be for."""
    ledger, steps = books
    steps.begin([CONFIRM], "r1")
    call(begin(ledger, "r1"), "create", [1])
    call(begin(ledger, "r2"), "create", [2])  # had no steps
    begin(ledger, "r3")
    steps.begin([MENDED], "r3")
    assert owed(steps, MENDED) == []


def test_what_a_second_look_wrote_needs_no_step(books):
    """What waits goes on waiting."""
    ledger, steps = books
    steps.begin([CONFIRM], "r1")
    mine = begin(ledger, "r1")
    call(mine, "create", [1, 2])
    steps.conclude(CONFIRM, [1], "r1")
    call(mine, "update", [2])
    steps.through([CONFIRM], "r1")
    assert owed(steps) == [1]


def test_open_calls_of_a_step(books):
    """Neither those of others, nor those that are settled; and they hold no mark back."""
    from odoo_etl.state import step_kind, step_of

    ledger, steps = books
    steps.begin([POST], "r1")
    mine = begin(ledger, "r1")
    call(mine, "create", [1, 2])
    first = call(mine, step_kind(POST, "message_post"), [1], outcome="sent")
    call(mine, step_kind(POST, "message_post"), [2])
    call(mine, step_kind(CONFIRM, "action_confirm"), [1], outcome="unknown")
    assert [one.id for one in steps.open_calls(POST)] == [first]
    assert step_of(steps.open_calls(POST)[0].kind) == (POST, "message_post")
    assert step_of("create") is None
    steps.conclude(POST, [], "r1")
    assert owed(steps, POST) == []
    ledger.settled(first, [])
    assert steps.open_calls(POST) == []


def test_steps_go_along_with_their_database(books):
    """When the ledger learns that two marks are one database."""
    ledger, steps = books
    steps.begin([POST], "r1")
    steps.note(POST, [1], "done", "r1")
    begin(ledger, "r1")
    ledger.take_over([DATABASE], "new/db")
    assert ledger.steps(JOB, MODEL, "new/db").states(POST, [1]) == {1: "done"}
    assert steps.states(POST, [1]) == {}
