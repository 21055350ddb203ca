"""Every exit code of the contract, seen from outside, with the report that each path leaves."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job
from tests.servers import Server


def test_0_done(project: Project, prefix: str) -> None:
    """Every row is accounted for and none was rejected."""
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 2))
    assert project.run("run").code == 0
    assert project.results()["exit_code"] == 0


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"type": "csv", "path": "../missing.csv"}, "missing.csv"),
        ({"type": "csv", "path": "../rows.csv", "encoding": "ascii"}, "ascii"),
        ({"type": "sql", "url": "sqlite:///../rows.db", "query": "SELECT 1"}, "rows.db"),
    ],
)
def test_1_a_source_that_cannot_be_read(
    sandbox_project: Project, prefix: str, source: dict[str, Any], says: str
) -> None:
    """The job fails before any write, and the error names the file."""
    rows = partner_rows(prefix, 2000)
    rows[-1]["name"] = "Zoë"
    sandbox_project.rows(rows)
    sandbox_project.write("partners.yaml", partners_job(source=source))
    done = sandbox_project.run("run", "--json")
    assert done.code == 1
    assert done.writes() == {}
    assert says in done.job()["error"]


def test_1_a_missing_column_is_found_before_any_write(sandbox_project: Project, prefix: str) -> None:
    """The error names the column, the fields that need it, and the columns there are."""
    sandbox_project.rows([{"ref": f"{prefix}-1", "name": "One"}])
    sandbox_project.write("partners.yaml", partners_job())
    done = sandbox_project.run("run", "--json")
    assert done.code == 1
    assert done.writes() == {}
    assert "'email' (for email)" in done.job()["error"]


def test_1_a_failed_job_skips_what_depends_on_it(sandbox_project: Project, prefix: str) -> None:
    """Dependents are skipped and say so; independent jobs run."""
    sandbox_project.rows(partner_rows(prefix, 2))
    sandbox_project.write("a.yaml", partners_job(job="a", source={"type": "csv", "path": "../missing.csv"}))
    sandbox_project.write("b.yaml", partners_job(job="b", depends_on=["a"]))
    sandbox_project.write("c.yaml", partners_job(job="c", depends_on=["b"]))
    sandbox_project.write("d.yaml", partners_job(job="d"))
    done = sandbox_project.run("run", "--json")
    states = {job["job"]: job["status"] for job in done.result["jobs"]}
    assert (done.code, states) == (1, {"a": "failed", "b": "skipped", "c": "skipped", "d": "done"})
    assert "a" in done.job("b")["error"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"target": {"model": "res.partner", "key": "ref", "mod": "upsert"}}, "mode"),
        ({"depends_on": ["partners2"]}, "partners2"),
        ({"fields": {"ref": "ref", "name": {"column": "name", "expr": "1"}}}, "origin"),
    ],
)
def test_2_an_invalid_spec(sandbox_project: Project, prefix: str, change: dict[str, Any], says: str) -> None:
    """Nothing is read or written; the error has file, line and column, and the report is there."""
    sandbox_project.rows(partner_rows(prefix, 1))
    sandbox_project.write("partners.yaml", partners_job(**change))
    done = sandbox_project.run("run")
    assert done.code == 2
    assert "partners.yaml:" in done.err
    assert says in done.err
    assert sandbox_project.results()["exit_code"] == 2


def test_2_a_cycle(sandbox_project: Project) -> None:
    """Jobs that wait for each other are a spec error that names them."""
    sandbox_project.write("a.yaml", partners_job(job="a", depends_on=["b"]))
    sandbox_project.write("b.yaml", partners_job(job="b", depends_on=["a"]))
    done = sandbox_project.run("run")
    assert done.code == 2
    assert "a" in done.err
    assert "b" in done.err


@pytest.mark.parametrize("arguments", [["run", "--nonsense"], ["nonsense"], ["run", "no_such_job"]])
def test_2_bad_usage(sandbox_project: Project, arguments: list[str]) -> None:
    """A wrong command line is told apart from a failed job."""
    sandbox_project.write("partners.yaml", partners_job())
    assert sandbox_project.run(*arguments).code == 2


def test_2_no_project(empty_project: Project) -> None:
    """Outside a project the error says where it looked."""
    done = empty_project.run("run")
    assert done.code == 2
    assert "pipelines/project.yaml" in done.err


def test_2_a_field_that_odoo_lacks(project: Project, prefix: str) -> None:
    """A job with a wrong field fails before any write and names the nearest field."""
    project.rows(partner_rows(prefix, 1))
    project.write("partners.yaml", partners_job(fields={"ref": "ref", "nmae": "name"}))
    done = project.run("run", "--json")
    assert done.code == 2
    assert done.writes() == {}
    assert "did you mean `name`?" in done.job()["error"]


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ({"country_id": {"column": "email", "lookup": {"model": "res.currency", "by": "name"}}}, "res.country"),
        ({"display_name": "email"}, "computed"),
        ({"child_ids": "email"}, "one2many"),
    ],
)
def test_2_a_mapping_that_cannot_be_right(project: Project, prefix: str, field: dict[str, Any], says: str) -> None:
    """A lookup on another model than the field's, a computed field and lines are refused before any write."""
    project.rows(partner_rows(prefix, 1))
    project.write("partners.yaml", partners_job(fields={"ref": "ref", "name": "name", **field}))
    done = project.run("run", "--json")
    assert (done.code, done.writes()) == (2, {})
    assert says in done.job()["error"]


def test_1_not_2_once_something_was_written(sandbox_project: Project, prefix: str) -> None:
    """2 promises that nothing was written; an earlier job has."""
    sandbox_project.rows(partner_rows(prefix, 1))
    sandbox_project.write("a.yaml", partners_job(job="a"))
    sandbox_project.write("b.yaml", partners_job(job="b", depends_on=["a"], fields={"ref": "ref", "nam3": "name"}))
    done = sandbox_project.run("run", "--json")
    assert (done.code, done.counts("a")) == (1, {"read": 1, "created": 1})
    assert "FAILED" in done.err


def test_1_no_place_for_the_report(sandbox_project: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """Without a folder for its report a run does not begin."""
    (sandbox_project.root / ".odoo_etl").touch()
    sandbox_project.rows(partner_rows(prefix, 1))
    sandbox_project.write("partners.yaml", partners_job())
    done = sandbox_project.run("run")
    assert done.code == 1
    assert "nothing was read or written" in done.err
    assert sandbox_client.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 0


@pytest.mark.parametrize(
    ("source", "load"),
    [
        ({"type": "csv", "path": "../rows.csv", "min_rows": 100}, {}),
        ({"type": "csv", "path": "../rows.csv"}, {"max_rejects": 1}),
        ({"type": "csv", "path": "../rows.csv"}, {"max_rejects": "10%"}),
    ],
)
def test_4_a_safety_limit(
    project: Project, odoo: OdooClient, prefix: str, source: dict[str, Any], load: dict[str, Any]
) -> None:
    """Too few rows, or too many rejects, stop the run before the write; the counts still add up."""
    rows = partner_rows(prefix, 10)
    for row in rows[:2]:
        row["name"] = ""
    project.rows(rows)
    project.write("partners.yaml", partners_job(source=source, load=load))
    done = project.run("run", "--json")
    assert done.code == 4
    assert done.writes() == {}
    assert done.counts()["read"] == 10
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 0


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "json2"])
@pytest.mark.parametrize("settings", [{"api_key": "wrong"}, {"db": "no_such_database"}])
def test_5_cannot_log_in(
    empty_project: Project, server: Server, prefix: str, protocol: str, settings: dict[str, str]
) -> None:
    """A wrong key or database is found before any write and never shown."""
    empty_project.connect(server, protocol=protocol, **settings)
    empty_project.rows(partner_rows(prefix, 1))
    empty_project.write("partners.yaml", partners_job())
    done = empty_project.run("run", "--json")
    assert done.code == 5, done.err
    assert server.api_key not in done.out + done.err


def test_1_a_key_that_odoo_rewrites(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Its records would not be found again: the first one says so, and undo takes it back."""
    project.rows([{"site": f"{prefix}-{n}.example", "name": prefix} for n in range(5)])
    target = {"model": "res.partner", "key": "website"}
    project.write("partners.yaml", partners_job(target=target, fields={"website": "site", "name": "name"}))
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (1, {"read": 5, "created": 1, "failed": 4})
    assert f"Odoo holds website = 'http://{prefix}-0.example'" in done.job()["error"]
    again = project.run("run", "--json")
    assert (again.code, "a new record would be a second one" in again.job()["error"]) == (1, True)
    assert odoo.search_count("res.partner", [["name", "=", prefix]]) == 1
    assert project.run("undo", done.result["run_id"], "--yes", "--delete").code == 0
    assert odoo.search_count("res.partner", [["name", "=", prefix]], context={"active_test": False}) == 0


def test_1_records_outside_the_key_domain(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Not found again, they would be made each night: the job says so after the first, which undo takes back."""
    target = {"model": "res.partner", "key": "ref", "key_domain": [["color", "=", 7]]}
    project.write("partners.yaml", partners_job(target=target, load={"chunk_size": 2}))
    project.rows(partner_rows(prefix, 6))
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (1, {"read": 6, "created": 1, "failed": 5})
    assert "is not found by that" in done.job()["error"]
    mine = [["ref", "=like", f"{prefix}%"]]
    again = project.run("run", "--json")
    assert (again.code, "leaves it out" in again.job()["error"]) == (1, True)
    assert odoo.search_count("res.partner", mine) == 1
    assert project.run("undo", done.result["run_id"], "--yes", "--delete").code == 0
    assert odoo.search_count("res.partner", mine, context={"active_test": False}) == 0


def test_5_cannot_connect(empty_project: Project, sandbox_server: Server, prefix: str) -> None:
    """A refused connection ends the run with a remedy."""
    empty_project.connect(sandbox_server, url="http://127.0.0.1:9")
    empty_project.rows(partner_rows(prefix, 1))
    empty_project.write("partners.yaml", partners_job())
    done = empty_project.run("run", "--json")
    assert done.code == 5
    assert "127.0.0.1" in done.job()["error"]


@pytest.mark.parametrize("verb", ["run", "retry"])
def test_3_then_what_waited_is_there(sandbox_project: Project, prefix: str, verb: str) -> None:
    """`mode: create` gives a record that it made what it waited for, when that comes at last."""
    parent = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
    target = {"model": "res.partner", "key": "ref", "mode": "create"}
    job = partners_job(target=target, fields={"ref": "ref", "name": "ref", "parent_id": parent})
    sandbox_project.write("partners.yaml", job)
    child = {"ref": f"{prefix}-c", "parent": f"{prefix}-p"}
    sandbox_project.rows([child])
    assert sandbox_project.run("run", "--json").code == 3
    sandbox_project.write(
        "parents.yaml", {**job, "job": "parents", "source": {"type": "csv", "path": "../parents.csv"}}
    )
    sandbox_project.rows([{"ref": f"{prefix}-p", "parent": ""}], "parents.csv")
    assert sandbox_project.run("run", "parents", "--json").counts("parents") == {"read": 1, "created": 1}
    run = min((sandbox_project.root / ".odoo_etl/runs").iterdir()).name
    done = sandbox_project.run(*(["retry", run] if verb == "retry" else ["run", "partners"]), "--json")
    assert (done.code, done.counts()) == (0, {"read": 1, "updated": 1})


def test_5_then_resumed_as_it_was_asked_for(empty_project: Project, sandbox_server: Server, prefix: str) -> None:
    """A trial with `--limit` stays one, however often it is resumed."""
    empty_project.connect(sandbox_server, url="http://127.0.0.1:9")
    empty_project.rows(partner_rows(prefix, 5))
    empty_project.write("partners.yaml", partners_job())
    assert [empty_project.run(*verb).code for verb in (["run", "--limit", "2"], ["resume"])] == [5, 5]
    empty_project.connect(sandbox_server)
    assert empty_project.run("resume", "--json").counts() == {"read": 2, "created": 2}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_130_and_143_interrupted(project: Project, odoo: OdooClient, prefix: str, number: signal.Signals) -> None:
    """A signal ends the run after the call in flight; the report counts what is confirmed; a re-run completes it."""
    project.rows(partner_rows(prefix, 300))
    project.write("partners.yaml", partners_job(load={"chunk_size": 1}))
    process = project.start("run", "--json")
    deadline = time.monotonic() + 60
    while not odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    counts = project.results()["jobs"][0]["counts"]
    existing = odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]])
    assert 0 < existing == counts["created"] < 300
    assert counts["read"] == 300 == counts["created"] + counts["failed"]

    project.write("partners.yaml", partners_job())
    assert project.run("run", "--json").counts() == {"read": 300, "created": 300 - existing, "unchanged": existing}
