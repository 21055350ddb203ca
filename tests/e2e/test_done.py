"""Files that leave their folder when they are done, by the program, on the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project

JOB: dict[str, Any] = {
    "version": 1,
    "job": "firms",
    "source": {"type": "csv", "path": "../in/*.csv", "done": {"move": "../done", "failed": "../failed"}},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {"ref": "firm", "name": "name", "color": {"column": "colour", "type": "integer"}},
}


class Deliveries:
    """Files of firms in a folder `in`."""

    def __init__(self, project: Project, prefix: str) -> None:
        self.project, self.root, self.prefix = project, project.root, prefix
        (self.root / "in").mkdir()
        self.write(JOB)

    def write(self, job: dict[str, Any]) -> None:
        """Write a job."""
        self.project.write(f"{job['job']}.yaml", job)

    def deliver(self, name: str, *colours: str) -> None:
        """A file with a firm of each colour comes."""
        stem = name.partition(".")[0]
        rows = [{"firm": f"{self.prefix}-{stem}{n}", "name": "Firm", "colour": one} for n, one in enumerate(colours)]
        self.project.rows(rows, f"in/{name}")

    def run(self, *arguments: str) -> Done:
        """Run the program."""
        return self.project.run(*(arguments or ("run",)), "--json")

    def files(self) -> dict[str, list[str]]:
        """The files of each folder that has any; ids of runs left out."""
        found: dict[str, list[str]] = {}
        for folder in ("in", "done", "failed"):
            names = sorted(one.name for one in (self.root / folder).glob("*"))
            if names:
                found[folder] = names
        return found

    def rejects(self, done: Done) -> Path:
        """The rejects file of a run."""
        return self.root / ".odoo_etl" / "runs" / done.result["run_id"] / "rejects" / "firms.csv"


@pytest.fixture
def deliveries(project: Project, odoo: OdooClient, prefix: str) -> Deliveries:
    assert odoo
    return Deliveries(project, prefix)


@pytest.mark.parametrize("how", [(), ("--workers", "2")])
def test_files_go_where_their_rows_say(deliveries: Deliveries, how: tuple[str, ...]) -> None:
    """Those with a rejected row apart; what is told names them; the next run has nothing to do, and says so."""
    deliveries.deliver("a.csv", "1", "2")
    deliveries.deliver("b.csv", "1", "red")
    deliveries.deliver("c.csv", "3")
    done = deliveries.run("run", *how)
    assert (done.code, done.counts("firms")) == (3, {"read": 5, "created": 4, "rejected": 1}), done.err
    assert deliveries.files() == {"done": ["a.csv", "c.csv"], "failed": ["b.csv"]}
    notes = done.result["notes"]
    assert any("2 files, for example a.csv, moved to" in one for one in notes), notes
    again = deliveries.run("run", *how)
    assert (again.code, again.counts("firms")) == (0, {})
    assert again.job("firms")["notes"] == ["no file is there (*.csv), and nothing was to be done"]


def test_a_retry_of_the_last_row_moves_the_file(deliveries: Deliveries) -> None:
    """From where the run with the reject has put it; with a row left it stays there."""
    deliveries.deliver("a.csv", "red", "blue")
    first = deliveries.run()
    assert deliveries.files() == {"failed": ["a.csv"]}
    file = deliveries.rejects(first)
    file.write_text(file.read_text("utf-8").replace(",red,", ",1,"), "utf-8")
    assert deliveries.run("retry").counts("firms") == {"read": 2, "created": 1, "rejected": 1}
    assert deliveries.files() == {"failed": ["a.csv"]}
    file.write_text(file.read_text("utf-8").replace(",blue,", ",2,"), "utf-8")
    done = deliveries.run("retry", first.result["run_id"])
    assert (done.code, deliveries.files()) == (0, {"done": ["a.csv"]}), done.result["notes"]


def test_without_a_folder_for_them_files_with_rejects_stay(deliveries: Deliveries) -> None:
    """And are read again."""
    deliveries.write({**JOB, "source": {**JOB["source"], "done": {"move": "../done"}}})
    deliveries.deliver("a.csv", "red", "1")
    deliveries.deliver("b.csv", "1")
    assert deliveries.run().code == 3
    assert deliveries.files() == {"in": ["a.csv"], "done": ["b.csv"]}
    deliveries.deliver("a.csv", "4", "1")
    assert deliveries.run().counts("firms") == {"read": 2, "created": 1, "unchanged": 1}
    assert deliveries.files() == {"done": ["a.csv", "b.csv"]}


def test_names_that_are_taken_get_the_id_of_the_run(deliveries: Deliveries) -> None:
    """No file is ever written over."""
    for colour in "123":
        deliveries.deliver("a.tar.csv", colour)
        done = deliveries.run()
        assert done.code == 0
    names = deliveries.files()["done"]
    assert ("a.tar.csv" in names, f"a.{done.result['run_id']}.tar.csv" in names, len(names)) == (True, True, 3)
    assert {(deliveries.root / "done" / one).read_text("utf-8")[-2] for one in names} == {"1", "2", "3"}


@pytest.mark.parametrize(
    "arguments", [("plan",), ("run", "--limit", "1"), ("preview", "firms"), ("run", "--partition", "1/1")]
)
def test_nothing_moves_where_not_all_rows_are_written(deliveries: Deliveries, arguments: tuple[str, ...]) -> None:
    """Plans, previews, limits and parts leave files where they are."""
    deliveries.deliver("a.csv", "1", "2")
    assert deliveries.run(*arguments).code == 0
    assert deliveries.files() == {"in": ["a.csv"]}


def test_a_job_that_fails_moves_nothing(deliveries: Deliveries) -> None:
    """Resuming it does, once it is done."""
    deliveries.write({**JOB, "load": {"max_rejects": 0}})
    deliveries.deliver("a.csv", "1", "red")
    first = deliveries.run()
    assert (first.code, deliveries.files()) == (4, {"in": ["a.csv"]}), first.err
    deliveries.write({**JOB, "load": {"max_rejects": 1}})
    assert deliveries.run("resume", first.result["run_id"]).code == 3
    assert deliveries.files() == {"failed": ["a.csv"]}


def test_a_file_of_two_jobs_waits_for_both(deliveries: Deliveries) -> None:
    """As long as one of them has failed it stays."""
    deliveries.write({**JOB, "fields": {"ref": "firm", "name": "name"}})
    source = {key: value for key, value in JOB["source"].items() if key != "done"}
    other = {**JOB, "job": "others", "source": source}
    deliveries.write({**other, "load": {"max_rejects": 0}})
    deliveries.deliver("a.csv", "1", "red")
    first = deliveries.run()
    assert (first.code, deliveries.files()) == (4, {"in": ["a.csv"]})
    deliveries.write({**other, "load": {"max_rejects": 1}})
    assert deliveries.run("resume", first.result["run_id"]).code == 3
    assert deliveries.files() == {"done": ["a.csv"]}
