"""One live owner per resource and database, however the others died."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from odoo_etl.errors import Busy, StateError
from odoo_etl.state import CLOSING, JobPart, open_ledger
from odoo_etl.state.locks import Claim

COMPETITORS = 4
LEASE_S = 0.3  # of whoever asks: so long they watch an owner whose heartbeat is old


def go(process):
    """Let an actor begin; returns what it says first."""
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    return process.stdout.readline()


def compete(start):
    """Several actors want the same lock at the same time; returns what each says."""
    actors = [start("hold", f"run-{number}") for number in range(COMPETITORS)]
    for actor in actors:
        assert actor.stdout.readline() == "ready\n"
    for actor in actors:
        actor.stdin.write("go\n")
        actor.stdin.flush()
    return [actor.stdout.readline() for actor in actors]


def age(url, seconds):
    """Make the last heartbeat of every owner so much older."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE etl_locks SET beat = beat - :seconds"), {"seconds": seconds})
    engine.dispose()


@pytest.fixture
def elsewhere(url, tmp_path):
    """The ledger of another machine on the same store."""
    with open_ledger(url, tmp_path / "runs of the other machine", host="elsewhere") as opened:
        yield opened


def test_a_live_owner_is_named(ledger, start):
    """Run, host and process; nothing is taken."""
    holder = start("hold", "run-7")
    assert go(holder) == "held \n"
    with pytest.raises(Busy, match=rf"partners is busy: run run-7 \(host .+, pid {holder.pid}, since 20") as caught:
        ledger.lock("partners", "db", "run-8").__enter__()
    assert caught.value.exit_code == 6


def test_an_owner_that_lives_keeps_its_lock_without_a_heartbeat(ledger, start, url):
    """On the same machine a stopped or slow process is not taken for dead."""
    assert go(start("hold", "run-7")) == "held \n"
    age(url, 3600)
    with pytest.raises(Busy):
        ledger.lock("partners", "db", "run-8").__enter__()


def test_a_killed_owner_is_taken_over_at_once(ledger, start, run_dir):
    """Its heartbeat is still young; the sentence names it, and its file does not stay."""
    holder = start("hold", "run-7")
    go(holder)
    holder.kill()
    holder.wait()
    with ledger.lock("partners", "db", "run-8") as lock:
        assert f"took over the lock of partners from run run-7 (host {os.uname().nodename}, pid {holder.pid}" in (
            lock.taken_over
        )
        lock.check()
        assert len(list(run_dir.glob(".alive-*"))) == 1


def test_exactly_one_of_many_gets_a_free_lock(start):
    """The others are told that it is busy."""
    said = compete(start)
    assert sorted(line.split()[0] for line in said) == ["busy"] * (COMPETITORS - 1) + ["held"]


def test_exactly_one_of_many_takes_a_dead_owner_over(start):
    """They all see that it is dead."""
    holder = start("hold", "run-dead")
    go(holder)
    holder.kill()
    holder.wait()
    said = compete(start)
    assert sorted(line.split()[0] for line in said) == ["busy"] * (COMPETITORS - 1) + ["held"]
    (winner,) = (line for line in said if line.startswith("held"))
    assert "from run run-dead" in winner


def test_of_two_who_saw_the_same_dead_owner_one_takes_over(ledger, elsewhere, url, run_dir):
    """The second finds another owner than the one it saw, or the same one with a new sign of life."""
    claim = Claim("partners", "db", "r2", None, time.sleep, 60)
    with elsewhere.lock("partners", "db", "r1"), open_ledger(url, run_dir) as other:
        seen = ledger._locks.rival(claim)
        age(url, 1)
        assert not ledger._locks._take(claim, seen)
        seen = ledger._locks.rival(claim)
        assert ledger._locks._take(claim, seen)
        assert not other._locks._take(claim, seen)
        assert other._locks.rival(claim).run_id == "r2"


def shared(ledger, group, part, resource="partners"):
    """A claim of one part."""
    return ledger.lock(resource, "db", f"run of {part}", job_part=JobPart(group, part), lease_s=LEASE_S)


def test_parts_of_one_group_work_side_by_side(ledger, url, run_dir):
    """Each part has one owner; who is not of the group waits, and so do they for whoever is alone."""
    with open_ledger(url, run_dir) as other:
        with shared(ledger, "g", "1/2"), shared(other, "g", "2/2"):
            for rival in (shared(other, "g", "1/2"), shared(other, "h", "3/3"), other.lock("partners", "db", "r")):
                with pytest.raises(Busy, match="partners is busy: run run of"):
                    rival.__enter__()
        with ledger.lock("partners", "db", "alone"), pytest.raises(Busy, match="run alone"):
            shared(other, "g", "1/2").__enter__()


def test_nobody_works_on_a_part_beside_who_closes(ledger, url, run_dir):
    """Who closes looks at all rows; the part that came last closes itself."""
    with open_ledger(url, run_dir) as other, shared(ledger, "g", "2/2"):
        with shared(ledger, "g", CLOSING), pytest.raises(Busy):
            shared(other, "g", "1/2").__enter__()
        with shared(other, "g", "1/2"), pytest.raises(Busy):
            shared(ledger, "g", CLOSING).__enter__()
        with shared(other, "g", ""), shared(ledger, "g", CLOSING):
            pass


def test_a_part_that_gives_no_sign_is_given_up_and_fenced(ledger, url, run_dir):
    """It may live and come back: then it stores no intent any more, so that it sends nothing."""
    with open_ledger(url, run_dir) as other, shared(other, "g", "1/2") as lock:
        entry = other.start_job("r1", "partners", "res.partner", "db", "", held=[lock])
        call = entry.sent(1, "create")
        age(url, 61)
        with shared(ledger, "g", "1/2") as taken:
            assert "from run run of 1/2" in taken.taken_over
            for act in (lambda: entry.sent(2, "create"), lambda: entry.again(call), lock.check):
                with pytest.raises(StateError, match="the lock of partners was lost to run run of 1/2"):
                    act()
            assert [call.chunk for call in ledger.open_calls("res.partner", "db")] == [1]


def test_a_lock_is_free_again_afterwards(ledger, url, run_dir):
    """Also after an error; the file of an owner goes with its ledger."""
    with pytest.raises(ZeroDivisionError), ledger.lock("partners", "db", "r1"):
        raise ZeroDivisionError
    with open_ledger(url, run_dir) as other, other.lock("partners", "db", "r2") as lock:
        assert lock.taken_over == ""
        assert len(list(run_dir.glob(".alive-*"))) == 2
    assert len(list(run_dir.glob(".alive-*"))) == 1


def test_locks_are_per_resource_and_database(ledger, url, run_dir):
    """Different jobs, and the same job on a copy of the database, run side by side."""
    with open_ledger(url, run_dir) as other, ledger.lock("partners", "db", "r1"):
        with other.lock("orders", "db", "r2"), other.lock("partners", "copy of db", "r2"):
            pass
        with pytest.raises(Busy, match="run r1"):
            other.lock("partners", "db", "r2").__enter__()
        with pytest.raises(Busy, match="run r1"):
            ledger.lock("partners", "db", "r1").__enter__()


def test_who_waits_is_told_before_each_wait_for_whom(ledger, url, run_dir):
    """And gets the lock as soon as it is free."""
    told, waits = [], []
    with ExitStack() as owner, open_ledger(url, run_dir) as other:
        owner.enter_context(ledger.lock("partners", "db", "r1"))

        def wait(seconds):
            waits.append(seconds)
            if len(waits) == 3:
                owner.close()

        with other.lock("partners", "db", "r2", told.append, wait) as lock:
            assert lock.taken_over == ""
    assert len(waits) == 3
    assert min(waits) > 0
    assert len(told) == 3
    assert all("waiting for partners: run r1 (host" in one for one in told)


def test_on_another_machine_a_young_heartbeat_means_alive(ledger, elsewhere, url):
    """Its processes cannot be seen from here."""
    with elsewhere.lock("partners", "db", "r1"):
        age(url, 40)
        with pytest.raises(Busy, match=r"run r1 \(host elsewhere"):
            ledger.lock("partners", "db", "r2").__enter__()


def test_a_heartbeat_keeps_the_lock(ledger, elsewhere, url):
    """A sign of life makes an old owner young again."""
    with elsewhere.lock("partners", "db", "r1") as lock:
        age(url, 3600)
        elsewhere.beat()
        with pytest.raises(Busy):
            ledger.lock("partners", "db", "r2").__enter__()
        lock.check()


def test_an_owner_without_heartbeat_loses_the_lock_and_learns_of_it(ledger, elsewhere, url):
    """It must not go on, and must not release what is no longer its own."""
    with elsewhere.lock("partners", "db", "r1") as lost:
        age(url, 61)
        ledger.beat()
        with ledger.lock("partners", "db", "r2", lease_s=LEASE_S) as lock:
            assert "from run r1 (host elsewhere" in lock.taken_over
            elsewhere.beat()
            with pytest.raises(StateError, match="the lock of partners was lost to run r2"):
                lost.check()
            lock.check()
    with pytest.raises(StateError, match="lost to nobody"):
        lost.check()


def test_the_old_owner_releases_nothing_of_the_new_one(ledger, elsewhere, url):
    """Whoever comes third finds it busy."""
    with ExitStack() as new:
        with elsewhere.lock("partners", "db", "r1"):
            age(url, 61)
            lock = new.enter_context(ledger.lock("partners", "db", "r2", lease_s=LEASE_S))
        lock.check()
        with pytest.raises(Busy, match="run r2"):
            elsewhere.lock("partners", "db", "r3").__enter__()


def test_without_its_file_an_owner_lives_by_its_heartbeat(ledger, start, run_dir, url):
    """Somebody may have cleaned the folder up."""
    assert go(start("hold", "run-7")) == "held \n"
    for path in run_dir.glob(".alive-*"):
        path.unlink()
    with pytest.raises(Busy):
        ledger.lock("partners", "db", "run-8").__enter__()
    age(url, 61)
    with ledger.lock("partners", "db", "run-8", lease_s=LEASE_S) as lock:
        assert "from run run-7" in lock.taken_over


def test_a_file_elsewhere_says_nothing_of_an_owner(ledger, start, run_dir, url, tmp_path):
    """Whatever path the store holds: it is neither locked nor taken away."""
    holder = start("hold", "run-7")
    go(holder)
    holder.kill()
    holder.wait()
    (name,) = (path.name for path in run_dir.glob(".alive-*"))
    theirs = tmp_path / "theirs" / name
    theirs.parent.mkdir()
    theirs.touch()
    others = tmp_path / "notes.txt"
    others.touch()
    for path in (others, theirs):
        point(url, path)
        with ExitStack() as stack:
            if path == others:
                with pytest.raises(Busy):
                    ledger.lock("partners", "db", "run-8").__enter__()
            else:  # its name is that of a file of ours
                stack.enter_context(ledger.lock("partners", "db", "run-8"))
    assert others.is_file()
    assert theirs.is_file()


def test_an_owner_that_could_not_release_is_seen_to_be_dead(ledger, url, run_dir):
    """The disk was full when it ended: its lock stayed, and so does its file."""
    with ExitStack() as stack:
        other = stack.enter_context(open_ledger(url, run_dir))
        stack.enter_context(other.lock("partners", "db", "r1"))
        other._locks._release = failing
    with ledger.lock("partners", "db", "r2") as lock:
        assert "from run r1" in lock.taken_over
        assert len(list(run_dir.glob(".alive-*"))) == 1


def failing(_):
    """What a store without room does."""
    raise StateError("no room")


def point(url, path):
    """Let the store name another file for every owner."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE etl_locks SET alive = :path"), {"path": str(path)})
    engine.dispose()


def test_a_forked_child_releases_nothing_of_its_parent(ledger, url, run_dir):
    """A lock belongs to the process that took it, and so do the connections."""
    with ExitStack() as parent:
        own = parent.enter_context(open_ledger(url, run_dir))
        lock = parent.enter_context(own.lock("partners", "db", "r1"))
        child = os.fork()
        if not child:
            parent.close()
            os._exit(0)
        assert os.waitpid(child, 0) == (child, 0)
        lock.check()
        age(url, 3600)
        with pytest.raises(Busy):
            ledger.lock("partners", "db", "r2").__enter__()


def test_a_forked_child_does_not_keep_its_parent_alive(ledger, start):
    """It would look like a live owner for as long as it runs. All locks of a dead owner are free at once."""
    holder = start("hold_and_fork", "run-7")
    assert go(holder) == "held \n"
    assert holder.stdout.readline() == "forked\n"
    holder.kill()
    holder.wait()
    for resource in ("partners", "orders"):
        with ledger.lock(resource, "db", "run-8") as lock:
            assert "from run run-7" in lock.taken_over
