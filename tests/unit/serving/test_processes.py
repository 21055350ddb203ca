"""Processes that another server has started: known by the ledger, the files of their runs, and what they said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from odoo_etl.reporting.events import EventLog
from odoo_etl.serving import Known
from odoo_etl.serving.attempts import KILLED
from odoo_etl.serving.processes import BEGINS_S, SILENT_S, RealProcesses


@pytest.fixture
def now():
    """Seconds, as a list of one."""
    return [0.0]


@pytest.fixture
def find(ledger, tmp_path, now):
    """Finds a process by what is known of it."""
    processes = RealProcesses("box", ledger, tmp_path, lambda: now[0])

    def found(run_id="", host="box", pid=0, log=""):
        return processes.find(Known(run_id, host, pid, str(log)))

    return found


@pytest.fixture
def alive(tmp_path):
    """A run whose events are written on, by its id."""
    folder = tmp_path / "run-1"
    folder.mkdir()
    log = EventLog(folder, "run", print)
    log.run_started("run-1", folder)
    yield log
    log.close()


def test_one_that_lives_has_no_exit_code(find, ledger, alive):
    ledger.start_run("run-1", "run")
    child = find("run-1")
    assert child.exit_code() is None
    ledger.finish_run("run-1", 3)
    assert child.exit_code() is None, "its report is yet to be written"
    alive.close()
    assert child.exit_code() == 3


def test_one_that_vanished_was_killed(find, ledger, alive):
    ledger.start_run("run-1", "run")
    alive.close()
    assert find("run-1").exit_code() == KILLED


def test_its_run_is_found_in_what_it_said(find, ledger, alive, tmp_path):
    log = tmp_path / "one.log"
    child = find(log=log)
    assert child.run_id() == ""
    log.write_text(
        'warning: no JSON\n{"event": "other"}\n' + json.dumps({"event": "run_started", "run": "run-1"}) + "\n"
    )
    ledger.start_run("run-1", "run")
    assert child.run_id() == "run-1"
    assert child.exit_code() is None


def test_one_that_never_says_its_run_is_given_up(find, now):
    child = find(pid=os.getpid())
    assert child.exit_code() is None
    now[0] = BEGINS_S
    assert child.exit_code() == KILLED


def test_one_that_died_before_it_said_its_run_is_given_up_at_once(find):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert find(pid=gone.pid).exit_code() == KILLED


def test_a_run_that_the_ledger_never_knew_left_its_code_in_its_folder(find, alive, tmp_path):
    alive.close()
    assert find("run-1").exit_code() == KILLED
    result = {"run_id": "run-1", "command": "run", "started_at": "", "finished_at": "", "elapsed_s": 1, "exit_code": 2}
    (tmp_path / "run-1/run_results.json").write_text(json.dumps({**result, "jobs": [], "notes": []}))
    assert find("run-1").exit_code() == 2


def test_one_of_another_machine_lives_as_long_as_it_holds_locks(find, ledger, now):
    ledger.start_run("run-2", "run")
    child = find("run-2", host="elsewhere")
    with ledger.lock("job:a", "db", "run-2"):
        assert child.exit_code() is None
        now[0] = 10 * SILENT_S
        assert child.exit_code() is None
    assert child.exit_code() is None
    now[0] += SILENT_S
    assert child.exit_code() == KILLED


def test_one_of_another_machine_that_ended_has_its_code_in_the_ledger(find, ledger):
    ledger.start_run("run-2", "run")
    ledger.finish_run("run-2", 1)
    assert find("run-2", host="elsewhere").exit_code() == 1


def test_only_a_process_that_is_known_to_be_the_runs_gets_a_signal(find, alive, monkeypatch):
    sent = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    find("run-1", pid=77).interrupt()
    find("run-1", pid=77).kill()
    find("run-1", host="elsewhere", pid=77).kill()
    alive.close()
    find("run-1", pid=77).kill()
    assert sent == [(77, signal.SIGTERM), (77, signal.SIGKILL)]
