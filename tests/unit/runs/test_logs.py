"""Logs, read from their ends."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import UsageError
from odoo_etl.runs import logs, run
from odoo_etl.runs.logs import log_files, log_page, log_text
from odoo_etl.text import keep_secret

NAME = "serve/server.jsonl"


def write(shop, name, *lines, age=0.0):
    """A log with these lines."""
    path = shop.root / ".odoo_etl" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    at = path.stat().st_mtime - age
    os.utime(path, (at, at))
    return path


def told(level, text):
    """An object of a server."""
    return json.dumps({"time": "T", "level": level, "event": "e", "text": text})


def texts(page):
    """The texts of its lines."""
    return [line.text for line in page.lines]


def test_the_last_lines_come_first_and_older_ones_after(shop):
    """Each line once."""
    write(shop, NAME, *(f"line {number}" for number in range(25)))
    page, seen = log_page(shop.root, NAME, limit=10), []
    seen[:0] = texts(page)
    while not page.is_first:
        page = log_page(shop.root, NAME, limit=10, before=page.start)
        seen[:0] = texts(page)
    assert seen == [f"line {number}" for number in range(25)]


@given(st.lists(st.text("abc\u00e9 ", min_size=1, max_size=40), max_size=12), st.integers(1, 5), st.integers(4, 60))
def test_however_large_a_window_is(lines, limit, window):
    """Lines are whole where a window begins in one, and where one is longer than that."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "WINDOW", window)
        patch.setattr(logs, "MOST_WINDOWS", 10_000)
        Path(folder, "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
        path = Path(folder, ".odoo_etl", NAME)
        path.parent.mkdir(parents=True)
        path.write_text("".join(f"{line}\n" for line in lines))
        seen, before = [], None
        while before != 0:
            page = log_page(folder, NAME, limit=limit, before=before)
            seen[:0] = texts(page)
            before = page.start
        assert seen == lines


def test_lines_of_a_level(shop, monkeypatch):
    """Looked for in older lines, too, as far as that takes no time."""
    write(shop, NAME, told("error", "first"), *(told("info", "x" * 50) for _ in range(100)), told("warning", "last"))
    assert texts(log_page(shop.root, NAME, level="warning")) == ["first", "last"]
    assert texts(log_page(shop.root, NAME, level="error")) == ["first"]
    monkeypatch.setattr(logs, "WINDOW", 1_000)
    monkeypatch.setattr(logs, "MOST_WINDOWS", 2)
    page = log_page(shop.root, NAME, level="error")
    assert (page.lines, page.is_first) == ((), False)


def test_secrets_are_not_shown(shop):
    """Neither in lines nor in a download."""
    keep_secret(["s3cr3t-of-odoo"])
    write(shop, NAME, told("error", "key s3cr3t-of-odoo is wrong"))
    assert texts(log_page(shop.root, NAME)) == ["key *** is wrong"]
    assert "s3cr3t" not in "".join(log_text(shop.root, NAME))


def test_a_download_is_bounded(shop, monkeypatch):
    """The last of it, in whole lines."""
    write(shop, NAME, *(f"line {number}" for number in range(10)))
    assert len(list(log_text(shop.root, NAME))) == 10
    monkeypatch.setattr(logs, "MOST_BYTES", 20)
    assert list(log_text(shop.root, NAME)) == ["line 8\n", "line 9\n"]


def test_which_logs_there_are(shop):
    """Those of servers first, then what was written last; of a run its events and its command."""
    assert log_files(shop.root) == []
    done = run(shop.root, "firms")
    write(shop, NAME, "x", age=99)
    write(shop, "launched/20261129T070000-0000abcd.log", told("info", done.run_id), age=5)
    write(shop, "launched/20261129T080000-0000abcd.log", told("info", "another"))
    write(shop, "launched/note.txt", "x")
    assert [one.name.rpartition("/")[2] for one in log_files(shop.root)] == [
        "server.jsonl",
        "20261129T080000-0000abcd.log",
        "20261129T070000-0000abcd.log",
    ]
    own = {one.name for one in log_files(shop.root, done.run_id)}
    assert own == {f"runs/{done.run_id}/events.jsonl", "launched/20261129T070000-0000abcd.log"}
    assert log_files(shop.root, f"../runs/{done.run_id}") == []
    assert log_page(shop.root, f"runs/{done.run_id}/events.jsonl").lines[-1].event == "run_finished"


@pytest.mark.parametrize(
    "name", ["", "state.db", "serve/../state.db", "../pipelines/project.yaml", "serve/none.log", "runs/x/events.jsonl"]
)
def test_what_is_no_log(shop, name):
    """No name leads elsewhere."""
    write(shop, "state.db", "x")
    write(shop, NAME, "x")
    (shop.root / ".odoo_etl/serve/link.log").symlink_to(shop.root / "pipelines/project.yaml")
    for one in (name, "serve/link.log"):
        with pytest.raises(UsageError, match="there is no log"):
            log_page(shop.root, one)
        with pytest.raises(UsageError, match="there is no log"):
            log_text(shop.root, one)
