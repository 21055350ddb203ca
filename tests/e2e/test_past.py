"""What last night did: `history` and `show` of real runs, also of one that was killed."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from tests.e2e.project import Project, partner_rows, partners_job
from tests.published import check_newest, check_results


def events(project: Project) -> Path:
    """The events of the newest run."""
    return max((project.root / ".odoo_etl/runs").iterdir()) / "events.jsonl"


def test_what_runs_did_is_told_in_80_columns_and_as_json(sandbox_project: Project, prefix: str) -> None:
    """A run with rejects, its retry, and its undo."""
    project = sandbox_project
    project.write("partners.yaml", partners_job())
    project.rows([*partner_rows(prefix, 3), {"ref": f"{prefix}-x", "name": "", "email": "", "country": ""}])
    first = project.run("run", "--json").result["run_id"]
    project.run("retry", first)
    project.run("undo", first, "--yes")
    told = project.run("history", "part*", COLUMNS="80")
    assert (told.code, max(map(len, told.out.splitlines())) <= 80) == (0, True)
    assert f"retry of {first}" in told.out
    assert "3 created, 1 rejected: partners" in told.out
    known = json.loads(project.run("history", "-n", "2", "--json").out)
    assert ([one["command"] for one in known["runs"]], known["more"]) == (["undo", "retry"], True)
    shown = project.run("show", first)
    assert (shown.code, "undone by" in shown.out, "rejects/partners.csv" in shown.out) == (0, True, True)
    document = json.loads(project.run("show", first[:-2], "partners", "--json").out)
    check_results(document["result"])
    assert sorted(document["followed_by"].values()) == ["retry", "undo"]
    assert project.run("show", "last", "nobody").code == 2
    assert project.run("history", "nobody").code == 2


def test_fields_that_were_changed_are_counted_as_the_plan_foresaw(sandbox_project: Project, prefix: str) -> None:
    """Also of a job in parts, and of none that were created."""
    project = sandbox_project
    project.write("partners.yaml", partners_job())
    rows = partner_rows(prefix, 60)
    project.rows(rows)
    assert project.run("run", "--json").result["jobs"][0]["changed_fields"] == {}
    for number, divided in enumerate(([], ["--workers", "2"])):
        project.rows(
            [
                {**row, "name": f"{row['name']} {number}", **({"email": f"{number}@x.example"} if at < 20 else {})}
                for at, row in enumerate(rows)
            ]
        )
        (planned,) = project.run("plan", "--json").result["jobs"]
        (job,) = project.run("run", "--json", *divided).result["jobs"]
        assert job["changed_fields"] == planned["changed_fields"] == {"name": 60, "email": 20}
        assert "fields changed: name in 60, email in 20" in project.run("show").out


def test_a_killed_run_says_how_far_it_was(sandbox_project: Project, prefix: str) -> None:
    """In the file of its events, in the list, and in full, with the command that goes on."""
    project = sandbox_project
    project.write("partners.yaml", partners_job(load={"chunk_size": 50, "concurrency": 1}))
    project.rows(partner_rows(prefix, 20_000))
    process = project.start("run")
    while not ((project.root / ".odoo_etl/runs").is_dir() and '"created":' in _text(events(project))):
        assert process.poll() is None
        time.sleep(0.05)
    alive = project.run("history", "-n", "1").out
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    check_newest(project.root)
    run = events(project).parent.name
    assert "running" in alive
    assert "killed" in project.run("history", "-n", "1").out
    shown = project.run("show").out
    assert "It was killed" in shown
    assert f"next: odoo-etl resume {run}" in shown
    found = json.loads(project.run("show", "--json").out)
    assert (found["is_killed"], found["result"]["jobs"][0]["counts"]["created"] > 0) == (True, True)


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""
