"""The folder of a divided run: gone with it, or with the next one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from odoo_etl.spool_folders import ALIVE, PREFIX, spool, sweep

KILLED = """
import os, signal, sys
from pathlib import Path
from odoo_etl.spool_folders import spool
with spool(Path(sys.argv[1])) as folder:
    (folder / "rows").write_text("secret")
    print(folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(tmp_path):
    """A temporary folder."""
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def aged(folder):
    """As it is a while later."""
    os.utime(folder / ALIVE, (1.0, 1.0))


def test_what_a_killed_process_left_is_swept(temporary):
    """By the next run that has such a folder; not before its owner could have come alive."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(temporary)], stdout=subprocess.PIPE, text=True, check=False
    )
    (left,) = temporary.iterdir()
    assert str(left) == done.stdout.strip()
    with spool(temporary):
        assert left.is_dir()
    aged(left)
    with spool(temporary) as mine:
        assert list(temporary.iterdir()) == [mine]
    assert list(temporary.iterdir()) == []


def test_the_folder_of_a_run_that_lives_stays(temporary):
    """However old it is."""
    with spool(temporary) as theirs:
        aged(theirs)
        (theirs / "rows").touch()
        with spool(temporary):
            assert (theirs / "rows").is_file()


def test_what_is_not_ours_stays(temporary, tmp_path):
    """A link, a folder without an owner, another name."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ALIVE).touch()
    aged(elsewhere)
    (temporary / f"{PREFIX}link").symlink_to(elsewhere)
    (temporary / f"{PREFIX}plain").mkdir()
    (temporary / "odoo-etl-other").mkdir()
    sweep(temporary)
    assert len(list(temporary.iterdir())) == 3
    assert elsewhere.is_dir()
