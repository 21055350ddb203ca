"""Programs before and after a job."""

from __future__ import annotations

import sys
import time

import pytest

from odoo_etl.errors import Interrupted
from odoo_etl.runs.hooks import HookFailed
from odoo_etl.runs.hooks.command import run_command
from odoo_etl.spec import CommandHook
from odoo_etl.stop import Stop
from odoo_etl.text import keep_secret


def command(*words, timeout=10):
    """A step that runs Python."""
    return CommandHook(command=(sys.executable, "-c", *words), timeout=timeout)


def test_a_program_starts_in_the_folder_with_what_it_is_told(tmp_path):
    """No shell reads its arguments."""
    code = "import os, sys, pathlib; pathlib.Path('out').write_text(f\"{sys.argv[1]} {os.environ['ODOO_ETL_RUN']}\")"
    run_command(command(code, "$HOME; *"), tmp_path, {"ODOO_ETL_RUN": "r1"}, Stop())
    assert (tmp_path / "out").read_text() == "$HOME; * r1"


def test_another_exit_code_than_0_is_a_failure_with_the_end_of_what_it_said(tmp_path):
    """Both of its outputs."""
    code = "import sys; print('x' * 1000, flush=True); sys.stderr.write('no disk\\n'); sys.exit(3)"
    with pytest.raises(HookFailed, match=r"^ended with exit code 3: x+ no disk$") as failed:
        run_command(command(code), tmp_path, {}, Stop())
    assert len(str(failed.value)) < 600


def test_a_program_that_is_not_there(tmp_path):
    """The folder is said, too."""
    with pytest.raises(HookFailed, match=r"cannot be started: No such file or directory \(in "):
        run_command(CommandHook(command=("no-such-program",)), tmp_path, {}, Stop())


def test_what_takes_too_long_ends_with_all_it_began(tmp_path):
    """Its children, too."""
    code = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c',"
        " \"import time, pathlib; pathlib.Path('began').touch(); time.sleep(3); pathlib.Path('late').touch()\"])"
    )
    with pytest.raises(HookFailed, match=r"took longer than 1 s and was ended"):
        run_command(command(code, timeout=1), tmp_path, {}, Stop())
    assert (tmp_path / "began").exists()
    time.sleep(2.5)
    assert not (tmp_path / "late").exists()


def test_a_signal_ends_it(tmp_path):
    """The run ends then."""
    stop = Stop()
    stop.request()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        run_command(command("import time; time.sleep(30)"), tmp_path, {}, stop)
    assert time.monotonic() - began < 5


def test_no_end_of_a_secret_is_left_where_the_output_is_cut(tmp_path):
    """The key begins before the letters that a failure repeats."""
    key = "0123456789abcdef0123456789abcdef"
    keep_secret({key})
    code = f"print('key {key}' + 'x' * 484); raise SystemExit(3)"
    with pytest.raises(HookFailed) as failed:
        run_command(command(code), tmp_path, {}, Stop())
    assert "cdef" not in str(failed.value)
    assert str(failed.value).endswith("x" * 484)
