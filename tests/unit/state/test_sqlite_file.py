"""The file of a store: whole from the start, its owner's alone, and missed when it is gone."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from odoo_etl.errors import Interrupted, StateError
from odoo_etl.state import open_ledger


def delete(path):
    """As somebody who tidies up."""
    path.unlink()


def delete_all(path):
    """With what SQLite keeps beside it."""
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def delete_journal(path):
    """Only that."""
    path.with_name("state.db-wal").unlink()


def cut(path):
    """As `> state.db` does."""
    os.truncate(path, 0)


def replace(path):
    """By a copy of itself."""
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    copy.replace(path)


@pytest.mark.parametrize("lose", [delete, delete_all, delete_journal, cut, replace])
def test_a_store_that_is_lost_while_it_is_open_is_missed(tmp_path, lose):
    """Before the next call to Odoo: no intent is stored, and nothing is made in its place."""
    path = tmp_path / "state.db"
    with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
        job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
        call = job.sent(0, "create")
        lose(path)
        there = path.exists()
        for act in (
            lambda: job.sent(1, "create"),
            lambda: job.again(call),
            lambda: ledger.run("r1"),
            job.confirmed_chunks,
        ):
            with pytest.raises(StateError, match="deleted, replaced or cut to nothing while it was in use"):
                act()
        assert path.exists() == there


@pytest.mark.parametrize("lose", [delete, delete_all, delete_journal, cut, replace])
def test_who_has_a_store_open_makes_no_new_one_in_its_place(tmp_path, lose):
    """A page of a server that opens the store once more would else hide that the server's is lost."""
    path = tmp_path / "state.db"
    with open_ledger(f"sqlite:///{path}", tmp_path):
        lose(path)
        there = path.exists()
        with pytest.raises(StateError, match="deleted, replaced or cut to nothing while it was in use"):
            open_ledger(f"sqlite:///{path}", tmp_path).__enter__()
        assert path.exists() == there
    path.unlink(missing_ok=True)
    with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
        assert ledger.runs() == []


def test_an_empty_file_is_no_new_store(tmp_path):
    """It says what to do; without the file a new store is made."""
    path = tmp_path / "state.db"
    path.touch()
    with pytest.raises(StateError, match=r"state\.db: the state store is empty \(0 bytes\).*delete the file"):
        open_ledger(f"sqlite:///{path}", tmp_path).__enter__()
    path.unlink()
    with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
        assert ledger.runs() == []


def test_a_journal_that_is_left_of_a_deleted_store_is_no_part_of_the_new_one(tmp_path):
    """What it holds would be taken for changes to the new one."""
    path = tmp_path / "state.db"
    journal = path.with_name("state.db-wal")
    with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
        ledger.start_run("r1", "run")
        kept = journal.read_bytes()
    path.unlink()
    journal.write_bytes(kept)
    with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
        assert ledger.runs() == []
        assert journal.read_bytes()[:24] != kept[:24]


def test_many_that_begin_at_once_share_one_new_store(tmp_path):
    """None finds it empty, and nothing else is left beside it."""
    path = tmp_path / "state" / "state.db"

    def begin(number):
        with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
            ledger.start_run(f"r{number}", "run")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, range(16)))
    with open_ledger(f"sqlite:///{path}", tmp_path) as ledger:
        assert len(ledger.runs()) == 16
    assert {each.name for each in path.parent.iterdir()} == {"state.db"}


@pytest.mark.parametrize("before", [None, 0o644])
def test_the_store_is_its_owners_alone(tmp_path, before):
    """Whatever the umask; one that an earlier version left open is closed."""
    path = tmp_path / "state" / "state.db"
    mask = os.umask(0)
    try:
        if before:
            with open_ledger(f"sqlite:///{path}", tmp_path):
                pass
            path.chmod(before)
        with open_ledger(f"sqlite:///{path}", tmp_path / "runs") as ledger, ledger.lock("partners", "db", "r1"):
            found = [*path.parent.iterdir(), *(tmp_path / "runs").iterdir()]
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in found}
    finally:
        os.umask(mask)
    assert set(modes.values()) == {0o600}, modes
    assert len(modes) == 4
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_signal_in_a_statement_is_no_loss_of_the_store(tmp_path):
    """SQLAlchemy gives up that connection, which may be the only one."""

    def interrupt(_connection, _cursor, statement, *_):
        if "etl_runs" in statement:
            sa.event.remove(sa.Engine, "before_cursor_execute", interrupt)
            raise Interrupted(signal.SIGTERM)

    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        ledger.start_run("r1", "run")
        sa.event.listen(sa.Engine, "before_cursor_execute", interrupt)
        with pytest.raises(Interrupted):
            ledger.run("r1")
        ledger.finish_run("r1", 143)
        assert ledger.runs()[0].exit_code == 143
    assert [each.name for each in tmp_path.iterdir()] == ["state.db"]
