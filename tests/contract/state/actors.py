"""Processes that tests start, talk to and kill: `python -m tests.contract.state.actors URL RUN_DIR VERB [ARGUMENT]`.

Each says "ready" and then waits for a line before it does anything.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from odoo_etl.errors import Busy
from odoo_etl.state import open_ledger


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

if __name__ == "__main__":
    _, given_url, given_dir, verb, argument = sys.argv
    tell("ready")
    sys.stdin.readline()
    VERBS[verb](given_url, Path(given_dir), argument)
