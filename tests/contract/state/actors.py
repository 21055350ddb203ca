"""Processes that tests start, talk to and kill, forked from one that has imported what they need.

Each says "ready" and then waits for a line before it does anything.
"""

from __future__ import annotations

import itertools
import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from odoo_etl.errors import Busy
from odoo_etl.state import open_ledger
from tests.forked import FORKS


def tell(text):
    """One line to the test."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def hold(url, run_dir, run_id):
    """Lock partners until the next line comes."""
    with open_ledger(url, run_dir) as ledger:
        try:
            with ledger.lock("partners", "db", run_id) as lock:
                tell(f"held {lock.taken_over}")
                sys.stdin.readline()
        except Busy as error:
            tell(f"busy {error}")


def hold_and_fork(url, run_dir, run_id):
    """Lock partners and orders; a child waits, too, and outlives us when we are killed."""
    with (
        open_ledger(url, run_dir) as ledger,
        ledger.lock("partners", "db", run_id),
        ledger.lock("orders", "db", run_id),
    ):
        tell("held ")
        if not os.fork():
            tell("forked")
            sys.stdin.readline()
            os._exit(0)
        sys.stdin.readline()


def write(url, run_dir, run_id):
    """Send for ever; tells the number of each call once its intent is stored."""
    with open_ledger(url, run_dir) as ledger:
        ledger.start_run(run_id, "run")
        job = ledger.start_job(run_id, "partners", "res.partner", "db", "spec")
        for chunk in itertools.count():
            tell(job.sent(chunk, "create", keys=[["C1"]] * 50, before=[{"name": f"Partner {chunk}"}] * 50))


def enter(url, run_dir, run_id):
    """Open the ledger and note a run."""
    with open_ledger(url, run_dir) as ledger:
        ledger.start_run(run_id, "run")
        tell("opened")


VERBS = {"hold": hold, "hold_and_fork": hold_and_fork, "write": write, "enter": enter}


def act(pipes: tuple[Connection, Connection], url: str, run_dir: Path, verb: str, argument: str) -> None:
    """The process itself; `pipes` are its standard input and output."""
    for number, pipe in enumerate(pipes):
        os.dup2(pipe.fileno(), number)
        pipe.close()
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    tell("ready")
    sys.stdin.readline()
    VERBS[verb](url, run_dir, argument)


class Actor:
    """A process that acts, as a test sees it.

    Attributes:
        stdin: what it is asked.
        stdout: what it says.
    """

    def __init__(self, url: str, run_dir: Path, verb: str, argument: str) -> None:
        (asked, asking), (hearing, said) = FORKS.Pipe(duplex=False), FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=act, args=((asked, said), url, run_dir, verb, argument))
        self._process.start()
        self.pid = self._process.pid
        self.stdin = os.fdopen(os.dup(asking.fileno()), "w")
        self.stdout = os.fdopen(os.dup(hearing.fileno()))
        for pipe in (asked, asking, hearing, said):
            pipe.close()

    def kill(self) -> None:
        """End it."""
        self._process.kill()

    def wait(self) -> None:
        """Wait for its end."""
        self._process.join()

    def close(self) -> None:
        """Leave nothing of it."""
        self.kill()
        self.wait()
        self.stdin.close()
        self.stdout.close()
