"""The migrations of samples/migrations: their data is what the script makes, and docs/how-to shows what they are."""

from __future__ import annotations

import re
import runpy
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from odoo_etl.spec import load_project
from tests.e2e.migrations import FOLDER, STORIES, rows_of

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs/how-to"
NAMES = sorted(path.name for path in FOLDER.glob("[0-9]*"))
FROM_ODOO = "13-odoo-to-odoo"  # whose data is in another Odoo: tests/e2e/test_odoo_to_odoo.py tells its story
BY_NAME = pytest.mark.parametrize("name", NAMES)
WITH_DATA = pytest.mark.parametrize("name", [name for name in NAMES if name != FROM_ODOO])
TABLE = re.compile(r"^\|.*\|\n\|[-|]+\|\n(?:\|.*\|\n)+", re.MULTILINE)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with freshly made data."""
    folder = tmp_path_factory.mktemp("migrations")
    sys.path.insert(0, str(FOLDER))
    try:
        runpy.run_path(str(FOLDER / "make_data.py"))["main"](folder)
    finally:
        sys.path.remove(str(FOLDER))
    return folder


def contents(path):
    """What a file holds; of a database its tables, since its header depends on the version of SQLite."""
    if path.suffix != ".db":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def files(folder):
    """The files of the data, by their paths."""
    return {path.relative_to(folder): contents(path) for path in folder.rglob("data/**/*") if path.is_file()}


def test_the_data_is_what_the_script_makes(made):
    """The script is seeded: it makes the committed files."""
    fresh, kept = files(made), files(FOLDER)
    assert {path for path in fresh.keys() | kept.keys() if fresh.get(path) != kept.get(path)} == set()


def test_each_has_its_story_and_its_page():
    """What is a sample is tested, and told."""
    pages = sorted(page.stem for page in HOW_TO.glob("[0-9]*.md"))
    assert (pages, [*(story.name for story in STORIES), FROM_ODOO]) == (NAMES, NAMES)
    index = (HOW_TO / "index.md").read_text("utf-8")
    assert [name for name in NAMES if f"[{name}]({name}.md)" not in index] == []


@BY_NAME
def test_the_jobs_are_valid(name):
    """Without a server."""
    names = [f"{side}_{key}" for side in ("ODOO", "OLD") for key in ("URL", "DB", "USER", "API_KEY")]
    project = load_project(FOLDER / name / "pipelines", dict.fromkeys(names, "https://odoo.example.com"))
    files = [path.stem for path in (FOLDER / name / "pipelines").glob("*.yaml") if path.stem != "project"]
    told = next((list(story.jobs) for story in STORIES if story.name == name), files)
    assert sorted(project.jobs) == sorted(told)


@BY_NAME
def test_the_page_shows_the_jobs(name):
    """All of them, as their files are."""
    page = (HOW_TO / f"{name}.md").read_text("utf-8")
    shown = dict(re.findall(r"^`pipelines/(\w+)\.yaml`\n\n```yaml\n(.*?)```", page, re.MULTILINE | re.DOTALL))
    found = {path.stem: path.read_text("utf-8") for path in (FOLDER / name / "pipelines").glob("*.yaml")}
    del found["project"]
    assert shown == {job: re.sub(r"^# yaml-language-server: .*\n", "", text) for job, text in found.items()}


@WITH_DATA
def test_the_page_shows_rows_of_the_data(name):
    """Each row of its tables stands in the data."""
    page = (HOW_TO / f"{name}.md").read_text("utf-8")
    tables = [cells_of(table) for table in TABLE.findall(page)]
    assert tables
    data = [[{key: shown(cell) for key, cell in row.items()} for row in rows] for rows in every_table(FOLDER / name)]
    for header, *rows in tables:
        there = next(rows for rows in data if set(header) <= rows[0].keys())
        narrow = [[row[column] for column in header] for row in there]
        assert [row for row in rows if not any(all(map(is_shown, row, some)) for some in narrow)] == []


@WITH_DATA
def test_the_page_says_what_comes_out(name):
    """The lines of the report that it shows are those of the story."""
    page = (HOW_TO / f"{name}.md").read_text("utf-8")
    jobs = next(story.jobs for story in STORIES if story.name == name)
    said = re.findall(r"^(\w+) → [\w.]+: (\d+) rows: (.*)$", page, re.MULTILINE)
    assert said
    for job, read, rest in said:
        counts = ", ".join(f"{rows} {kind}" for kind, rows in jobs[job].items())
        assert (job, read, rest) == (job, str(sum(jobs[job].values())), counts)


def cells_of(table):
    """The rows of a table in Markdown, its header first."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.splitlines()]
    return [[cell.strip().replace("\\", "") for cell in row] for row in (rows[0], *rows[2:])]


def every_table(folder):
    """All tables of the data of a migration."""
    data = folder / "data"
    for path in sorted(data.glob("*.csv")):
        yield rows_of(data, path.name)
    for path in sorted(data.glob("*.xlsx")):
        yield from (rows_of(data, f"{path.name}#{sheet}") for sheet in sheets_of(path))
    for path in sorted(data.glob("*.db")):
        with closing(sqlite3.connect(path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        yield from (rows_of(data, f"{path.name}#{table}") for (table,) in names)


def sheets_of(path):
    """The names of the sheets of a workbook."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path).sheet_names


def shown(cell):
    """A cell as a page shows it."""
    if isinstance(cell, float):
        return f"{cell:g}"
    return "" if cell is None else str(cell)


def is_shown(said, cell):
    """Whether a page says what a cell holds, or how it begins."""
    return said == cell or (said.endswith("...") and cell.startswith(said[:-3]))
