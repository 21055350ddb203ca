"""`odoo-etl serve` as a process: killed and started again, ended in order, two of them on one PostgreSQL ledger."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import odoo_etl

PROJECT = "connections: {main: {url: sandbox}}\n"
JOB = """\
version: 1
job: partners
schedule: {cron: "0 0 1 1 *", retries: 1}
source: {type: csv, path: ../rows.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: name}
"""
WAITS = JOB + "before: [{command: [sh, -c, 'until [ -e ../go ]; do sleep 0.05; done']}]\n"
PATIENCE_S = 60.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A job whose run waits until there is a file `go`."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text(PROJECT)
    (tmp_path / "pipelines/partners.yaml").write_text(WAITS)
    (tmp_path / "rows.csv").write_text("ref,name\nA,Ada\n")
    return tmp_path


@contextmanager
def serving(project: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A server of the project, ended at the end."""
    words = [sys.executable, "-m", "odoo_etl", "serve", "--no-page", f"--project={project}", *options]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield server
        finally:
            server.kill()


def until(holds: Callable[[], object]) -> None:
    """Wait for something to be true."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it never was"
        time.sleep(0.1)


def slot(project: Path) -> odoo_etl.ScheduleSlot | None:
    """The last slot that was begun."""
    return odoo_etl.schedules(project)[0].last


def has_run(project: Path) -> bool:
    """Whether the run of the last slot is known."""
    last = slot(project)
    return last is not None and bool(last.run_ids)


def test_a_server_that_was_killed_is_followed_by_one_that_watches_its_run(project: Path) -> None:
    """The run goes on meanwhile, and is the only one."""
    odoo_etl.run_now(project, "partners", "ann")
    with serving(project) as first:
        until(lambda: has_run(project))
        os.kill(first.pid, signal.SIGKILL)
    with serving(project, "--once") as second:
        assert second.stderr
        told = iter(second.stderr.readline, "")
        until(lambda: "which another server has left" in next(told))
        (project / "go").touch()
        assert second.wait(PATIENCE_S) == 0
    last = slot(project)
    assert last is not None
    assert [(one.verb, one.exit_code) for one in last.attempts] == [("run", 0)]
    assert [one.status for one in odoo_etl.history(project)] == ["done"]


def test_a_server_that_ends_in_order_interrupts_its_run_where_it_is_told_to(project: Path) -> None:
    """The next one goes on with it."""
    odoo_etl.run_now(project, "partners", "ann")
    with serving(project, "--stop-runs") as first:
        until(lambda: has_run(project) and odoo_etl.history(project))
        first.terminate()
        assert first.wait(PATIENCE_S) == 0
    (project / "go").touch()
    with serving(project, "--once") as second:
        assert second.wait(PATIENCE_S) == 0
    last = slot(project)
    assert last is not None
    assert [(one.verb, one.exit_code) for one in last.attempts] == [("run", 143), ("resume", 0)]


def test_production_is_served_only_where_somebody_agrees(project: Path) -> None:
    """As all that writes there."""
    (project / "pipelines/project.yaml").write_text(PROJECT + "environments: {live: {production: true}}\n")
    with serving(project, "--env", "live") as server:
        _, told = server.communicate(timeout=PATIENCE_S)
    assert server.returncode == 2
    assert "`serve` writes to the environment live, which is production" in told


def test_the_gravest_exit_code_of_what_was_due(project: Path) -> None:
    """That is what a platform sees which starts the server now and then."""
    (project / "pipelines/partners.yaml").write_text(
        JOB.replace("rows.csv", "nothing.csv").replace("retries: 1", "retries: 0")
    )
    odoo_etl.run_now(project, "partners", "ann")
    with serving(project, "--once") as server:
        assert server.wait(PATIENCE_S) == 1


def test_two_servers_on_one_ledger_run_each_slot_once(project: Path, postgres_url: str) -> None:
    """Each of several schedules is asked for; both servers take what the other one has not."""
    (project / "pipelines/project.yaml").write_text(f"{PROJECT}state: {{url: '{postgres_url}'}}\n")
    names = [f"job_{number}" for number in range(3)]
    (project / "pipelines/partners.yaml").unlink()
    for name in names:
        text = JOB.replace("job: partners", f"job: {name}").replace("key: ref", "key: ref, mode: update")
        (project / f"pipelines/{name}.yaml").write_text(text)
        odoo_etl.run_now(project, name, "ann")
    with serving(project, "--once", "--runs", "1") as one, serving(project, "--once", "--runs", "1") as other:
        assert (one.wait(3 * PATIENCE_S), other.wait(3 * PATIENCE_S)) == (0, 0)
        assert one.stderr
        assert other.stderr
        shares = [server.stderr.read().count(" has begun") for server in (one, other) if server.stderr]
    slots = {state.name: [each.exit_code for each in state.slots] for state in odoo_etl.schedules(project)}
    assert slots == {name: [0] for name in names}
    assert sum(shares) == len(names)
    assert min(shares) >= 1
