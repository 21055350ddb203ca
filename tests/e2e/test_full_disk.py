"""Where nothing more can be printed: an error and an exit code, no traceback, and no less work done."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import PROGRAM, Project, partner_rows, partners_job

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")


def run(project: Project, *arguments: str, **full: bool) -> tuple[int, str]:
    """Exit code, and what was said on the stream that is not full."""
    with FULL.open("w") as nowhere:
        streams = {name: nowhere if full.get(name) else subprocess.PIPE for name in ("stdout", "stderr")}
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            cwd=project.root,
            env={name: value for name, value in project.environment.items() if name != "PYTHONUNBUFFERED"},
            text=True,
            check=False,
            **streams,
        )
    return done.returncode, (done.stdout or "") + (done.stderr or "")


@pytest.fixture
def ready(sandbox_project: Project, prefix: str) -> Project:
    """A project with one job."""
    sandbox_project.write("partners.yaml", partners_job())
    sandbox_project.rows(partner_rows(prefix, 2))
    return sandbox_project


@pytest.mark.parametrize("verb", ["--help", "--version", "schema", "validate", "call res.partner search_count []"])
def test_what_cannot_be_printed_is_one_line(ready: Project, verb: str) -> None:
    """The verbs whose work is to print."""
    assert run(ready, *verb.split(), stdout=True) == (1, "error: cannot print: No space left on device\n")


def test_a_run_without_a_place_for_its_result(ready: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """The work is done and its report written; the exit code is not 0, since whoever asked did not get it."""
    code, said = run(ready, "run", "--json", stdout=True)
    assert (code, "Traceback" in said) == (1, False)
    assert "error: cannot print: No space left on device; the result is in " in said
    assert ready.results()["jobs"][0]["counts"]["created"] == 2
    assert sandbox_client.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 2


def test_a_run_without_a_place_for_its_log(ready: Project) -> None:
    """Progress that nobody sees is no reason to stop."""
    code, said = run(ready, "run", "--log-level", "debug", stderr=True)
    assert (code, "2 created" in said) == (0, True)
    (ready.root / "pipelines/partners.yaml").write_text("job: [")
    assert run(ready, "run", stderr=True)[0] == 2


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_run_with_closed_streams(ready: Project, sandbox_client: OdooClient, prefix: str, closed: str) -> None:
    """As some schedulers start programs; no file of the run takes a stream's place."""
    command = f"{shlex.quote(str(PROGRAM))} run {closed}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=ready.root, env=dict(ready.environment), capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (0, False)
    assert ready.results()["jobs"][0]["counts"]["created"] == 2
    assert sandbox_client.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 2


def test_letters_that_the_terminal_lacks(ready: Project) -> None:
    """A summary with an arrow, on a terminal without one."""
    done = ready.run("run", PYTHONIOENCODING="latin-1")
    assert (done.code, "partners \\u2192 res.partner: 2 rows: 2 created" in done.out) == (0, True)
