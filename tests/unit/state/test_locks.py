"""Who holds which lock, told by two ledgers on one store: as on two machines, where nobody sees the other's files."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from odoo_etl.errors import Busy, StateError
from odoo_etl.state import CLOSING, JobPart, open_ledger
from odoo_etl.state.alive import OwnFile
from odoo_etl.state.locks import SWEPT_S


@pytest.fixture
def url(tmp_path):
    """The store."""
    return f"sqlite:///{tmp_path}/state.db"


@pytest.fixture
def here(url, tmp_path):
    """One ledger."""
    with open_ledger(url, tmp_path / "here", host="here") as opened:
        yield opened


@pytest.fixture
def there(url, tmp_path, here):
    """Another one."""
    with open_ledger(url, tmp_path / "there", host="there") as opened:
        yield opened


def set_beat(url, ago_s):
    """Make every heartbeat so old."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE etl_locks SET beat = since - :ago"), {"ago": ago_s})
    engine.dispose()


def is_free(ledger, resource="partners", database="db", **how):
    """Whether the lock can be had."""
    try:
        with ledger.lock(resource, database, "r2", **how):
            return True
    except Busy:
        return False


def test_a_lock_has_one_owner(here, there):
    """Of a resource and a database; afterwards it is free."""
    with here.lock("partners", "db", "r1") as lock:
        lock.check()
        assert lock.taken_over == ""
        assert not is_free(there)
        assert is_free(there, "orders")
        assert is_free(there, database="copy of db")
    assert is_free(there)


@pytest.mark.parametrize(
    ("mine", "other", "free"),
    [
        (JobPart("g", "1/3"), JobPart("g", "2/3"), True),
        (JobPart("g", "1/3"), JobPart("g", "1/3"), False),
        (JobPart("g", "1/3"), JobPart("h", "2/3"), False),
        (JobPart("g", "1/3"), JobPart(""), False),
        (JobPart(""), JobPart(""), False),
        (JobPart("g"), JobPart("g", "2/3"), True),
        (JobPart("g", "1/3"), JobPart("g", CLOSING), False),
        (JobPart("g", CLOSING), JobPart("g", "1/3"), False),
        (JobPart("g"), JobPart("g", CLOSING), True),
    ],
)
def test_parts_of_a_group_share_a_resource(here, there, mine, other, free):
    """Each has one owner; who closes is alone, but for who directs."""
    with here.lock("partners", "db", "r1", job_part=mine):
        assert is_free(there, job_part=other) is free


def test_who_closes_may_do_so_beside_its_own_part(here):
    """It is its own last part that goes on."""
    with here.lock("partners", "db", "r1", job_part=JobPart("g", "1/3")):
        assert is_free(here, job_part=JobPart("g", CLOSING))


def test_writes_go_on_while_all_locks_are_held(here, there, url):
    """Two of them; without one no intent is stored, and the error names who has it."""
    with here.lock("partners", "db", "r1") as one, here.lock("orders", "db", "r1") as other:
        job = here.start_job("r1", "partners", "res.partner", "db", "spec", held=[one, other])
        call = job.sent(0, "create")
        job.again(call)
        take_away(url, "orders")
        with there.lock("orders", "db", "r2"):
            for write in (lambda: job.sent(0, "create"), lambda: job.again(call), other.check):
                with pytest.raises(StateError, match=r"the lock of orders was lost to run r2 \(host there"):
                    write()
            one.check()
        with pytest.raises(StateError, match="the lock of orders was lost to nobody"):
            job.sent(0, "create")
    assert len(list(here.calls(job.id))) == 1


def take_away(url, resource):
    """Remove a lock, as who takes it over does."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM etl_locks WHERE resource = :resource"), {"resource": resource})
    engine.dispose()


def test_who_waits_is_told_before_each_look(here, there):
    """And has the lock as soon as it is free."""
    told, pauses = [], []
    held = here.lock("partners", "db", "r1")
    held.__enter__()

    def wait(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            held.__exit__(None, None, None)

    with there.lock("partners", "db", "r2", told.append, wait) as lock:
        assert lock.dead is None
    assert (len(told), pauses) == (3, [0.5] * 3)
    assert len(set(told)) == 1
    assert told[0].startswith("waiting for partners: run r1 (host here, pid ")


def test_an_owner_that_gives_no_sign_is_looked_at_for_a_while(here, there, url):
    """Its heartbeat is old: whoever asks watches it for as long as the lease, then takes over."""
    with here.lock("partners", "db", "r1") as old:
        set_beat(url, 100.0)
        with there.lock("partners", "db", "r2", lease_s=0.05, wait=lambda _: None) as lock:
            assert "took over the lock of partners from run r1 (host here, pid " in lock.taken_over
            assert lock.dead.run_id == "r1"
            with pytest.raises(StateError, match="was lost to run r2"):
                old.check()
        assert is_free(there)
    assert is_free(there)


def test_a_sign_of_life_keeps_a_lock(here, there, url):
    """However old the last one was."""
    with here.lock("partners", "db", "r1"):
        set_beat(url, 100.0)
        here.beat()
        assert not is_free(there)


def test_what_the_dead_have_left_goes_unless_a_lock_of_theirs_is_to_be_taken_over(url, tmp_path, here):
    """Of a process that was killed while it held nothing, nobody takes anything over."""
    folder, long_ago = tmp_path / "here", time.time() - SWEPT_S - 1
    with ExitStack() as killed:
        other = killed.enter_context(open_ledger(url, folder, host="here"))
        killed.enter_context(other.lock("orders", "db", "r1"))
        other._locks._left = True
        held = killed.pop_all()  # it stays
        other._locks._alive._lock.release()
    alive = OwnFile(folder, "a" * 32)
    alive.lock()
    for name in ("b", "c"):
        (folder / f".alive-{name * 32}").touch()
    here.prune(datetime.now(UTC))
    assert len(list(folder.glob(".alive-*"))) == 4  # who has just made one may have no lock on it yet
    for path in folder.glob(".alive-*"):
        os.utime(path, (long_ago, long_ago))
    (folder / f".alive-{'c' * 32}").touch()
    here.prune(datetime.now(UTC))
    left = {path.name for path in folder.glob(".alive-*")}
    assert left == {f".alive-{other._locks.token}", f".alive-{'a' * 32}", f".alive-{'c' * 32}"}
    alive.release(keep=False)
    held.close()
