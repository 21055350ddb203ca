"""Files moved to another folder."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import pytest

from odoo_etl.sources.files import HasChanged, free_names, move_file
from odoo_etl.sources.files import moving as module


@pytest.fixture(params=["linked", "copied", "without links"])
def folders(request, tmp_path, monkeypatch):
    """A file, and the folder where it is to go: on the same file system, on another one, on one without links."""
    for name in ("in", "done"):
        (tmp_path / name).mkdir()
    (tmp_path / "in/a.csv").write_text("old", "utf-8")
    true = os.link

    def link(source, target):
        if request.param == "without links" or Path(source).parent != Path(target).parent:
            raise OSError(18, "Invalid cross-device link")
        true(source, target)

    if request.param != "linked":
        monkeypatch.setattr(module.os, "link", link)
    return tmp_path / "in/a.csv", tmp_path / "done/a.csv"


def test_a_file_moves(folders):
    """With its times, and nothing is left beside it."""
    source, target = folders
    os.utime(source, (1, 1))
    move_file(source, target, source.stat())
    assert (target.read_text("utf-8"), target.stat().st_mtime, source.exists()) == ("old", 1, False)
    assert list(target.parent.iterdir()) == [target]


def test_no_file_is_written_over(folders):
    """Both stay."""
    source, target = folders
    target.write_text("other", "utf-8")
    with pytest.raises(FileExistsError):
        move_file(source, target, source.stat())
    assert (source.read_text("utf-8"), target.read_text("utf-8")) == ("old", "other")
    assert list(target.parent.iterdir()) == [target]


def test_another_file_of_the_name_stays(folders):
    """That which was to be moved is no longer there."""
    source, target = folders
    known = source.stat()
    fresh = source.with_name("fresh")
    fresh.write_text("newer", "utf-8")
    fresh.replace(source)
    with pytest.raises(HasChanged):
        move_file(source, target, known)
    assert (source.read_text("utf-8"), list(target.parent.iterdir())) == ("newer", [])


def test_a_file_that_comes_while_the_old_one_moves_stays(folders, monkeypatch):
    """The old one is moved, and the new one is not taken for it."""
    source, target = folders
    known = source.stat()
    fresh = source.with_name("fresh")
    fresh.write_text("newer", "utf-8")
    monkeypatch.setattr(module, "_sync_folder", lambda _folder: fresh.replace(source))
    move_file(source, target, known)
    assert (source.read_text("utf-8"), target.read_text("utf-8")) == ("newer", "old")


def test_a_folder_that_is_not_there(folders):
    """Nothing is lost."""
    source, target = folders
    with pytest.raises(OSError, match="No such file"):
        move_file(source, target.parent / "x" / "a.csv", source.stat())
    assert source.read_text("utf-8") == "old"


def test_names_to_try():
    """Its own, with the run, with a number; all endings stay at the end."""
    assert list(islice(free_names("a.csv.gz", "r1"), 4)) == [
        "a.csv.gz",
        "a.r1.csv.gz",
        "a.r1.2.csv.gz",
        "a.r1.3.csv.gz",
    ]
    assert list(islice(free_names(".a", "r1"), 2)) == [".a", ".a.r1"]
    assert list(islice(free_names("a", "r1"), 2)) == ["a", "a.r1"]
