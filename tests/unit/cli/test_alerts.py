"""`odoo-etl alerts` through the command line."""

from __future__ import annotations

import json

import pytest
import yaml
from typer.testing import CliRunner

from odoo_etl.cli.main import app
from odoo_etl.errors import UsageError
from odoo_etl.runs.opening import open_state
from odoo_etl.spec import load_project
from odoo_etl.state import Judged
from tests.web import serving


@pytest.fixture
def web():
    """A receiver."""
    with serving() as server:
        server.page("/ops", status=204)
        yield server


@pytest.fixture
def run(tmp_path, web):
    """A function that calls the verb in a project with two channels, of which one fails."""
    (tmp_path / "pipelines").mkdir()
    channels = {name: {"webhook": {"url": web.url(f"/{name}")}} for name in ("chat", "ops")}
    spec = {"connections": {"main": {"url": "sandbox"}}, "alerts": {"channels": channels}}
    (tmp_path / "pipelines/project.yaml").write_text(yaml.safe_dump(spec))
    job = {"version": 1, "job": "orders", "source": {"type": "csv", "path": "x.csv"}, "fields": {"ref": "ref"}}
    job["target"] = {"model": "res.partner", "key": "ref"}
    (tmp_path / "pipelines/orders.yaml").write_text(yaml.safe_dump(job))

    def call(*words):
        return CliRunner().invoke(app, ["alerts", "--project", str(tmp_path), *words])

    call.folder = tmp_path
    return call


@pytest.fixture
def failed(run):
    """A job failed, and nobody was told of it yet."""
    project = load_project(run.folder, {})
    facts = {"job": "orders", "summary": "orders: failed with exit code 5", "next": "odoo-etl doctor"}
    with open_state(project) as ledger:
        ledger.alerts.note("", [Judged("orders", "failed", firing=True, facts=facts)], 1_796_000_000.0)
        ledger.alerts.note("", [Judged("orders", "rejects", firing=False)], 1_796_000_000.0)


def test_what_is_wrong_and_who_knows(run, failed, web):
    """Before and after somebody tells the channels; one of them cannot be told, which is exit code 1."""
    shown = run().stdout.splitlines()
    assert shown == [
        "orders: failed, since 2026-11-30 00:53 UTC",
        "    orders: failed with exit code 5",
        "    next: odoo-etl doctor",
        "    chat: not told yet",
        "    ops: not told yet",
        "1 alert; 1 other looked at and well",
        f"channel chat: webhook of 127.0.0.1:{web.server_port}, as json",
        f"channel ops: webhook of 127.0.0.1:{web.server_port}, as json",
    ]
    checked = run("--check")
    assert checked.exit_code == 1
    assert "error: channel chat of `alerts` could not be told of 1 alert: the answer was HTTP 404" in checked.stderr
    after = checked.stdout
    assert "    chat: not told: the answer was HTTP 404 (tried 1 time, again from " in after
    assert "    ops: told 20" in after
    alert, *_ = json.loads(run("--json").stdout)["alerts"]
    assert (alert["alert"]["kind"], alert["firing"], [one["knows"] for one in alert["channels"]]) == (
        "failed",
        True,
        [False, True],
    )


def test_a_channel_is_tried(run, web):
    """It gets a message that says that nothing is wrong."""
    assert (run("--test", "ops").exit_code, run("--test", "ops").stdout) == (0, "ops took a message\n")
    assert web.requests[0].json["alerts"][0]["event"] == "test"
    from odoo_etl.alerting import NotSent

    assert isinstance(run("--test", "chat").exception, NotSent)
    unknown = run("--test", "op").exception
    assert isinstance(unknown, UsageError)
    assert "did you mean `ops`?" in str(unknown)


def test_a_project_without_alerts(run):
    """There is nothing to be told."""
    (run.folder / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    for words in ((), ("--check",), ("--test", "ops")):
        error = run(*words).exception
        assert isinstance(error, UsageError)
        assert "give project.yaml `alerts:" in str(error)
