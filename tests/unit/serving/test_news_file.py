"""The news of servers in a file: its owner's alone, and never endless."""

from __future__ import annotations

import json

from odoo_etl.serving import News
from odoo_etl.serving.news_file import NEWS_FILE, OLDER, NewsFile
from odoo_etl.text import keep_secret


def test_news_are_objects_without_secrets(tmp_path):
    keep_secret({"tops3cret"})
    NewsFile(tmp_path).write(News("warning", "look", "the key tops3cret expires", {"schedule": "nightly"}))
    path = tmp_path / NEWS_FILE
    told = json.loads(path.read_text())
    assert (told["level"], told["event"], told["schedule"]) == ("warning", "look", "nightly")
    assert "tops3cret" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_of_many_the_last_ones_are_kept(tmp_path):
    file = NewsFile(tmp_path, most_bytes=1000)
    for number in range(100):
        file.write(News("info", "look", f"number {number}"))
    lines = [
        json.loads(line)["text"] for name in (OLDER, NEWS_FILE) for line in (tmp_path / name).read_text().splitlines()
    ]
    assert lines == [f"number {number}" for number in range(100 - len(lines), 100)]
    assert (tmp_path / NEWS_FILE).stat().st_size + (tmp_path / OLDER).stat().st_size < 2500


def test_a_file_that_cannot_be_written_ends_nothing(tmp_path):
    NewsFile(tmp_path / "gone").write(News("info", "look", "nobody reads this"))
