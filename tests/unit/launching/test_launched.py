"""A launched command has a process of its own, and is known by what it writes."""

import json
import os
import time

import pytest

from odoo_etl.launching import Order, launch

PROJECT = "connections: {main: {url: sandbox}}\n"
JOB = """\
version: 1
job: partners
source: {type: csv, path: ../rows.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: name}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text(PROJECT)
    (tmp_path / "pipelines/partners.yaml").write_text(JOB)
    (tmp_path / "rows.csv").write_text("ref,name\nA,Ada\n")
    return tmp_path


def test_the_words_of_a_command(tmp_path):
    order = Order("run", ("tag:nightly",), tmp_path, "production", "main", {"day": "2026-01-01 x"}, approved=True)
    assert order.command_line[1:] == [
        *("-m", "odoo_etl", "--log-format", "json", "--env=production", "--connection=main", "--var=day=2026-01-01 x"),
        *("run", f"--project={tmp_path}", "--yes", "tag:nightly"),
    ]
    assert "2026" not in repr(order)


def test_a_run_is_known_by_its_id_before_it_ends_and_has_a_session_of_its_own(project, tmp_path):
    launched = launch(Order("run", (), project), tmp_path / "logs/one.log")
    assert os.getsid(launched.pid) == launched.pid
    run_id = launched.run_id(60)
    assert launched.ended(60) == launched.exit_code == 0
    assert (project / ".odoo_etl/runs" / run_id / "run_results.json").is_file()
    told = [json.loads(line) for line in launched.log.read_text().splitlines() if line.startswith("{")]
    assert told[-1]["event"] == "run_finished"
    assert launched.log.stat().st_mode & 0o077 == 0


def test_a_command_that_begins_no_run_has_no_id(project, tmp_path):
    launched = launch(Order("run", ("nothing-like-it", "--partition=x", "--workers=2"), project), tmp_path / "one.log")
    assert launched.run_id(60) == ""
    assert launched.exit_code == 2


def test_a_log_that_is_gone_says_nothing(project, tmp_path):
    """Somebody who makes room takes it away: whoever watches the command goes on watching."""
    launched = launch(Order("run", ("nothing-like-it",), project), tmp_path / "one.log")
    launched.log.unlink()
    assert launched.ended(60) == 2
    assert launched.run_id(60) == ""


def test_a_run_that_is_interrupted_ends_in_order(project, tmp_path):
    (project / "pipelines/partners.yaml").write_text(JOB + "before: [{command: [sleep, '60']}]\n")
    launched = launch(Order("run", (), project), tmp_path / "one.log")
    assert launched.run_id(60)
    assert launched.ended(0.01) is None
    launched.interrupt()
    assert launched.ended(60) == 143


def test_a_run_that_is_killed_says_so(project, tmp_path):
    (project / "pipelines/partners.yaml").write_text(JOB + "before: [{command: [sleep, '60']}]\n")
    launched = launch(Order("run", (), project), tmp_path / "one.log")
    assert launched.run_id(60)
    launched.kill()
    assert launched.ended(60) == -9


def test_whoever_lets_go_of_it_leaves_no_zombie(project, tmp_path):
    pid = launch(Order("run", (), project), tmp_path / "one.log").pid
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)  # a zombie is still there
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("it is still there")
