"""Ctrl-C while the program is loaded: a line and an exit code."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# Stands before what the program loads, says that it has come so far, and waits.
PROGRAM = """
import sys, time
class Slow:
    def find_spec(self, name, *rest):
        if name == "typer":
            print("loading", flush=True)
            time.sleep(60)
sys.meta_path.insert(0, Slow())
from odoo_etl.cli.start import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_while_it_is_loaded(number):
    """No traceback."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "loading\n"
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert said == f"error: interrupted by signal {int(number)}; nothing was read or written\n"


LATER = """
import odoo_etl.cli.main as program
def interrupted(_):
    raise KeyboardInterrupt
program.app = interrupted
program.main()
"""


def test_ended_before_a_verb_begins():
    """The same, by the program's edge."""
    done = subprocess.run([sys.executable, "-c", LATER], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "error: interrupted\n")


def test_the_program_without_its_script():
    """`python -m odoo_etl` is the same, and says in its usage how it was called."""
    done = subprocess.run(
        [sys.executable, "-m", "odoo_etl", "plan", "--nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: python -m odoo_etl plan")
    assert "No such option: --nothing" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([b"inspect", b"\xff"], "error: \\udcff is no text in UTF-8: give it as such\n"),
        ([b"plan", b"--project", b"a" * 300], "pipelines/project.yaml: File name too long\n"),
    ],
)
def test_words_that_nobody_can_mean(arguments, told, tmp_path):
    """They are the caller's matter, not a fault of the program."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    command = [sys.executable.encode(), b"-m", b"odoo_etl", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr[-len(told) :]) == (2, told)
