"""The other verbs as a user meets them, on both servers."""

from __future__ import annotations

import json
import re
import subprocess
import time

import pytest

from odoo_etl.state import open_ledger
from tests.e2e.project import PROGRAM, Project, clean_environment, partner_rows, partners_job
from tests.servers import Server


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "json2"])
def test_call(empty_project: Project, server: Server, protocol: str) -> None:
    """`call` prints the answer as JSON, alike over the three protocols."""
    empty_project.connect(server, protocol=protocol)
    domain = '[["code", "in", ["BE", "FR"]]]'
    done = empty_project.run("call", "res.country", "search_read", domain, "--fields", "code,name", "--order", "code")
    assert done.code == 0, done.err
    assert [(row["code"], row["name"]) for row in json.loads(done.out)] == [("BE", "Belgium"), ("FR", "France")]


@pytest.mark.parametrize("job", ["job: [", "version: 1\njob: x\nsource: {type: sql, url: '${NOT_SET}'}"])
def test_call_needs_no_job(empty_project: Project, sandbox_server: Server, job: str) -> None:
    """Jobs may be half written, and their variables not set; where project.yaml is wrong, it says so."""
    empty_project.connect(sandbox_server)
    (empty_project.root / "pipelines/partners.yaml").write_text(job)
    assert empty_project.run("call", "res.country", "search_count", "[]").code == 0
    assert empty_project.run("validate").code == 2
    (empty_project.root / "pipelines/project.yaml").write_text("connection: {}")
    wrong = empty_project.run("call", "res.country", "search_count", "[]")
    assert (wrong.code, "pipelines/project.yaml:1:1: connection: unknown key" in wrong.err) == (2, True), wrong


def test_doctor(project: Project, prefix: str) -> None:
    """`doctor` has a line for each check and exits 0 when all is well."""
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 1))
    done = project.run("doctor")
    assert done.code == 0, done.out
    for word in ("version", "protocol", "login", "res.partner", "latency"):
        assert word in done.out


def test_doctor_with_a_wrong_key(empty_project: Project, server: Server) -> None:
    """A failing check comes with its remedy, and the exit code is 5."""
    empty_project.connect(server, api_key="wrong")
    empty_project.write("partners.yaml", partners_job())
    done = empty_project.run("doctor")
    assert done.code == 5
    assert "api_key" in done.out


def test_doctor_asks_what_a_mirror_needs(project: Project, prefix: str) -> None:
    """It may also delete."""
    target = {"model": "res.partner", "key": "ref", "mode": "mirror", "vanish": {"policy": "unlink"}}
    project.write("partners.yaml", partners_job(target=target))
    project.rows(partner_rows(prefix, 1))
    done = project.run("doctor")
    assert done.code == 0, done
    assert "rights on res.partner: create, read, unlink, write" in done.out


def test_validate_online(project: Project, prefix: str) -> None:
    """`validate --online` checks fields, types and lookups against the server, with places in the file."""
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 1))
    assert project.run("validate", "--online").code == 0
    job = partners_job()
    job["fields"]["emial"] = "email"
    job["fields"]["country_id"]["lookup"]["model"] = "res.partner"
    project.write("partners.yaml", job)
    done = project.run("validate", "--online")
    assert done.code == 2
    assert "email" in done.out + done.err
    assert re.search(r"partners\.yaml:\d+:\d+", done.out + done.err)


@pytest.mark.odoo
def test_json2_only_server(empty_project: Project, real_odoo_json2_only: Server, prefix: str) -> None:
    """A server without the old protocols works with `auto`, and says what to do when one is forced."""
    empty_project.write("partners.yaml", partners_job())
    empty_project.rows(partner_rows(prefix, 5))
    empty_project.connect(real_odoo_json2_only)
    done = empty_project.run("run", "--json")
    assert (done.code, done.counts(), done.job()["protocol"]) == (0, {"read": 5, "created": 5}, "json2")
    for protocol in ("xmlrpc", "jsonrpc"):
        empty_project.connect(real_odoo_json2_only, protocol=protocol)
        refused = empty_project.run("run", "--json")
        assert refused.code == 5
        assert "json2" in refused.job()["error"]


def test_sandbox_verb_serves_until_it_is_stopped(empty_project: Project, prefix: str) -> None:
    """`sandbox` prints how to reach it; its file keeps the records."""
    command = [str(PROGRAM), "sandbox", "--port", "0", "--db", str(empty_project.root / "box.db")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment())
    assert process.stdout
    said = ""
    deadline = time.monotonic() + 30
    while "API key" not in said and time.monotonic() < deadline:
        said += process.stdout.readline()
    try:
        url, key = re.search(r"http://\S+", said)[0], re.search(r"API key\s+(\S+)", said)[1]  # type: ignore[index]
        empty_project.connect(Server("sandbox", url, "sandbox", "admin", "admin", key))
        empty_project.write("partners.yaml", partners_job())
        empty_project.rows(partner_rows(prefix, 3))
        assert empty_project.run("run", "--json").counts() == {"read": 3, "created": 3}
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def test_url_sandbox_keeps_its_records_between_runs(empty_project: Project, prefix: str) -> None:
    """`url: sandbox` starts one for the run and keeps its state beside the project."""
    empty_project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    empty_project.write("partners.yaml", partners_job())
    empty_project.rows(partner_rows(prefix, 5))
    assert empty_project.run("run", "--json").counts() == {"read": 5, "created": 5}
    assert empty_project.run("run", "--json").counts() == {"read": 5, "unchanged": 5}
    assert (empty_project.root / ".odoo_etl/sandbox.db").exists()


def test_every_report_names_where_it_writes(empty_project: Project, server: Server, prefix: str) -> None:
    """Header, plan, run_results.json, the ledger and doctor; the key decides who we are, not the `user` beside it."""
    empty_project.connect(server, user="somebody")
    empty_project.write("partners.yaml", partners_job())
    empty_project.rows(partner_rows(prefix, 2))
    line = f"main: {server.url}, database {server.db}, user {server.user}, Odoo 19"
    for verb in ("plan", "run"):
        done = empty_project.run(verb)
        assert done.out.startswith(line), done.out
    written = empty_project.results()["jobs"][0]["destination"]
    assert written == {"connection": "main", "url": server.url, "database": server.db, "user": server.user} | {
        "version": written["version"],
        "environment": "",
    }
    with open_ledger(f"sqlite:///{empty_project.root}/.odoo_etl/state.db", empty_project.root) as ledger:
        (entry,) = ledger.jobs(empty_project.results()["run_id"])
    assert entry.details["destination"] == written
    doctor = empty_project.run("doctor").out
    assert f"server: {server.url}, database {server.db}" in doctor
    assert f"login: {server.user} is user" in doctor


def test_the_sandbox_is_called_so(empty_project: Project, prefix: str) -> None:
    """Nobody takes it for an Odoo."""
    empty_project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    empty_project.write("partners.yaml", partners_job())
    empty_project.rows(partner_rows(prefix, 2))
    assert empty_project.run("plan").out.startswith("main: SANDBOX, ")
    assert "server: SANDBOX, " in empty_project.run("doctor").out
