"""What was stored stays, whoever dies, whoever writes at the same time."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo_etl.errors import StateError
from odoo_etl.state import open_ledger
from odoo_etl.state.tables import UPGRADES, VERSION

THREADS, ROUNDS = 8, 25


def tell_to_begin(process):
    """Let an actor begin."""
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.mark.parametrize("told", [1, 40])
def test_a_killed_writer_leaves_every_intent_it_was_told_of(url, run_dir, start, told):
    """The store is whole: read, and written again."""
    writer = start("write", "r1")
    tell_to_begin(writer)
    numbers = {int(writer.stdout.readline()) for _ in range(told)}
    writer.kill()
    numbers |= {int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")}
    with open_ledger(url, run_dir) as ledger:
        (entry,) = ledger.jobs("r1")
        calls = list(ledger.calls(entry.id))
        assert numbers <= {call.id for call in calls}
        assert len(calls) <= len(numbers) + 1
        assert all(call.before == [{"name": f"Partner {call.chunk}"}] * 50 for call in calls)
        ledger.start_run("r2", "resume")


def test_threads_share_a_job(ledger, job):
    """Nothing is lost, mixed up or refused."""

    def work(lane):
        for turn in range(ROUNDS):
            chunk = lane * ROUNDS + turn
            call = job.sent(chunk, "create", keys=[chunk], before=[{"chunk": chunk}])
            job.done(call, [chunk, lane])
            job.confirmed(chunk, {"created": chunk})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    calls = list(ledger.calls(job.id))
    assert sorted(call.chunk for call in calls) == list(range(THREADS * ROUNDS))
    for call in calls:
        assert (call.state, call.keys, call.ids) == ("done", [call.chunk], [call.chunk, call.chunk // ROUNDS])
        assert call.before == [{"chunk": call.chunk}]
    assert {chunk.number for chunk in job.confirmed_chunks().values()} == set(range(THREADS * ROUNDS))


def test_processes_open_a_new_store_together(url, run_dir, start):
    """One of them makes it, and all use it."""
    actors = [start("enter", f"r{number}") for number in range(5)]
    for actor in actors:
        assert actor.stdout.readline() == "ready\n"
    for actor in actors:
        actor.stdin.write("go\n")
        actor.stdin.flush()
    assert Counter(actor.stdout.readline() for actor in actors) == {"opened\n": 5}
    with open_ledger(url, run_dir) as ledger:
        assert {run.id for run in ledger.runs()} == {f"r{number}" for number in range(5)}


def test_a_newer_store_is_refused(url, run_dir, change):
    """Its tables may mean something else."""
    with open_ledger(url, run_dir):
        pass
    change("UPDATE etl_meta SET version = 1000")
    with pytest.raises(StateError, match=rf"made by a newer odoo-etl .* 1000, this one knows {VERSION}"):
        open_ledger(url, run_dir).__enter__()


@pytest.fixture
def change(url):
    """A function that changes the store behind our back."""
    import sqlalchemy as sa

    def run(*statements):
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    return run


# What takes a store back to how version 1 made it.
TO_VERSION_1 = (
    *(f"ALTER TABLE etl_jobs DROP COLUMN {name}" for name in ("part", "group_id")),
    "DROP TABLE etl_locks",
    "CREATE TABLE etl_locks (resource TEXT, database TEXT, token TEXT, PRIMARY KEY (resource, database))",
    "UPDATE etl_meta SET version = 1",
)


@pytest.fixture
def older(url, run_dir, change):
    """A store of the first version with one call in it."""
    with open_ledger(url, run_dir) as ledger:
        ledger.start_run("r1", "run")
        ledger.start_job("r1", "partners", "res.partner", "db", "spec").sent(0, "create", keys=["C1"])
    change(*TO_VERSION_1)


def test_an_older_store_is_upgraded(older, url, run_dir):
    """It keeps what it held, and opens without upgrade from then on."""
    for _ in range(2):
        with open_ledger(url, run_dir) as ledger, ledger.lock("partners", "db", "r2"):
            (call,) = ledger.open_calls("res.partner", "db")
            assert (call.keys, call.part) == (["C1"], "")


def test_an_upgrade_that_fails_changes_nothing(older, url, run_dir):
    """Neither the tables nor the version: the next try starts from the same place."""
    broken = {**UPGRADES, VERSION - 1: [*UPGRADES[VERSION - 1], "ALTER TABLE etl_nothing ADD COLUMN x TEXT"]}
    with pytest.raises(StateError, match="cannot be opened"):
        open_ledger(url, run_dir, upgrades=broken).__enter__()
    with open_ledger(url, run_dir) as ledger:
        assert len(ledger.open_calls("res.partner", "db")) == 1
