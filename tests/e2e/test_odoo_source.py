"""Records of one Odoo that become records of another: from a sandbox and from a real Odoo, into a sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from odoo_etl import OdooClient
from odoo_etl.sandbox import Sandbox
from tests.e2e.project import Project
from tests.servers import Server

FIELDS: dict[str, Any] = {
    "ref": "ref",
    "name": "name",
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}, "empty": "clear"},
    "parent_id": {"column": "company", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}},
    "category_id": {
        "column": "tags",
        "lookup": {"model": "res.partner.category", "by": "name", "on_missing": "create"},
        "empty": "clear",
    },
}
COLUMNS = {
    "ref": "ref",
    "name": "name",
    "country": "country_id.code",
    "company": "parent_id.ref",
    "tags": "category_id.name",
}


@pytest.fixture
def target() -> Iterator[Server]:
    """An empty database to write to."""
    with Sandbox() as sandbox:
        yield Server("sandbox", sandbox.url, sandbox.db, sandbox.user, sandbox.password, sandbox.api_key)


@pytest.fixture
def there(target: Server) -> Iterator[OdooClient]:
    """A client of it."""
    with OdooClient(target.url, target.db, user=target.user, api_key=target.api_key) as client:
        yield client


def connection(server: Server) -> dict[str, str]:
    """A server as a connection of project.yaml."""
    return {"url": server.url, "db": server.db, "user": server.user, "api_key": server.api_key}


@pytest.fixture
def copying(empty_project: Project, server: Server, target: Server, prefix: str) -> Project:
    """A project with a job that copies the partners of a test."""
    connections = {"main": connection(target), "old": connection(server)}
    empty_project.write("project.yaml", {"connections": connections})
    empty_project.write("partners.yaml", job(prefix))
    return empty_project


def job(prefix: str, **source: Any) -> dict[str, Any]:
    """The job."""
    described = {
        "type": "odoo",
        "connection": "old",
        "model": "res.partner",
        "domain": [["ref", "=like", f"{prefix}%"]],
    }
    return {
        "version": 1,
        "job": "partners",
        "source": {**described, "fields": COLUMNS, **source},
        "target": {"model": "res.partner", "key": "ref"},
        "fields": FIELDS,
    }


@pytest.fixture
def family(odoo: OdooClient, prefix: str) -> list[int]:
    """Two companies, one of them with two tags, and a contact whose company comes later by id."""
    [belgium] = odoo.search("res.country", [["code", "=", "BE"]])
    tags = odoo.create("res.partner.category", [{"name": f"{prefix} {name}"} for name in "ab"])
    contact = odoo.create("res.partner", {"name": "Ann", "ref": f"{prefix}-1"})
    acme = {
        "name": "Acme",
        "ref": f"{prefix}-2",
        "country_id": belgium,
        "category_id": [[6, 0, tags]],
        "is_company": True,
    }
    ids = odoo.create("res.partner", [acme, {"name": "Bolt", "ref": f"{prefix}-3"}])
    odoo.write("res.partner", [contact], {"parent_id": ids[0]})
    return [contact, *ids]


def seen(there: OdooClient, prefix: str) -> list[tuple[Any, ...]]:
    """The partners of the target: name, country, company and tags by their names."""
    names = ["name", "country_id", "parent_id", "category_id"]
    rows = there.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], names, order="ref")
    tags = {row["id"]: row["name"] for row in there.search_read("res.partner.category", [], ["name"])}
    return [(row["name"], *_names(row), sorted(tags[one] for one in row["category_id"])) for row in rows]


def _names(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["country_id"] and row["country_id"][1], row["parent_id"] and row["parent_id"][1]


def copied(prefix: str) -> list[tuple[Any, ...]]:
    """The family, as it is to be there."""
    return [
        ("Ann", "Belgium", "Acme", []),
        ("Acme", "Belgium", False, [f"{prefix} a", f"{prefix} b"]),
        ("Bolt", False, False, []),
    ]


def test_a_copy_and_then_nothing_to_do(copying: Project, there: OdooClient, family: list[int], prefix: str) -> None:
    """Relations survive by what both databases know; the second run writes nothing."""
    done = copying.run("run", "--json")
    assert (done.code, done.counts()) == (0, {"read": 3, "created": 3})
    assert seen(there, prefix) == copied(prefix)
    again = copying.run("run", "--json")
    assert (again.code, again.counts(), again.writes()) == (0, {"read": 3, "unchanged": 3}, {})
    assert copying.run("validate", "--online").code == 0


def test_what_changes_there_changes_here(
    copying: Project, odoo: OdooClient, there: OdooClient, family: list[int], prefix: str
) -> None:
    """Only what changed is read."""
    copying.write("partners.yaml", job(prefix, incremental={"cursor": "write_date"}))
    time.sleep(1.1)  # so that the second of the watermark is that of one record
    odoo.write("res.partner", family[:1], {"function": "Boss"})
    assert copying.run("run", "--json").counts() == {"read": 3, "created": 3}
    odoo.write("res.partner", family[2:], {"name": "Bolt Ltd"})
    assert copying.run("run", "--json").counts() == {"read": 2, "updated": 1, "unchanged": 1}
    assert seen(there, prefix)[2][0] == "Bolt Ltd"
    odoo.write("res.partner", family[1:2], {"category_id": [[6, 0, []]]})
    assert copying.run("run", "--full-refresh", "--json").counts()["updated"] == 1
    assert seen(there, prefix)[1][3] == []


def test_several_workers_read_and_write(copying: Project, there: OdooClient, family: list[int], prefix: str) -> None:
    """Each a range of ids."""
    done = copying.run("run", "--workers", "2", "--json")
    assert (done.code, seen(there, prefix)) == (0, copied(prefix))


def test_lines_of_the_records(
    copying: Project, odoo: OdooClient, there: OdooClient, family: list[int], prefix: str
) -> None:
    """Contacts as lines of their company; a line that is lost there goes here."""
    lines = {"child_ids": {"fields": {"name": "name", "function": "function"}}}
    odoo.write("res.partner", family[:1], {"ref": False})
    described = job(prefix, fields={"ref": "ref", "name": "name"}, lines=lines)
    contacts = {"key": "name", "rest": "remove", "fields": {"name": "child_ids.name", "function": "child_ids.function"}}
    copying.write(
        "partners.yaml", {**described, "fields": {"ref": "ref", "name": "name"}, "lines": {"child_ids": contacts}}
    )
    assert copying.run("run", "--json").counts() == {"read": 3, "created": 3}
    odoo.create("res.partner", {"name": "Bob", "parent_id": family[1], "function": "Boss"})
    odoo.unlink("res.partner", family[:1])
    assert copying.run("run", "--json").code == 0
    [company] = there.search("res.partner", [["ref", "=", f"{prefix}-2"]])
    found = there.search_read("res.partner", [["parent_id", "=", company]], ["name", "function"])
    assert [(row["name"], row["function"]) for row in found] == [("Bob", "Boss")]


def test_a_source_that_lets_nobody_in(copying: Project, server: Server, target: Server) -> None:
    """Ends the run before anything is written, like a target that does."""
    wrong = {**connection(server), "api_key": "wrong"}
    copying.write("project.yaml", {"connections": {"main": connection(target), "old": wrong}})
    done = copying.run("run", "--json")
    assert (done.code, done.writes()) == (5, {})
    assert "the source's connection `old`" in done.job()["error"]
    assert copying.run("validate", "--online").code == 2


def test_what_the_source_lacks_is_told_with_its_place(copying: Project, prefix: str) -> None:
    """By `validate --online`, and before anything is written."""
    copying.write("partners.yaml", job(prefix, fields={**COLUMNS, "company": "parent_id.reff"}))
    told = copying.run("validate", "--online")
    assert told.code == 2
    assert "source.fields.company: res.partner has no field `reff` (did you mean `ref`?)" in told.out + told.err
    done = copying.run("run", "--json")
    assert (done.code, done.writes()) == (1, {})


def test_rejected_records_are_tried_again(
    copying: Project, odoo: OdooClient, there: OdooClient, family: list[int], prefix: str
) -> None:
    """From the rejects file, which holds lists, too."""
    described = job(prefix)
    tags = {**FIELDS["category_id"], "lookup": {"model": "res.partner.category", "by": "name"}}
    copying.write("partners.yaml", {**described, "fields": {**FIELDS, "category_id": tags}})
    done = copying.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 3, "created": 1, "rejected": 2})
    there.create("res.partner.category", [{"name": f"{prefix} {name}"} for name in "ab"])
    assert copying.run("retry", "last", "--json").code == 0
    assert seen(there, prefix) == copied(prefix)
