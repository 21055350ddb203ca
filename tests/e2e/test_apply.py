"""Plans that are kept and carried out, as a user meets them, on both servers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job
from tests.fault_proxy import FaultProxy, meanwhile
from tests.servers import Server

WHOLE = {"read": 24, "created": 2, "updated": 10, "unchanged": 12}


def job(**email: str) -> dict[str, Any]:
    """Partners by ref, with a name and an e-mail address, five in a call."""
    fields = {"ref": "ref", "name": "name", "email": {"column": "email", **email}}
    return partners_job(fields=fields, load={"chunk_size": 5, "concurrency": 1})


def rows(prefix: str, first: int, end: int, mark: str = "") -> list[dict[str, str]]:
    """Some of them."""
    numbers = range(first, end)
    return [{"ref": f"{prefix}{n:03}", "name": f"Name {n}{mark}", "email": f"{n}@example.com"} for n in numbers]


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    """The way to the server."""
    with FaultProxy(server.url) as between:
        yield between


@pytest.fixture
def planned(empty_project: Project, server: Server, proxy: FaultProxy, prefix: str) -> Project:
    """Partners are there; the plan renames ten of them, and creates two."""
    empty_project.connect(server, url=proxy.url)
    empty_project.write("partners.yaml", job())
    empty_project.rows(rows(prefix, 0, 22))
    assert empty_project.run("run").code == 0
    empty_project.rows([*rows(prefix, 0, 10, " new"), *rows(prefix, 10, 24)])
    kept = empty_project.run("plan", "--out", "the.plan", "--json")
    assert kept.counts() == WHOLE, kept
    return empty_project


@dataclass(frozen=True)
class Partners:
    """The partners of a test, as Odoo has them."""

    odoo: OdooClient
    prefix: str

    def change(self, number: int, **values: str) -> None:
        """Somebody changes one."""
        (row,) = self.odoo.search_read("res.partner", [["ref", "=", f"{self.prefix}{number:03}"]], ["id"])
        self.odoo.write("res.partner", [row["id"]], values)

    def names(self) -> list[str]:
        """Their names, in the order of their refs."""
        found = self.odoo.search_read("res.partner", [["ref", "=like", f"{self.prefix}%"]], ["name"], order="ref")
        return [row["name"] for row in found]

    def wanted(self) -> list[str]:
        """The names that the plan leads to."""
        return [row["name"] for row in (*rows(self.prefix, 0, 10, " new"), *rows(self.prefix, 10, 24))]

    @property
    def updating(self) -> str:
        """The method that changes records which get values of their own."""
        return "web_save_multi" if self.odoo.version().major >= 19 else "load"


@pytest.fixture
def partners(odoo: OdooClient, prefix: str) -> Partners:
    """Those of this test."""
    return Partners(odoo, prefix)


def test_exactly_the_plan_is_done(planned: Project, partners: Partners) -> None:
    """Once: what it counted is what it did."""
    done = planned.run("apply", "the.plan", "--json")
    assert (done.code, done.counts(), partners.names()) == (0, WHOLE, partners.wanted()), done.err
    again = planned.run("apply", "the.plan")
    assert (again.code, "was applied already" in again.err) == (7, True)
    assert planned.run("plan", "--detailed-exitcode").code == 0


def test_a_record_that_somebody_changed(planned: Project, partners: Partners) -> None:
    """It is named, with its field and values, and nothing is written. Other fields do not matter."""
    partners.change(1, name="Somebody's")
    partners.change(2, comment="a note")
    before = partners.names()
    done = planned.run("apply", "the.plan")
    assert (done.code, f"{partners.prefix}002" in done.err, partners.names()) == (7, False, before)
    assert f"{partners.prefix}001" in done.err
    assert "name planned 'Name 1' → 'Name 1 new', now \"Somebody's\" → 'Name 1 new'" in done.err
    partners.change(1, name="Name 1")
    assert planned.run("apply", "the.plan").code == 0
    assert partners.names() == partners.wanted()


def test_a_cell_of_the_source_and_a_file(planned: Project, partners: Partners) -> None:
    """They are named, and nothing is written."""
    planned.rows([*rows(partners.prefix, 0, 10, " newer"), *rows(partners.prefix, 10, 24)])
    done = planned.run("apply", "the.plan")
    assert (done.code, "the rows of its source have changed (rows.csv: 24 rows)" in done.err) == (7, True)
    planned.rows([*rows(partners.prefix, 0, 10, " new"), *rows(partners.prefix, 10, 24)])
    planned.write("partners.yaml", job(transform="lower"))
    done = planned.run("apply", "the.plan")
    assert (done.code, "pipelines/partners.yaml has changed" in done.err, len(partners.names())) == (7, True, 22)


def test_another_destination_is_refused(planned: Project, server: Server) -> None:
    """Before it is asked anything."""
    planned.connect(server)
    done = planned.run("apply", "the.plan")
    assert (done.code, "is for another destination" in done.err) == (2, True)


def test_a_change_while_the_plan_is_carried_out(planned: Project, proxy: FaultProxy, partners: Partners) -> None:
    """It is not written over: what was written before is told, and the rest follows once the record is put back."""
    proxy.script(meanwhile(lambda: partners.change(7, name="Somebody's"), forwarded=True), partners.updating)
    done = planned.run("apply", "the.plan", "--json")
    assert (done.code, done.job()["counts"]["updated"]) == (7, 5)
    assert f"{partners.prefix}007" in done.job()["error"]
    assert "Written before that: 5 of the planned" in done.job()["error"]
    assert partners.names()[:8] == [*partners.wanted()[:5], "Name 5", "Name 6", "Somebody's"]
    again = planned.run("resume")
    assert (again.code, partners.names()[7]) == (7, "Somebody's")
    partners.change(7, name="Name 7")
    assert planned.run("resume").code == 0
    assert partners.names() == partners.wanted()


@pytest.mark.parametrize("call", ["update", "create"])
def test_a_run_that_was_killed_goes_on_under_the_plan(
    planned: Project, proxy: FaultProxy, partners: Partners, call: str
) -> None:
    """What had landed stays, what somebody changed meanwhile is not written; nothing is there twice."""
    killed: list[int] = []

    def kill() -> None:
        killed.append(process.pid)
        os.kill(process.pid, signal.SIGKILL)

    proxy.script(meanwhile(kill, forwarded=True), partners.updating if call == "update" else "create")
    process = planned.start("apply", "the.plan")
    process.communicate(timeout=60)
    assert (killed, process.returncode) == ([process.pid], -signal.SIGKILL)
    partners.change(9, email="somebody's@example.com")
    partners.change(8, email="")
    partners.change(8, email="8@example.com")
    done = planned.run("resume", "--json")
    assert (done.code, f"{partners.prefix}009" in done.job()["error"]) == (7, True)
    partners.change(9, email="9@example.com")
    assert planned.run("resume", "--json").code == 0
    assert partners.names() == partners.wanted()
