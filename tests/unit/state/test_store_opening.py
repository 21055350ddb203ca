"""A store that cannot be used is found on opening, in words that say what to do and hold no password."""

from __future__ import annotations

import os
import sqlite3
import time
import traceback
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from odoo_etl.errors import StateError
from odoo_etl.state import KeptValue, KnownRecord, open_ledger
from odoo_etl.state.faults import parse, translated
from odoo_etl.state.store import Store, _switch_to_wal
from odoo_etl.state.tables import UPGRADES

CANARY = "s3cr3t-c4n4ry"


def refusal(url, run_dir=Path("runs")):
    """The error of opening the store."""
    with pytest.raises(StateError) as caught, open_ledger(url, run_dir):
        pass
    return caught.value


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """A store that holds 400 calls, as bytes."""
    path = tmp_path_factory.mktemp("filled") / "state.db"
    with open_ledger(f"sqlite:///{path}", path.parent) as ledger:
        ledger.start_run("r1", "run")
        job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
        for chunk in range(400):
            job.sent(chunk, "update", keys=list(range(chunk, chunk + 200)))
    return path.read_bytes()


@pytest.fixture
def filled(content, tmp_path):
    """The file of that store."""
    path = tmp_path / "state.db"
    path.write_bytes(content)
    return path


def test_the_folder_is_made(tmp_path):
    """A project that never ran has none."""
    path = tmp_path / "a" / "b" / "state.db"
    with open_ledger(f"sqlite:///{path}", tmp_path):
        assert path.is_file()


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    """Somebody may need it."""
    path = tmp_path / "state.db"
    path.write_bytes(b"name;city\n" * 1000)
    assert "file is not a database (the file is damaged: put back a copy" in str(refusal(f"sqlite:///{path}"))
    assert path.read_bytes() == b"name;city\n" * 1000


def test_bytes_overwritten_in_the_middle_are_found(filled):
    """Before anything relies on what is left."""
    with filled.open("r+b") as stream:
        stream.seek(filled.stat().st_size // 2 // 4096 * 4096)
        stream.write(os.urandom(8192))
    assert "damaged" in str(refusal(f"sqlite:///{filled}"))


def test_a_file_cut_short_is_found(filled):
    """As a full disk or a broken copy leaves it."""
    os.truncate(filled, filled.stat().st_size // 2 // 4096 * 4096)
    assert "damaged" in str(refusal(f"sqlite:///{filled}"))


def test_a_database_of_somebody_else_gets_our_tables_beside_its_own(tmp_path):
    """They have names of their own."""
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path)) as theirs, theirs:
        theirs.execute("CREATE TABLE runs (x)")
    with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
        assert ledger.runs() == []


def test_a_store_without_its_version_is_damaged(filled):
    """Nobody knows what the tables mean then."""
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("DELETE FROM etl_meta")
    assert "damaged" in str(refusal(f"sqlite:///{filled}"))


def test_a_folder_in_place_of_the_file(tmp_path):
    """It is not opened, and not taken away."""
    (tmp_path / "state.db").mkdir()
    found = refusal(f"sqlite:///{tmp_path}/state.db")
    assert "state.db: the state store cannot be opened" in str(found)
    assert "a folder where you may write" in str(found)


def test_a_file_in_place_of_the_folder(tmp_path):
    """No folder can be made there."""
    (tmp_path / "state").touch()
    assert "check that you may write" in str(refusal(f"sqlite:///{tmp_path}/state/state.db"))


def test_a_store_that_can_only_be_read(filled):
    """Found without writing anything to Odoo first; holds for root as well."""
    assert "check that you may write the file" in str(refusal(f"sqlite:///file:{filled}?mode=ro&uri=true"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_file_without_the_right_to_write(filled):
    """The same by the file's permissions."""
    filled.chmod(0o400)
    assert "check that you may write the file" in str(refusal(f"sqlite:///{filled}"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "cannot be read (write it like sqlite:///"),
        ("state.db", "cannot be read (write it like sqlite:///"),
        (f"postgresql://u:{CANARY}@h:port/db", "cannot be read (write it like sqlite:///"),
        (f"postgresql://u:ab@{CANARY}@127.0.0.1:1/db", "write an @ in user or password as %40"),
        (f"mysql://u:{CANARY}@h/db", "mysql: no state store can be kept there"),
        (f"oracle+nonsense://u:{CANARY}@h/db", "oracle+nonsense: no state store can be kept there"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        (f"postgresql://u:{CANARY}@127.0.0.1:1/db", "postgresql://127.0.0.1:1/db: the state store cannot be opened"),
        (f"postgres://u@127.0.0.1:1/db?password={CANARY}", "check that the database server runs, and host"),
        (f"postgresql://u:{CANARY}@no-such-host.invalid/db", "check that the database server runs, and host"),
    ],
)
def test_a_bad_url(url, said):
    """What is wrong with it; no password, also not in the traceback."""
    found = refusal(url)
    assert said in str(found)
    assert CANARY not in "".join(traceback.format_exception(found))


def test_a_password_in_what_the_database_said():
    """Whatever a driver may put into its errors; the error itself does not go on then, either."""
    url = f"postgresql://u:{CANARY}@h/db"
    with pytest.raises(StateError) as caught, translated(parse(url), opening=False):
        raise sa.exc.OperationalError("SELECT 1", {}, OSError(f"no such user u:{CANARY}"))
    assert "no such user u:***" in str(caught.value)
    assert CANARY not in "".join(traceback.format_exception(caught.value))


class Contended:
    """A new file that others switch to WAL at the same time: SQLite says so at once, whatever its busy timeout."""

    def __init__(self, error_code):
        self.asked, self.error_code = 0, error_code

    def execute(self, statement):
        """Refuse twice."""
        self.asked += 1
        if self.asked <= 2:
            error = sqlite3.OperationalError(statement)
            error.sqlite_errorcode = self.error_code
            raise error


def test_who_finds_a_new_file_contended_asks_again():
    """Any other refusal is final."""
    contended, damaged = Contended(sqlite3.SQLITE_BUSY), Contended(sqlite3.SQLITE_CORRUPT)
    _switch_to_wal(contended)
    assert contended.asked == 3
    with pytest.raises(sqlite3.OperationalError):
        _switch_to_wal(damaged)
    assert damaged.asked == 1


def test_a_missing_driver_is_named(filled):
    """psycopg2 is a choice of the user; we ship psycopg 3."""
    assert "the driver psycopg2 is not installed" in str(refusal("postgresql+psycopg2://u@h/db"))


def test_opening_takes_little_time(filled):
    """A run that changes nothing must not wait for its ledger."""
    began = time.perf_counter()
    with open_ledger(f"sqlite:///{filled}", filled.parent):
        pass
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_intents_reach_the_disk_and_outcomes_do_not_wait_for_it(filled, durable, synchronous):
    """SQLite syncs at every commit (FULL = 2), or only when it tidies up (NORMAL = 1)."""
    store = Store(f"sqlite:///{filled}", UPGRADES)
    with store.write(durable=durable) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == synchronous
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    store.close()


@pytest.fixture
def synced(filled):
    """The ledger of the store, its job, and a list that gets the level of syncing of each transaction that ends."""
    levels = []

    def note(connection):
        levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    with open_ledger(f"sqlite:///{filled}", filled.parent) as ledger:
        job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
        sa.event.listen(sa.Engine, "commit", note)
        yield ledger, job, levels
        sa.event.remove(sa.Engine, "commit", note)


def test_what_must_not_be_lost_is_on_the_disk(synced):
    """An intent before its call goes out; a watermark, files and the end of a run before anybody relies on them."""
    ledger, job, levels = synced
    job.sent(0, "create", keys=["C1"])
    ledger.marks("partners", "db").set_watermark(5, "r1")
    ledger.marks("partners", "db").set_files({}, "r1")
    ledger.finish_run("r1", 0)
    assert levels == [2, 2, 2, 2]


def test_neither_is_what_others_rely_on_lost(synced):
    """A call that is sent once more, which of the parts is the last, what a run takes back, another mark."""
    ledger, job, levels = synced
    call = job.sent(0, "create", keys=["C1"])
    levels.clear()
    job.again(call)
    job.finish_unless_last(2, {})
    ledger.marks("partners", "db").take_back("r1", "u1", again=False, only_look=True)
    ledger.take_over(["db"], "mark")
    assert levels == [2, 2, 2, 2]


def test_what_can_be_found_out_again_does_not_wait(synced):
    """Outcomes and confirmations: without them a call is settled again."""
    ledger, job, levels = synced
    call = job.sent(0, "create")
    levels.clear()
    job.done(call, [1])
    job.unknown(call)
    ledger.settled(call, [1])
    job.confirmed(0, {"created": 1})
    job.stamp({call: "2026-01-01"})
    job.copy_confirmed(job.id + 1)
    job.gathered("source", 3)
    job.finish("done", {})
    ledger.start_run("r2", "run")
    ledger.skip_job("r2", "orders", "sale.order", "why")
    ledger.kept(1).remember([KeptValue(1, "vat", b"x", b"y", True)])
    ledger.known(1).remember({1: KnownRecord(1, b"x", "")})
    ledger.prune(datetime(2000, 1, 1, tzinfo=UTC))  # nothing to drop, so nothing is written
    ledger.beat()
    assert set(levels) == {1}
    assert len(levels) == 13
