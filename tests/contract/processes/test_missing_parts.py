"""A test run where no real Odoo can be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
TESTS = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_needs_odoo(real_odoo, number):
    pass

def test_needs_nothing():
    pass
"""


def run_tests(folder, *arguments):
    """Run the tests above on a machine without apt and with an empty cache; what pytest returns and prints."""
    (folder / "test_parts.py").write_text(TESTS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    environment = {**os.environ, "PATH": str(folder), "XDG_CACHE_HOME": str(folder)}
    arguments = [*command, "--rootdir", str(folder), str(folder), *arguments]
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_it_says_so_once_and_stops(tmp_path):
    """The first test that needs it is the last."""
    code, said = run_tests(tmp_path)
    assert code == 1
    assert said.count("a real Odoo and PostgreSQL cannot be had: apt-get is not on this machine") == 1
    assert "1 skipped" in said
    assert "passed" not in said


def test_what_needs_none_can_be_run(tmp_path):
    """As the message says; nothing is skipped, for nothing was asked for."""
    code, said = run_tests(tmp_path, "-m", "not odoo and not postgres")
    assert code == 0
    assert "1 passed, 3 deselected" in said
