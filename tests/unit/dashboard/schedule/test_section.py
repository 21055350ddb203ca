"""Schedules in the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
import yaml

from odoo_etl.runs import Workspace
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.scheduled import schedules
from tests.dashboard import project_with_page, site_of, window

JOB = {
    "version": 1,
    "job": "tags",
    "schedule": {"cron": "0 2 * * *", "timezone": "Europe/Brussels"},
    "source": {"type": "csv", "path": "../tags.csv"},
    "target": {"model": "res.partner.category", "key": "name"},
    "fields": {"name": "name"},
}
NOW = datetime(2026, 11, 29, 7, tzinfo=UTC)


def text_of(answer):
    """The words of a page, as a person reads them."""
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a schedule."""
    return project_with_page(tmp_path, {"tags": JOB})


def state(root):
    """Of its only schedule."""
    (one,) = schedules(Workspace(root), now=NOW.timestamp)
    return one


def test_when_it_runs_in_words_and_in_each_timezone(root):
    """The next five times; of the reader's timezone only the browser knows."""
    page = window(site_of(root), "viewer").get("/schedule")
    text = text_of(page)
    assert "At 02:00 every day ( 0 2 * * * , Europe/Brussels)" in text
    assert page.text.count("data-local") == 5
    assert 'datetime="2026-11-30T02:00:00+01:00"' in page.text
    assert "tags never" in text
    assert "<button" not in page.text.split("<main")[1]


def test_pause_and_run_again(root):
    """With who wanted it, and since when."""
    told = []
    seen = window(site_of(root, tell=told.append), "operator")
    assert seen.post("/schedule/pause", name="tags").headers["location"] == "/schedule"
    assert (state(root).paused_by, state(root).paused_since) == ("otto", NOW)
    text = text_of(seen.get("/schedule"))
    assert "Paused since Sun 29 Nov" in text
    assert "by otto" in text
    assert "Next times" not in text
    seen.post("/schedule/unpause", name="tags")
    assert state(root).paused_since is None
    assert told[1:] == ["otto paused the schedule tags", "otto unpaused the schedule tags"]


def test_run_now(root):
    """A server takes it; of production its name is typed."""
    seen = window(site_of(root), "operator")
    assert seen.post("/schedule/run", name="tags").status_code == 303
    assert [(one.status, one.asked_by) for one in state(root).slots] == [("asked", "otto")]
    assert "asked for by otto" in text_of(seen.get("/schedule"))
    path = root / "pipelines/project.yaml"
    live = {"environments": {"live": {"production": True}}, "default_environment": "live"}
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **live}))
    assert seen.post("/schedule/run", name="tags").status_code == 400
    assert seen.post("/schedule/pause", name="tags").status_code == 303


def test_what_became_of_the_last_times(root):
    """Missed ones, and those that nothing ran for."""
    workspace = Workspace(root)
    project = workspace.load()
    with open_state(project) as ledger:
        slots = ledger.slots("")
        slots.meet("tags", "0 2 * * * Europe/Brussels", NOW.timestamp() - 3 * 86_400)
    text = text_of(window(site_of(root), "viewer").get("/schedule"))
    assert "no server is at work" in text


def test_a_schedule_that_is_none(root):
    """It is told; so is a project without any."""
    seen = window(site_of(root), "operator")
    assert "there is no schedule &#39;x&#39;" in seen.post("/schedule/pause", name="x").text
    (root / "pipelines/tags.yaml").write_text(yaml.safe_dump({**JOB, "schedule": "none"}))
    assert "Nothing runs by itself." in text_of(seen.get("/schedule"))
