"""Exports as a user starts them, on the sandbox and on a real Odoo."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job
from tests.fault_proxy import FaultProxy, meanwhile
from tests.servers import Server
from tests.zygote import Zygote

MANY = 4_500  # records: more than two chunks


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "jsonl"])
def test_the_file_takes_the_place_of_the_source(project: Project, prefix: str, suffix: str) -> None:
    """A job that reads what it exported finds nothing to do."""
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 12))
    assert project.run("run").code == 0
    out, of_prefix = f"back.{suffix}", str([["ref", "=like", f"{prefix}%"]])
    done = project.run("export", "partners", "--domain", of_prefix, "--out", out, "--json")
    assert (done.code, json.loads(done.out)["records"]) == (0, 12), done.err
    kind = {"xlsx": "excel"}.get(suffix, suffix)
    project.write("partners.yaml", partners_job(source={"type": kind, "path": f"../{out}"}))
    again = project.run("run", "--json")
    assert (again.counts(), again.writes()) == ({"read": 12, "unchanged": 12}, {}), again.err
    if suffix == "csv":
        with (project.root / out).open(newline="", encoding="utf-8") as file:
            assert next(csv.reader(file)) == ["ref", "name", "email", "country"]


@pytest.fixture
def many(sandbox_client: OdooClient, prefix: str) -> Sequence[int]:
    """The ids of many records."""
    names = [{"name": f"{prefix} {number}"} for number in range(MANY)]
    return sandbox_client.create("res.partner.category", names)


def test_killed_and_gone_on_with(
    empty_project: Project, sandbox_server: Server, zygote: Zygote, prefix: str, many: Sequence[int]
) -> None:
    """The file is equal to that of an export which was not broken off, and is not there before."""
    empty_project.connect(sandbox_server)
    what = ["export", "res.partner.category", "--fields", "id,name", "--domain", str([["name", "like", prefix]])]
    assert empty_project.run(*what, "--out", "whole.csv").code == 0
    with FaultProxy(sandbox_server.url) as proxy:
        empty_project.connect(sandbox_server, url=proxy.url)
        proxy.script(meanwhile(zygote.kill, forwarded=False), "read", skip=3)
        empty_project.fork(zygote, *what, "--out", "broken.csv").communicate()
        assert proxy.met() == 1
        assert not (empty_project.root / "broken.csv").exists()
        assert (empty_project.root / ".broken.csv.part").exists()
        done = empty_project.run(*what, "--out", "broken.csv", "--resume", "--json")
    assert (done.code, json.loads(done.out)["records"]) == (0, len(many)), done.err
    assert (empty_project.root / "broken.csv").read_bytes() == (empty_project.root / "whole.csv").read_bytes()
    assert not list(empty_project.root.glob(".broken*"))
