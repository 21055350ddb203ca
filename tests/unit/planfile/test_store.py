"""The plan file itself: whole or not there, for its owner alone, and of a format that is known."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.planfile import NotAPlanFile, PlanFile, PlanFileMaker


def made(path, rows=1):
    """A plan file of some writes."""
    maker = PlanFileMaker(path)
    whole = [("job", "create", "m", "main", None, f"k{n}", n, n, n + 2, 1, b"d", b"{}") for n in range(rows)]
    maker.write(whole)
    maker.finish({"a": [1, "x"]})
    return path


def test_it_is_its_owners_alone_and_says_what_it_is_of(tmp_path):
    """The same content has the same digest, another another one."""
    path = made(tmp_path / "x.plan")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with PlanFile(path) as file:
        assert (file.facts, file.counts(), len(file.digest())) == ({"a": [1, "x"]}, {"create": 1}, 64)
        assert [str(one) for one in file.all_entries()] == ["job: k0 (new m)"]
        other = made(tmp_path / "y.plan", 2)
        with PlanFile(other) as second:
            assert second.digest() != file.digest()


def test_writes_are_found_by_key_and_row(tmp_path):
    """However many are asked for, those of one job alone."""
    with PlanFile(made(tmp_path / "x.plan", 3000)) as file:
        assert len(file.by_place("job", range(5000))) == 3000
        assert file.by_number("job", [2]).keys() == {2}
        assert file.by_number("other", [2]) == {}


def test_half_a_file_is_none(tmp_path):
    """Until it is whole, what was there stays."""
    path = made(tmp_path / "x.plan")
    before = path.read_bytes()
    maker = PlanFileMaker(path)
    maker.write([])
    maker.give_up()
    assert (path.read_bytes() == before, list(tmp_path.iterdir())) == (True, [path])


def test_another_format_is_refused(tmp_path):
    """With the one that is read."""
    path = made(tmp_path / "x.plan")
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 9")
    with pytest.raises(NotAPlanFile, match="is a plan file of format 9; this version of odoo-etl reads format 1"):
        PlanFile(path)


@pytest.mark.parametrize("text", ["ref,name\n", "SQLite format 3\0 and then nothing"])
def test_what_is_no_plan_file(tmp_path, text):
    """Neither read nor written over."""
    path = tmp_path / "x"
    path.write_text(text)
    with pytest.raises(NotAPlanFile, match="is no plan file"):
        PlanFile(path)
    with pytest.raises(UsageError, match="it was left as it is"):
        PlanFileMaker(path)
    assert path.read_text() == text


def test_a_folder_that_is_not_there(tmp_path):
    """Is said before anything is read."""
    with pytest.raises(UsageError, match="a folder that is there"):
        PlanFileMaker(tmp_path / "none" / "x.plan")


@pytest.mark.parametrize("place", ["/", "pipe", "none/x.plan"])
def test_a_place_that_takes_no_file_is_refused_and_left_as_it_is(tmp_path, place):
    """A device, a pipe or a folder would be replaced by the plan."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="give the name of a file in a folder that is there"):
        PlanFileMaker(tmp_path / place)
    assert (tmp_path / "pipe").is_fifo()
