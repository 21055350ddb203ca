"""One program before or after a job, without a shell; whatever it began ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from odoo_etl.runs.hooks.failure import HookFailed
from odoo_etl.spec import CommandHook
from odoo_etl.stop import Stop
from odoo_etl.text import printable, redacted, secrets_in_use

_LOOK_S = 0.05
_TAIL = 500  # letters of its output, in a failure
_TAIL_BYTES = 8_000  # so much is read for these: of a secret that begins before them, no end is left


def run_command(hook: CommandHook, folder: Path, environment: Mapping[str, str], stop: Stop) -> None:
    """Run the program.

    Args:
        environment: besides that of this process.

    Raises:
        HookFailed: it cannot be started, takes too long, or ends with another exit code than 0.
        Interrupted: the run is to end; the program was ended.
    """
    with tempfile.TemporaryFile() as output:
        try:
            program = subprocess.Popen(
                hook.command,
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise HookFailed(f"cannot be started: {error.strerror} (in {folder})") from None
        try:
            code = _ended(program, hook.timeout, stop)
        finally:
            _end(program)
        if code:
            raise HookFailed(f"ended with exit code {code}{_tail(output)}")


def _ended(program: subprocess.Popen[bytes], timeout_s: float, stop: Stop) -> int:
    """The exit code."""
    until = time.monotonic() + timeout_s
    while (code := program.poll()) is None:
        if time.monotonic() > until:
            raise HookFailed(f"took longer than {timeout_s:g} s and was ended")
        stop.pause(_LOOK_S)
    return code


def _end(program: subprocess.Popen[bytes]) -> None:
    """End the program, and what it began, where it still runs."""
    if program.poll() is not None:
        return
    if sys.platform == "win32":
        program.kill()
    else:
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def _tail(output: IO[bytes]) -> str:
    """The end of its output, for people."""
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _TAIL_BYTES))
    said = redacted(output.read().decode("utf-8", "replace"), secrets_in_use())
    text = " ".join(printable(said).split())[-_TAIL:]
    return f": {text}" if text else ""
