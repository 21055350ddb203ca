"""What is its owner's alone, whatever the umask."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from odoo_etl.private_files import close_to_others, make_folder, opener, own_folder, replace_file, replacing


@contextmanager
def umask(mask):
    """The umask meanwhile."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path):
    """The rights of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def half_written(path, error):
    """A new content, of which only a part comes."""
    with replacing(path) as file:
        file.write(b"new")
        raise error


@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_folders_and_files_are_the_owners_alone(tmp_path, mask):
    """Those that are made on the way, too."""
    with umask(mask):
        own_folder(tmp_path / "a" / "b")
        with open(tmp_path / "a" / "b" / "c", "w", opener=opener) as file:
            file.write("x")
    assert [mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")] == [0o700, 0o700, 0o600]


def test_what_is_there_already(tmp_path):
    """A folder of ours is closed to others; one that somebody else made for us stays as it is."""
    (tmp_path / "ours").mkdir(0o755)
    (tmp_path / "theirs").mkdir(0o755)
    own_folder(tmp_path / "ours")
    make_folder(tmp_path / "theirs")
    close_to_others(tmp_path / "nobody's")
    assert [mode(tmp_path / name) for name in ("ours", "theirs")] == [0o700, 0o755]


def test_a_file_in_the_way(tmp_path):
    """It is not taken for a folder."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        make_folder(tmp_path / "file")


def test_a_file_takes_the_place_of_another_at_once(tmp_path):
    """Whoever reads it meanwhile sees the old one; nothing is left beside it."""
    path = tmp_path / "file"
    path.write_text("old")
    with umask(0), replacing(path, "w", encoding="utf-8") as file:
        file.write("new")
        file.flush()
        assert path.read_text() == "old"
    assert (path.read_text(), mode(path), list(tmp_path.iterdir())) == ("new", 0o600, [path])


@pytest.mark.parametrize("error", [OSError("no space"), KeyboardInterrupt()])
def test_where_it_fails_all_is_as_it_was(tmp_path, error):
    """Whatever ends it."""
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(type(error)):
        half_written(path, error)
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])


def test_a_link_stays_one_and_rights_are_as_they_are_wanted(tmp_path):
    """What it leads to is replaced."""
    (tmp_path / "there").mkdir()
    link, path = tmp_path / "link", tmp_path / "there/file"
    link.symlink_to(path)
    with umask(0o077):
        replace_file(link, b"new", rights=0o644, durable=False)
    assert (link.is_symlink(), path.read_bytes(), mode(path)) == (True, b"new", 0o644)


def test_several_threads_replace_one_file(tmp_path):
    """It is always one of theirs, whole."""
    path = tmp_path / "file"
    texts = [bytes([65 + number]) * 100_000 for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        for text in texts * 5:
            threads.submit(replace_file, path, text, durable=False)
    assert path.read_bytes() in texts
    assert list(tmp_path.iterdir()) == [path]
