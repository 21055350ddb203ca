"""SQL, HTTP requests and commands around jobs and runs, as a person uses them; on the sandbox."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Project, partner_rows, partners_job


def say(word: str) -> dict[str, Any]:
    """A command that leaves a word behind, in the folder of the project, and what it knows of its run."""
    return {"command": ["sh", "-c", f'echo "{word} $ODOO_ETL_RUN $ODOO_ETL_JOB" >> ../told']}


FAIL = {"command": ["sh", "-c", "echo no disk; exit 7"]}


@pytest.fixture
def told(sandbox_project: Project, prefix: str) -> Path:
    """Where the words are; the project has three partners."""
    sandbox_project.rows(partner_rows(prefix, 3))
    return sandbox_project.root / "told"


def words(told: Path) -> list[str]:
    """What was said, in order."""
    return [line.split()[0] for line in told.read_text().splitlines()] if told.exists() else []


def around_runs(project: Project, **steps: Any) -> None:
    """Add steps to project.yaml."""
    import yaml

    path = project.root / "pipelines/project.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **steps}))


def test_they_are_done_in_order_and_a_plan_lists_them(sandbox_project: Project, told: Path) -> None:
    """The run's first and last, the job's between them, and the records' before the job's last ones."""
    around_runs(sandbox_project, before=[say("run-first")], after=[say("run-last")])
    steps = [{"write": {"comment": "<p>hello</p>"}}, say("job-last")]
    sandbox_project.write("partners.yaml", partners_job(before=[say("job-first")], after=steps))
    planned = sandbox_project.run("plan", "--json")
    assert planned.code == 0
    assert words(told) == []
    assert planned.job()["notes"] == ["a run does this first: command sh", "a run does this last: command sh"]
    assert planned.result["notes"] == planned.job()["notes"]
    done = sandbox_project.run("run", "--json")
    assert done.code == 0, done.err
    assert words(told) == ["run-first", "job-first", "job-last", "run-last"]
    run = done.result["run_id"]
    assert told.read_text().splitlines()[1:3] == [f"job-first {run} partners", f"job-last {run} partners"]


def test_a_command_may_make_the_source(sandbox_project: Project, prefix: str) -> None:
    """It comes before the source is opened."""
    copy = {"command": ["cp", "../rows.csv", "../made.csv"]}
    sandbox_project.rows(partner_rows(prefix, 3))
    source = {"type": "csv", "path": "../made.csv"}
    sandbox_project.write("partners.yaml", partners_job(before=[copy], source=source))
    assert sandbox_project.run("run", "--json").counts() == {"read": 3, "created": 3}


def test_what_fails_before_a_job_leaves_odoo_alone(sandbox_project: Project, told: Path) -> None:
    """Exit code 1, and what had been done."""
    sandbox_project.write("partners.yaml", partners_job(before=[say("first"), FAIL, say("never")]))
    done = sandbox_project.run("run", "--json")
    assert (done.code, done.counts(), done.writes()) == (1, {}, {})
    assert done.job()["error"] == (
        "before: command sh: ended with exit code 7: no disk; nothing was written; done before it: command sh"
    )
    assert words(told) == ["first"]


def test_what_fails_after_a_job_says_the_counts_and_resume_does_it_again(sandbox_project: Project, told: Path) -> None:
    """The rows are not sent again."""
    sandbox_project.write("partners.yaml", partners_job(after=[say("last"), {"command": ["test", "-f", "../disk"]}]))
    done = sandbox_project.run("run", "--json")
    assert (done.code, done.counts()) == (1, {"read": 3, "created": 3})
    assert done.job()["error"] == (
        "after: command test: ended with exit code 1; the rows had their outcome before that: 3 created;"
        " done before it: command sh"
    )
    (sandbox_project.root / "disk").touch()
    resumed = sandbox_project.run("resume", "--json")
    assert (resumed.code, resumed.writes()) == (0, {})
    assert words(told) == ["last", "last"]


def test_what_fails_around_a_run(sandbox_project: Project, told: Path) -> None:
    """Before it no job begins; after it the jobs are done, and the run has failed."""
    sandbox_project.write("partners.yaml", partners_job())
    around_runs(sandbox_project, before=[FAIL])
    first = sandbox_project.run("run", "--json")
    assert (first.code, first.result["jobs"]) == (1, [])
    assert first.result["error"].startswith("before: command sh: ended with exit code 7: no disk; nothing was written")
    around_runs(sandbox_project, before=[], after=[FAIL])
    second = sandbox_project.run("run", "--json")
    assert (second.code, second.counts()) == (1, {"read": 3, "created": 3})
    assert second.result["error"].endswith("the rows had their outcome before that: 3 created")
    around_runs(sandbox_project, after=[say("never")])
    sandbox_project.write("partners.yaml", partners_job(source={"type": "csv", "path": "../gone.csv"}))
    third = sandbox_project.run("run", "--json")
    assert (third.code, words(told)) == (1, [])
    assert third.result["notes"] == ["not all jobs ended well, so this was left out: command sh"]


def test_a_statement_marks_what_was_loaded(sandbox_project: Project, told: Path) -> None:
    """In a database beside the project."""
    path = sandbox_project.root / "shop.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE partners (loaded INTEGER)")
        connection.execute("INSERT INTO partners VALUES (0)")
    mark = {"sql": "UPDATE partners SET loaded = loaded + 1", "url": "sqlite:///../shop.db"}
    sandbox_project.write("partners.yaml", partners_job(after=[mark]))
    assert sandbox_project.run("run").code == 0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT loaded FROM partners").fetchall() == [(1,)]
