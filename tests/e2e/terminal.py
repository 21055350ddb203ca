"""A person at a terminal, who answers each question of the program."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
import time
from collections.abc import Sequence

from tests.e2e.project import PROGRAM, Done, Project

QUESTION = b":"  # ends each


def answered(project: Project, answers: Sequence[str], *arguments: str) -> Done:
    """Run the program where somebody gives these answers, one after the other."""
    ours, theirs = pty.openpty()
    try:
        running = subprocess.Popen(
            [str(PROGRAM), *arguments],
            cwd=project.root,
            env=dict(project.environment),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # without a terminal of its own but this one
        )
        with running:
            shown = _asked(running, ours, answers)
            out, rest = running.communicate(timeout=60)
        return Done(running.returncode, out.decode(), (shown + rest).decode())
    finally:
        os.close(ours)
        os.close(theirs)


def _asked(running: subprocess.Popen[bytes], ours: int, answers: Sequence[str]) -> bytes:
    """Answer the questions as they come; what was shown by then."""
    shown = b""
    assert running.stderr is not None
    for answer in answers:
        while not shown.rstrip(b" ").endswith(QUESTION):
            more = os.read(running.stderr.fileno(), 4096)
            if not more:
                return shown
            shown += more
        _wait_until_hidden(ours, shown.splitlines()[-1])
        os.write(ours, f"{answer}\n".encode())
        shown += b"\n"
    return shown


def _wait_until_hidden(ours: int, question: bytes) -> None:
    """What is typed before the terminal stops to show it would be thrown away."""
    until = time.monotonic() + 30
    while b"hidden" in question and termios.tcgetattr(ours)[3] & termios.ECHO and time.monotonic() < until:
        time.sleep(0.01)
