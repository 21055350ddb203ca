"""The file of the rows that landed: whole, however the run was divided, killed and gone on with."""

from __future__ import annotations

import csv
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project, partner_rows, partners_job
from tests.fault_proxy import FaultProxy, meanwhile
from tests.servers import Server

LOAD = {"chunk_size": 5, "concurrency": 1, "settle": "500ms"}


@pytest.fixture
def partners(empty_project: Project, sandbox_server: Server) -> Project:
    """A job of small batches on the sandbox."""
    empty_project.connect(sandbox_server)
    empty_project.write("partners.yaml", partners_job(load=LOAD))
    return empty_project


def success(done: Done) -> list[dict[str, str]]:
    """The rows of the file that a run tells of."""
    (path,) = {Path(job["success_file"]) for job in done.result["jobs"] if job["success_file"]}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def check_ids(rows: list[dict[str, str]], odoo: OdooClient, prefix: str) -> None:
    """Each row has the id that Odoo has under its key."""
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["ref"])
    ids = {one["ref"]: str(one["id"]) for one in found}
    assert {row["ref"]: row["_id"] for row in rows} == {row["ref"]: ids[row["ref"]] for row in rows}


def actions(rows: list[dict[str, str]]) -> dict[str, int]:
    """How many rows have each action."""
    return dict(Counter(row["_action"] for row in rows))


def test_divided_runs(partners: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """All parts together fill one file; what they rejected is not in it."""
    rows = partner_rows(prefix, 24)
    rows[3]["country"] = "ZZ"
    partners.rows(rows)
    first = partners.run("run", "--success", "--workers", "2", "--json")
    landed = success(first)
    assert (first.code, actions(landed)) == (3, {"created": 23})
    check_ids(landed, sandbox_client, prefix)
    assert {row["_line"] for row in landed} == {str(n + 2) for n in range(24) if n != 3}
    partners.rows([{**row, "name": f"{row['name']} anew"} if n % 2 else row for n, row in enumerate(rows)])
    again = success(partners.run("run", "--success", "--workers", "2", "--json"))
    assert actions(again) == {"updated": 11, "unchanged": 12}


def test_parts_of_a_scheduler(partners: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """Whichever is the last writes the file, with what the others wrote."""
    partners.rows(partner_rows(prefix, 16))
    first = partners.run("run", "--success", "--partition", "1/2", "--json")
    assert [job["success_file"] for job in first.result["jobs"]] == [""]
    landed = success(partners.run("run", "--success", "--partition", "2/2", "--json"))
    assert actions(landed) == {"created": 16}
    check_ids(landed, sandbox_client, prefix)


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
def test_killed_runs(
    partners: Project, sandbox_server: Server, sandbox_client: OdooClient, prefix: str, workers: tuple[str, ...]
) -> None:
    """`resume` lists what the killed run had created, too; it need not be asked for it again."""
    assert partners.zygote
    partners.rows(partner_rows(prefix, 24))
    with FaultProxy(sandbox_server.url) as proxy:
        partners.connect(sandbox_server, url=proxy.url)
        killed: list[Any] = []
        proxy.script(meanwhile(lambda held=killed: held[0].kill(), forwarded=True), "create", skip=2)
        killed.append(partners.fork(partners.zygote, "run", "--success", *workers))
        killed[0].communicate()
        assert killed[0].returncode < 0
        proxy.calm()
        assert sandbox_client.search_count("res.partner", [["ref", "=like", f"{prefix}-%"]]) > 0
        done = partners.run("resume", "--json")
        landed = success(done)
    assert (done.code, actions(landed)) == (0, {"created": 24}), done.err
    check_ids(landed, sandbox_client, prefix)


def test_retried_rows(partners: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """`retry` has a file of its own, with the lines of the source; a job may ask for it by itself."""
    rows = partner_rows(prefix, 4)
    rows[1]["country"] = "ZZ"
    rows[2]["ref"] = f"={prefix}-00002"
    partners.rows(rows)
    partners.write("partners.yaml", partners_job(load=LOAD, success=True))
    first = partners.run("run", "--json")
    assert f"landed: see .odoo_etl/runs/{first.result['run_id']}/success/partners.csv" in partners.run("show").out
    assert "success/partners.csv" in Path(first.job()["success_file"]).parents[1].joinpath("report.html").read_text(
        "utf-8"
    )
    assert [row["ref"] for row in success(first)][-2:] == [f"'={prefix}-00002", f"{prefix}-00003"]
    rejected = Path(first.job()["rejects_file"])
    rejected.write_text(rejected.read_text("utf-8-sig").replace("ZZ", "DE"), "utf-8-sig")
    landed = success(partners.run("retry", "--json"))
    assert [(row["_line"], row["_action"]) for row in landed] == [("3", "created")]
    check_ids(landed, sandbox_client, prefix)


def test_jobs_that_were_done_before(partners: Project, prefix: str) -> None:
    """`resume` names the file that the earlier run wrote of a job that is not done again."""
    partners.rows(partner_rows(prefix, 3))
    source = {"type": "csv", "path": "../later.csv"}
    partners.write("zlater.yaml", partners_job(job="zlater", source=source, depends_on=["partners"]))
    partners.rows([{"ref": "none"}], "later.csv")
    first = partners.run("run", "--success", "--json")
    partners.rows(partner_rows(f"{prefix}-z", 2), "later.csv")
    again = partners.run("resume", "--json")
    assert (first.code, again.code) == (1, 0)
    assert again.job()["success_file"] == first.job()["success_file"] != ""
    assert again.result["run_id"] in again.job("zlater")["success_file"]


def test_external_ids_and_plans(partners: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """The external id stands for the key; a plan file that is applied tells its rows, a plan lists none."""
    target = {"model": "res.partner", "external_id": {"template": "legacy.partner_{ref}"}}
    partners.write("partners.yaml", partners_job(load=LOAD, target=target))
    partners.rows(partner_rows(prefix, 3))
    planned = partners.run("plan", "--out", "the.plan", "--json")
    assert planned.job()["success_file"] == ""
    landed = success(partners.run("apply", "the.plan", "--success", "--json"))
    names = [f"legacy.partner_{prefix}-{n:05}" for n in range(3)]
    assert [row["external_id"] for row in landed] == names
    found = sandbox_client.search_read("ir.model.data", [["name", "=like", f"partner_{prefix}-%"]], ["name", "res_id"])
    assert {row["external_id"]: row["_id"] for row in landed} == {
        f"legacy.{one['name']}": str(one["res_id"]) for one in found
    }


def test_records_with_lines(partners: Project, sandbox_client: OdooClient, prefix: str) -> None:
    """Each row has the id of its record, not of its line."""
    job = partners_job(load=LOAD)
    job["fields"] = {"ref": "firm", "name": "name"}
    job["lines"] = {"child_ids": {"key": "ref", "fields": {"ref": "contact", "name": "person"}}}
    partners.write("partners.yaml", job)
    rows = [
        {"firm": f"{prefix}-{n}", "name": f"Firm {n}", "contact": f"c{prefix}-{n}{k}", "person": k}
        for n in (1, 2)
        for k in "ab"
    ]
    partners.rows(rows)
    landed = success(partners.run("run", "--success", "--json"))
    assert ([row["_line"] for row in landed], actions(landed)) == (["2", "3", "4", "5"], {"created": 4})
    check_ids(landed, sandbox_client, prefix)
