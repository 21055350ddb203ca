"""What is its owner's alone, whatever the umask."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager

import pytest

from odoo_etl.private_files import close_to_others, make_folder, opener, own_folder


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
