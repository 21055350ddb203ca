"""Functions of the project, from the command line: validated, run, in worker processes, and when they fail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.divided import SERVERS_AND_WORKERS
from tests.e2e.project import Project, partners_job

NAMES = """
def full_name(row):
    if not row["last"]:
        raise ValueError("no last name")
    return row["first"] + " " + row["last"]


def score(frame):
    return frame["last"].map(lambda text: len(text or ""))


def fail(row):
    return row["nowhere"]
"""


@pytest.fixture
def shop(project: Project, prefix: str) -> Project:
    """A project with a package, and rows of which one has no name."""
    folder = project.root / "shop"
    folder.mkdir()
    (folder / "names.py").write_text(NAMES, "utf-8")
    project.rows([{"ref": f"{prefix}-{n}", "first": "A", "last": "" if n == 3 else "B" * n} for n in range(1, 6)])
    return project


def job(function: str) -> dict[str, Any]:
    """Partners whose name a function gives."""
    score = {"function": "shop.names:score", "per": "frame"}
    return partners_job(fields={"ref": "ref", "name": {"python": f"shop.names:{function}"}, "color": {"python": score}})


@SERVERS_AND_WORKERS
def test_functions_give_values_and_refuse_rows(shop: Project, workers: tuple[str, ...]) -> None:
    """Also where workers import them; then nothing is left to write."""
    shop.write("partners.yaml", job("full_name"))
    assert shop.run("validate", "--online").code == 0
    done = shop.run("run", "--json", *workers)
    assert (done.code, done.counts()) == (3, {"read": 5, "created": 4, "rejected": 1})
    (reject,) = shop.rejects()
    assert (reject["_code"], reject["_reason"]) == ("python_refused", "no last name")
    again = shop.run("run", "--json", *workers)
    assert (again.writes(), again.counts()) == ({}, {"read": 5, "unchanged": 4, "rejected": 1})


def test_a_mistake_stops_the_job_before_it_writes(shop: Project) -> None:
    """With the line at fault; one that can be seen before is a problem of the file."""
    shop.write("partners.yaml", job("fail"))
    done = shop.run("run", "--json")
    assert (done.code, done.writes()) == (1, {})
    assert "KeyError: 'nowhere'" in done.job()["error"]
    assert f"{shop.root}/shop/names.py:13" in done.job()["error"]
    shop.write("partners.yaml", job("ful_name"))
    checked = shop.run("validate")
    assert checked.code == 2
    assert "fields.name.python: `shop.names` has no `ful_name`; did you mean `full_name`?" in checked.out
