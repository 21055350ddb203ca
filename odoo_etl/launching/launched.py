"""A command of ours in a process of its own: it has its own session, and writes what it says into a file.

So it survives whoever launched it, and can be ended without anything else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from odoo_etl.private_files import make_folder, opener
from odoo_etl.stop import ask_to_end

PERSON: Final = "ODOO_ETL_PERSON"  # the variable that says for whom a command of ours was launched
_POLL_S = 0.05

# Signals for whoever launched it, such as Ctrl-C, are not meant for it.
if sys.platform == "win32":
    _APART: Mapping[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    _APART: Mapping[str, Any] = {"start_new_session": True}


@dataclass(frozen=True, slots=True)
class Order:
    """The command that is wanted.

    Attributes:
        verb: `run`, `plan`, `apply`, `resume`, `retry` or `undo`.
        arguments: of the verb; a text that a person chose stands behind `--`, or in the same word as its option.
        project: the folder of the project.
        environment: `--env`; None for the one that the project chooses.
        connection: `--connection`, or "".
        variables: `--var`.
        approved: `--yes`: whoever launches it agrees that it writes, also to production.
        person: for whom it is launched; "" for the login of this machine.
    """

    verb: str
    arguments: tuple[str, ...]
    project: Path
    environment: str | None = None
    connection: str = ""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    approved: bool = False
    person: str = ""

    @property
    def command_line(self) -> list[str]:
        """The words that start it."""
        words = [sys.executable, "-m", "odoo_etl", "--log-format", "json"]
        words += [] if self.environment is None else [f"--env={self.environment}"]
        words += [f"--connection={self.connection}"] if self.connection else []
        words += [f"--var={name}={value}" for name, value in self.variables.items()]
        words += [self.verb, f"--project={self.project}"]
        return [*words, *(["--yes"] if self.approved else []), *self.arguments]


class Launched:
    """A process that was launched.

    Attributes:
        pid: its number on this machine.
        log: the file that has what it said: an object a line, then its result.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process, self.pid, self.log = process, process.pid, log
        # Whoever launched it may let go of it: then this takes note of its end, so that no zombie is left.
        with suppress(RuntimeError):  # no room for a thread: whoever asks for its exit code does the same
            threading.Thread(target=process.wait, name=f"command {process.pid}", daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        """As of the command line; minus the number of the signal that killed it; None while it is at work."""
        return self._process.poll()

    def run_id(self, within_s: float) -> str:
        """The id of its run, once that has begun; "" where it ended before, or not even began within this time."""
        deadline = time.monotonic() + within_s
        while True:
            ended = self.exit_code is not None
            if told := run_told(self.log):
                return told
            if ended or time.monotonic() >= deadline:
                return ""
            time.sleep(_POLL_S)

    def ended(self, within_s: float) -> int | None:
        """The exit code, once it has ended; None where it is still at work after so many seconds."""
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            return None

    def interrupt(self) -> None:
        """Ask it to end in order, as Ctrl-C does: calls on their way are finished, its state is saved."""
        if self.exit_code is None:
            ask_to_end(self.pid)

    def kill(self) -> None:
        """End it where it is; the next run settles the calls that it leaves behind."""
        self._process.kill()


def run_told(log: Path) -> str:
    """The id of the run that a command has begun, as its log says; "" where it does not, or is gone."""
    with suppress(OSError), log.open("rb") as file:
        for line in file:
            with suppress(ValueError):  # no JSON, or half a line of one that is being written
                told = json.loads(line)
                if isinstance(told, dict) and told.get("event") == "run_started":
                    return str(told["run"])
    return ""


def launch(order: Order, log: Path, environ: Mapping[str, str] | None = None) -> Launched:
    """Start a command in a process of its own.

    Args:
        log: the file that gets what it says; its folder is made.
        environ: the variables of its environment; by default those of this process.

    Raises:
        OSError: the file cannot be made, or the process cannot be started.
    """
    make_folder(log.parent)
    with open(log, "wb", opener=opener) as file:
        process = subprocess.Popen(  # our own program, with words that go through no shell
            order.command_line,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=order.project,
            env=(os.environ if environ is None else dict(environ)) | ({PERSON: order.person} if order.person else {}),
            **_APART,
        )
    return Launched(process, log)
