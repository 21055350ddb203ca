"""What a run shows while it goes on: on a terminal of 80 columns, in a log, as JSON objects; and how it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.e2e.project import PROGRAM, Project, partner_rows, partners_job
from tests.fault_proxy import FaultProxy, slow, status
from tests.servers import Server
from tests.terminal import CTRL_C, terminal


@pytest.fixture
def proxy(empty_project: Project, sandbox_server: Server, prefix: str) -> Iterator[FaultProxy]:
    """Between a job of 30 rows in batches of ten and the sandbox."""
    with FaultProxy(sandbox_server.url) as made:
        main = {"url": made.url, "db": sandbox_server.db, "user": sandbox_server.user}
        empty_project.write("project.yaml", {"connections": {"main": {**main, "api_key": sandbox_server.api_key}}})
        empty_project.write("partners.yaml", partners_job(load={"chunk_size": 10, "concurrency": 1}))
        empty_project.rows(partner_rows(prefix, 30))
        yield made


def longest(lines: list[str]) -> int:
    """The length of the longest line."""
    return max(map(len, lines))


def test_ctrl_c_is_answered_at_once(empty_project: Project, proxy: FaultProxy) -> None:
    """While a call is on its way; the run ends in order, says what it did not come to, and names what goes on."""
    proxy.script(slow(3.0), "create")  # the first one: whoever sees a call sees this one
    with terminal([str(PROGRAM), "run"], empty_project.root, empty_project.environment) as screen:
        screen.wait_for("1 call: res.partner.create")
        screen.press(CTRL_C)
        assert screen.wait_for("interrupted: finishing 1 call; Ctrl-C again leaves at once") < 1.5
        assert screen.end() == 130
    assert longest([line for line in screen.lines if "→" not in line and "/" not in line]) <= 80
    run = empty_project.results()["run_id"]
    assert screen.lines[-2] == f"next: odoo-etl resume {run}"
    counts = empty_project.results()["jobs"][0]["counts"]
    assert (counts["created"], counts["failed"], counts["not_attempted"]) == (1, 29, 29)
    assert "30 rows: 1 created, 29 not attempted" in screen.printed
    assert screen.printed.rindex("\x1b[?25h") > screen.printed.rindex("\x1b[?25l")  # the cursor is there again
    assert empty_project.run("resume", run, "--json").counts() == {"read": 30, "created": 29, "unchanged": 1}


def test_a_second_ctrl_c_leaves_at_once(empty_project: Project, proxy: FaultProxy) -> None:
    """With the cursor, and without waiting for the call."""
    proxy.script(slow(20.0), "create")
    with terminal([str(PROGRAM), "run"], empty_project.root, empty_project.environment) as screen:
        screen.wait_for("1 call: res.partner.create")
        screen.press(CTRL_C)
        screen.wait_for("Ctrl-C again leaves at once")
        screen.press(CTRL_C)
        assert screen.end() == -2
    assert screen.printed.rindex("\x1b[?25h") > screen.printed.rindex("\x1b[?25l")


def test_an_outage_is_shown_while_it_lasts(empty_project: Project, proxy: FaultProxy) -> None:
    """In how many seconds the call is sent again; no line is longer than the terminal."""
    proxy.script(status(503), "create", skip=1, times=4)
    with terminal([str(PROGRAM), "run"], empty_project.root, empty_project.environment) as screen:
        screen.wait_for("waits: ")
        assert screen.end() == 0
    assert re.search(r"waits: .*, again in [\d.]+ s", " ".join(screen.lines))
    assert longest([line for line in screen.lines if "→" not in line and "/" not in line]) <= 80


def test_jobs_by_the_dozen_leave_the_screen_in_order(empty_project: Project, sandbox_server: Server) -> None:
    """A line for each that has ended, and one over all."""
    empty_project.connect(sandbox_server)
    empty_project.rows([{"ref": "many", "name": "Many", "country": "", "email": ""}])
    for number in range(12):
        empty_project.write(f"job{number:02}.yaml", {**partners_job(), "job": f"job{number:02}"})
    with terminal([str(PROGRAM), "run"], empty_project.root, empty_project.environment, columns=60) as screen:
        assert screen.end() == 0
    assert len([line for line in screen.lines if re.match(r"job\d\d: 1 rows: 1 ", line)]) == 12


@pytest.mark.parametrize("executor", [{"type": "processes"}, {"type": "dask"}])
def test_divided_runs_move(empty_project: Project, proxy: FaultProxy, executor: dict[str, str]) -> None:
    """Workers tell how far they are before they end."""
    if executor["type"] == "dask":
        pytest.importorskip("distributed")
    main = json.loads(json.dumps({"executor": {**executor, "workers": 2}}))
    path = empty_project.root / "pipelines/project.yaml"
    path.write_text(path.read_text() + f"executor: {json.dumps(main['executor'])}\n")
    empty_project.write("partners.yaml", partners_job(load={"chunk_size": 3, "concurrency": 1}))
    proxy.script(slow(1.2), "create", skip=2, times=6)
    with terminal([str(PROGRAM), "run"], empty_project.root, empty_project.environment) as screen:
        assert screen.end() == 0
    shown = set(re.findall(r"(\d+)/30 ", screen.printed))
    assert len(shown - {"0", "30"}) >= 2, screen.lines


def test_each_line_is_an_object(empty_project: Project, proxy: FaultProxy) -> None:
    """Waits, rejects, the end, and what the log says; wherever the options stand."""
    empty_project.rows([{"ref": "", "name": "", "country": "XX", "email": ""}])
    proxy.script(status(503), "search_read", times=1)
    done = empty_project.run("run", "--log-format", "json", "--log-level=debug")
    told = [json.loads(line) for line in done.err.splitlines()]
    assert {
        "run_started",
        "connected",
        "phase",
        "job_started",
        "wait",
        "rejected",
        "job_finished",
        "run_finished",
        "log",
    } <= {one["event"] for one in told}
    assert all({"time", "level", "event"} <= one.keys() for one in told)
    assert (done.code, told[-1]["event"], told[-1]["exit_code"]) == (3, "run_finished", 3)


@pytest.mark.parametrize("options", [[], ["--log-format=json"]])
def test_quiet_says_nothing_where_all_goes_well(empty_project: Project, proxy: FaultProxy, options: list[str]) -> None:
    """And all of it where not; a project that is not there is one line."""
    done = empty_project.run("run", "--quiet", *options)
    assert (done.code, done.out, done.err) == (0, "", "")
    empty_project.rows([{"ref": "", "name": "", "country": "XX", "email": ""}])
    done = empty_project.run("--quiet", *options, "run")
    assert (done.code, "1 rejected" in done.out, "odoo-etl retry " in done.out) == (3, True, True)
    assert len(done.err.splitlines()) == 2
    wrong = empty_project.run("run", "nonsense", "-q", *options)
    assert (wrong.code, len(wrong.err.splitlines())) == (2, 2 if options else 1)


def test_a_log_of_a_short_run_is_empty(empty_project: Project, proxy: FaultProxy) -> None:
    """A mail of cron has the result alone."""
    done = empty_project.run("run")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("main: ")
