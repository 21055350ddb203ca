"""Logs in the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dashboard import Window, project_with_page, site_of, window

NAME = "serve/server.jsonl"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose server has told of 250 things."""
    made = project_with_page(tmp_path)
    path = made / ".odoo_etl" / NAME
    path.parent.mkdir(parents=True)
    lines = [
        {"time": "2026-11-29T07:00:00+00:00", "level": "info", "event": "slot", "text": f"<b>{n}</b>"}
        for n in range(249)
    ]
    lines.append({"time": "2026-11-29T07:00:00+00:00", "level": "error", "event": "fault", "text": "disk full"})
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    return made


@pytest.fixture
def seen(root: Path) -> Window:
    """The browser of a viewer."""
    return window(site_of(root), "viewer")


def test_the_last_lines_of_a_log(seen):
    """They are looked at again; what others wrote is shown as it is."""
    assert f"/logs/file?file={NAME.replace('/', '%2F')}" in seen.get("/logs").text
    page = seen.get("/logs/file", params={"file": NAME})
    assert "disk full" in page.text
    assert "&lt;b&gt;248&lt;/b&gt;" in page.text
    assert "&lt;b&gt;49&lt;/b&gt;" not in page.text
    assert 'hx-trigger="every 5s"' in page.text
    older = page.text.partition("Older lines")[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    before = seen.get(older)
    assert "&lt;b&gt;49&lt;/b&gt;" in before.text
    assert "every 5s" not in before.text


def test_only_a_level(seen):
    """Or a worse one; htmx gets the lines alone."""
    part = seen.get("/logs/file", params={"file": NAME, "level": "warning"}, headers={"hx-request": "true"})
    assert ("disk full" in part.text, "slot" in part.text, "<main" in part.text) == (True, False, False)


def test_a_download(seen):
    """All of it, as a file of its own name."""
    answer = seen.get("/logs/download", params={"file": NAME})
    assert answer.headers["content-disposition"] == 'attachment; filename="serve-server.jsonl"'
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.count("\n") == 250


def test_what_is_no_log(seen):
    """No file of the project but logs."""
    for name in ("", "state.db", "../pipelines/project.yaml"):
        for path in ("/logs/file", "/logs/download"):
            assert seen.get(path, params={"file": name}).status_code == 404
    assert seen.get("/logs?run=../x").status_code == 404
    assert "There is no log of this run on this machine." in seen.get("/logs?run=20990101T000000-00000abcd").text
