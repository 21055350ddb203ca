"""Files that are held while somebody lives."""

from __future__ import annotations

import os
import subprocess
import sys

from odoo_etl.reporting.events.held_files import hold, is_held

HOLDS = """
import os, sys
from odoo_etl.reporting.events.held_files import hold
hold(os.open(sys.argv[1], os.O_RDWR))
print("held", flush=True)
sys.stdin.read()
"""


def test_whoever_dies_lets_go(tmp_path):
    """Killed or not; looking takes nothing from anybody."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"")
    command = [sys.executable, "-c", HOLDS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        looking = os.open(path, os.O_RDONLY)
        assert [is_held(looking), is_held(looking)] == [True, True]
        holder.kill()
        holder.wait()
    assert is_held(looking) is False
    os.close(looking)
    mine = os.open(path, os.O_RDWR)
    hold(mine)  # nobody else does
    os.close(mine)


def test_without_locks_nothing_is_known():
    """As of a pipe that is closed."""
    closed = os.open(os.devnull, os.O_RDONLY)
    os.close(closed)
    assert is_held(closed) is None
