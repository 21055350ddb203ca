"""The use cases as a program calls them: docs/api.md, run on the sandbox, and what they share with the command line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

import odoo_etl
from odoo_etl.reporting.run_folder import as_json
from tests.e2e.project import Project, clean_environment, partner_rows, partners_job

PAGE = Path(__file__).parents[2] / "docs/api.md"
QUIET = """
import sys
import odoo_etl

result = odoo_etl.run(sys.argv[1], limit=1)
loaded = {"typer", "rich", "odoo_etl.cli", "odoo_etl.reporting.progress"} & set(sys.modules)
sys.exit(result.exit_code or ", ".join(loaded) or 0)
"""


@pytest.fixture
def ready(empty_project: Project, prefix: str) -> Project:
    """A project of its own sandbox, whose last row is a reject."""
    empty_project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    empty_project.write("partners.yaml", partners_job())
    empty_project.rows([*partner_rows(prefix, 3), {**partner_rows(prefix, 4)[3], "name": ""}])
    return empty_project


def counts(result: odoo_etl.RunResult) -> dict[str, int]:
    """The counts of its one job that are not 0."""
    (job,) = result.jobs
    return {kind: count for kind, count in asdict(job.counts).items() if count}


def python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of its own."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=clean_environment())


def test_the_page(ready: Project) -> None:
    """Its examples run as they stand there, one after the other, and print what they say."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    program = "\n".join([*blocks, "print(load_part(1, 1, {}).jobs[0].part)"])
    done = python(program.replace("/opt/project", str(ready.root)))
    said = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert (said[0], said[1].startswith("partners done 3 0 1 /")) == ("3", True)
    assert said[2].endswith("run done 3 [('partners', {'read': 4, 'created': 3, 'rejected': 1})]")
    assert said[-2:] == ["partners: 4 of 4 rows", "1/1"]


def test_each_use_case(ready: Project, prefix: str) -> None:
    """One after the other, as a person would: each result is what its report says."""
    root = ready.root
    planned = odoo_etl.plan(root, "partners", detailed_exitcode=True, show=1)
    assert (planned.exit_code, len(planned.jobs[0].changes)) == (3, 1)
    first = odoo_etl.run(root)
    assert counts(first) == {"read": 4, "created": 3, "rejected": 1}
    again = odoo_etl.run(root, limit=3, full_refresh=True)
    assert (again.exit_code, counts(again)) == (0, {"read": 3, "unchanged": 3})
    rejects = Path(first.jobs[0].rejects_file)
    rejects.write_text(rejects.read_text().replace(f"{prefix}-00003,,", f"{prefix}-00003,Mended,"))
    retried = odoo_etl.retry(root)
    assert (retried.exit_code, retried.parent, counts(retried)) == (0, first.run_id, {"read": 1, "created": 1})
    assert odoo_etl.undo(root, first.run_id[:-1], plan_shown=0).jobs[0].undone.archived == 3
    undone = odoo_etl.undo(root, first.run_id, delete=True)
    assert (undone.exit_code, undone.jobs[0].undone.deleted) == (0, 3)
    nothing = odoo_etl.resume(root)
    assert (nothing.exit_code, "nothing to resume" in nothing.error) == (2, True)
    for result in (planned, first, again, retried, undone, nothing):
        report = json.loads((result.folder / "run_results.json").read_text())
        assert report == json.loads(json.dumps(as_json(result), default=str))
    known = odoo_etl.history(root)
    assert [one.command for one in known] == ["resume", "undo", "retry", "run", "run"][-len(known) :]
    assert {one.id: one.exit_code for one in known}[undone.run_id] == 0


def test_a_run_ends_when_its_caller_says_so(ready: Project, prefix: str) -> None:
    """After the calls in flight; `resume` goes on."""
    ready.write("partners.yaml", partners_job(load={"chunk_size": 1}))
    ready.rows(partner_rows(prefix, 5))
    stop = odoo_etl.Stop()

    class Impatient(odoo_etl.NoObserver):
        def progressed(self, job: str, counts: odoo_etl.Counts) -> None:
            stop.request()

    ended = odoo_etl.run(odoo_etl.Workspace(ready.root, observer=Impatient(), stop=stop))
    assert (ended.exit_code, ended.jobs[0].counts.created in {1, 2}) == (143, True)
    assert [one.status for one in odoo_etl.history(ready.root)] == ["interrupted"]
    resumed = odoo_etl.resume(ready.root, "last")
    assert (resumed.exit_code, counts(resumed)["created"]) == (0, 5)


def test_bad_usage(ready: Project, tmp_path: Path) -> None:
    """Files are wrong: a result. Nothing to speak of: an error."""
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    for wrong in (
        lambda: odoo_etl.run(nowhere),
        lambda: odoo_etl.run(ready.root, limit=0),
        lambda: odoo_etl.run(ready.root, limit=1, divided=odoo_etl.Partition("1/2")),
        lambda: odoo_etl.run(ready.root, divided=odoo_etl.Workers(1001)),
    ):
        with pytest.raises(odoo_etl.UsageError):
            wrong()
    for result in (odoo_etl.run(ready.root, ["nobody"]), odoo_etl.run(ready.root, divided=odoo_etl.Partition("3/2"))):
        assert (result.exit_code, result.jobs, bool(result.error)) == (2, (), True)
        assert (result.folder / "run_results.json").is_file()


def test_a_lost_observer_loses_nothing(ready: Project) -> None:
    """The run goes on without it; the row is kept, and the report says what was lost."""

    class Lost(odoo_etl.NoObserver):
        def rejected(self, job: str, row: odoo_etl.RejectedRow) -> None:
            raise RuntimeError("gone")

    result = odoo_etl.run(odoo_etl.Workspace(ready.root, observer=Lost()))
    assert (result.exit_code, counts(result)) == (3, {"read": 4, "created": 3, "rejected": 1})
    assert result.notes == ("the observer of the run failed at rejected and heard nothing more: RuntimeError: gone",)
    assert ready.results()["notes"] == list(result.notes)
    assert len(ready.rejects()) == 1


def test_no_terminal(ready: Project) -> None:
    """A run prints nothing, and loads nothing that could."""
    done = python(QUIET, str(ready.root))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
