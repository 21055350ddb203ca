"""Relations survive a copy from one database to another, whose ids are other ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from odoo_etl import OdooClient
from odoo_etl.sandbox import Sandbox
from tests.e2e.project import Done, Project

SOURCE = {"type": "odoo", "connection": "old"}
OURS = [["ref", "=like", "P%"]]
TAGS = {
    "version": 1,
    "job": "tags",
    "source": {
        **SOURCE,
        "model": "res.partner.category",
        "domain": [["name", "=like", "T%"]],
        "fields": ["id", "name"],
    },
    "target": {"connection": "main", "model": "res.partner.category", "key": "name"},
    "fields": {"name": "name"},
}
PARTNERS = {
    "version": 1,
    "job": "partners",
    "source": {
        **SOURCE,
        "model": "res.partner",
        "domain": OURS,
        "fields": ["id", "ref", "name", "parent_id", "category_id"],
    },
    "target": {"connection": "main", "model": "res.partner", "key": "ref"},
    "fields": {
        "ref": "ref",
        "name": "name",
        "parent_id": {
            "column": "parent_id",
            "lookup": {"model": "res.partner", "by": "source_id", "on_missing": "defer"},
        },
        "category_id": {"column": "category_id", "lookup": {"model": "res.partner.category", "by": "source_id"}},
    },
}


def counted(done: Done, job: str = "partners") -> dict[str, int]:
    """What became of the rows of a job."""
    return {kind: count for kind, count in done.counts(job).items() if kind != "read"}


def connection(sandbox: Sandbox) -> dict[str, str]:
    """The connection of a project to a server."""
    return {"url": sandbox.url, "db": sandbox.db, "user": sandbox.user, "api_key": sandbox.api_key}


@pytest.fixture
def old() -> Iterator[OdooClient]:
    """The database that is copied: a child stands before its parent, and each partner has tags."""
    with Sandbox() as sandbox, OdooClient(sandbox.url, sandbox.db, api_key=sandbox.api_key) as client:
        tags = client.create("res.partner.category", [{"name": f"T{n}"} for n in range(3)])
        values = [{"ref": f"P{n}", "name": f"Partner {n}", "category_id": [[6, 0, tags[n % 3 :]]]} for n in range(5)]
        ids = client.create("res.partner", values)
        client.write("res.partner", [ids[0]], {"parent_id": ids[4]})
        yield client


@pytest.fixture
def new() -> Iterator[OdooClient]:
    """The database that gets the copy; its ids are other ones."""
    with Sandbox() as sandbox, OdooClient(sandbox.url, sandbox.db, api_key=sandbox.api_key) as client:
        client.create("res.partner.category", [{"name": f"other {n}"} for n in range(7)])
        client.create("res.partner", [{"name": f"other {n}"} for n in range(11)])
        yield client


@pytest.fixture
def project(empty_project: Project, old: OdooClient, new: OdooClient) -> Project:
    """A project that knows both."""
    login = {"user": Sandbox.user, "api_key": Sandbox.api_key}
    known = {name: {"url": one.url, "db": one.db, **login} for name, one in (("old", old), ("main", new))}
    empty_project.write("project.yaml", {"connections": known})
    empty_project.write("tags.yaml", TAGS)
    empty_project.write("partners.yaml", PARTNERS)
    return empty_project


def shape(client: OdooClient) -> dict[str, tuple[str, list[str]]]:
    """By reference: the parent's, and the names of the tags."""
    tags = {row["id"]: row["name"] for row in client.search_read("res.partner.category", [], ["name"])}
    rows = client.search_read("res.partner", OURS, ["ref", "parent_id", "category_id"], load="_classic_write")
    refs = {row["id"]: row["ref"] for row in rows}
    return {
        row["ref"]: (refs.get(row["parent_id"], ""), sorted(tags[each] for each in row["category_id"])) for row in rows
    }


def test_a_copy_has_the_relations_of_the_original(project: Project, old: OdooClient, new: OdooClient) -> None:
    """The jobs come in their order by themselves; a plan knows what it would make; a second run writes nothing."""
    plan = project.run("plan", "--json")
    assert (plan.code, counted(plan, "tags"), counted(plan)) == (0, {"created": 3}, {"created": 5})
    first = project.run("run", "--json")
    assert (first.code, [job["job"] for job in first.result["jobs"]]) == (0, ["tags", "partners"])
    assert shape(new) == shape(old)
    assert shape(new)["P0"] == ("P4", ["T0", "T1", "T2"])
    for verb in ("plan", "run"):
        again = project.run(verb, "--json")
        assert (again.code, counted(again, "tags"), counted(again)) == (0, {"unchanged": 3}, {"unchanged": 5})
        assert again.writes() == {}


def noted(project: Project) -> int:
    """How many source ids the ledger knows."""
    with closing(sqlite3.connect(project.root / ".odoo_etl/state.db")) as store:
        return int(store.execute("SELECT count(*) FROM etl_source_ids").fetchone()[0])


def test_a_plan_notes_nothing(project: Project) -> None:
    """Also where it finds records that are equal already."""
    assert project.run("plan", "--json").code == 0
    assert noted(project) == 0
    assert project.run("run", "--json").code == 0
    assert noted(project) == 8


def test_records_that_were_there_before(project: Project, old: OdooClient, new: OdooClient) -> None:
    """They are found by their keys, and noted like new ones: a plan knows them for itself alone."""
    new.create("res.partner.category", [{"name": "T0"}, {"name": "T1"}])
    new.create("res.partner", [{"ref": "P4", "name": "Partner 4"}])
    assert counted(project.run("plan", "--json")) == {"created": 4, "updated": 1}
    assert counted(project.run("run", "--json")) == {"created": 4, "updated": 1}
    assert shape(new) == shape(old)


def test_what_has_gone_is_not_found(project: Project, new: OdooClient) -> None:
    """The row is a reject, which says what is missing; what makes it anew is its own job."""
    assert project.run("run", "--json").code == 0
    new.unlink(
        "res.partner.category",
        [row["id"] for row in new.search_read("res.partner.category", [["name", "=", "T2"]], ["id"])],
    )
    alone = project.run("run", "partners", "--json")
    assert (alone.code, counted(alone)) == (3, {"rejected": 5})
    group = alone.job()["reject_groups"][0]
    assert (group["code"], group["field"]) == ("lookup_missing", "category_id")
    assert "no res.partner.category has source_id = …; no row of res.partner.category with that id" in group["reason"]
    both = project.run("run", "--json")
    assert (both.code, counted(both, "tags"), counted(both)) == (0, {"created": 1, "unchanged": 2}, {"updated": 5})


@pytest.mark.parametrize(("options", "found"), [(["--delete"], {"rejected": 5}), ([], {"created": 5})])
def test_what_an_undo_takes_away(project: Project, options: list[str], found: dict[str, int]) -> None:
    """It is not found when it was deleted; what is archived is found, as by any id."""
    assert project.run("run", "tags", "--json").code == 0
    assert project.run("undo", "last", *options, "--yes").code == 0
    assert counted(project.run("run", "partners", "--json")) == found


def test_other_databases_have_other_ids(project: Project, old: OdooClient) -> None:
    """An id of one is never taken for the same id of another."""
    assert project.run("run", "--json").code == 0
    with Sandbox() as third:
        login = {"user": Sandbox.user, "api_key": Sandbox.api_key}
        with OdooClient(third.url, third.db, api_key=third.api_key) as client:
            tags = client.create("res.partner.category", [{"name": f"T{n}"} for n in range(3)])
            client.create("res.partner", [{"ref": "P9", "name": "Nine", "category_id": [[6, 0, tags]]}])
        settings = {
            "connections": {"old": connection(third), "main": {"url": project_url(project), "db": third.db, **login}}
        }
        project.write("project.yaml", settings)
        alone = project.run("run", "partners", "--json")
        assert (alone.code, counted(alone)) == (3, {"rejected": 1})
        assert counted(project.run("run", "--json")) == {"created": 1}


def project_url(project: Project) -> str:
    """The address of the database that gets the copy."""
    import yaml

    return str(yaml.safe_load((project.root / "pipelines/project.yaml").read_text())["connections"]["main"]["url"])


def test_workers_share_the_map(project: Project, old: OdooClient, new: OdooClient) -> None:
    """What one of them notes, the others find; parents whose rows another worker has, too."""
    done = project.run("run", "--workers", "2", "--json")
    assert (done.code, counted(done, "tags"), counted(done)) == (0, {"created": 3}, {"created": 5})
    assert shape(new) == shape(old)
    assert noted(project) == 8
    again = project.run("run", "--workers", "2", "--json")
    assert (again.code, again.writes()) == (0, {})


def test_a_plan_that_is_kept(project: Project, old: OdooClient, new: OdooClient) -> None:
    """It is carried out as it was seen: records that the plan made up are others by then."""
    assert project.run("plan", "--out", "plan.etlplan").code == 0
    applied = project.run("apply", "plan.etlplan", "--json")
    assert (applied.code, counted(applied)) == (0, {"created": 5})
    assert shape(new) == shape(old)


def test_rejected_rows_are_fed_again(project: Project, old: OdooClient, new: OdooClient) -> None:
    """Their ids stand in the rejects file, which keeps lists as they are."""
    assert project.run("run", "partners", "--json").code == 3
    assert project.run("run", "tags", "--json").code == 0
    again = project.run("retry", "--json")
    assert (again.code, counted(again)) == (0, {"created": 5})
    assert shape(new) == shape(old)


def test_what_a_killed_run_did_not_note(project: Project) -> None:
    """The next run finds the record by its key, as it should be, and notes it."""
    assert project.run("run", "--json").code == 0
    with closing(sqlite3.connect(project.root / ".odoo_etl/state.db")) as store, store:
        store.execute("DELETE FROM etl_source_ids")
    assert noted(project) == 0
    again = project.run("run", "--json")
    assert (again.code, again.writes(), noted(project)) == (0, {}, 8)


def test_a_preview_knows_the_map(project: Project) -> None:
    """As a plan does."""
    assert project.run("run", "tags", "--json").code == 0
    shown = project.run("preview", "partners", "--rows", "5")
    assert (shown.code, "lookup_missing" in shown.out) == (0, False), shown.out


def test_a_record_that_is_forgotten(project: Project) -> None:
    """`purge --key` takes its id out of the map, until its row comes again."""
    assert project.run("run", "--json").code == 0
    assert project.run("purge", "--key", "T1", "--yes").code == 0
    assert noted(project) == 7
    assert project.run("run", "--json").code == 0
    assert noted(project) == 8


def test_the_jobs_are_found_fit(project: Project) -> None:
    """Without a server and with it; what a lookup finds is not looked at before the run."""
    assert project.run("validate").code == 0
    online = project.run("validate", "--online")
    assert (online.code, "lookup_missing" in online.out + online.err) == (0, False), online.out


def test_rows_of_a_test_are_known_to_each_other(project: Project) -> None:
    """There is no ledger, and no other database: a row that is not given is missing."""
    given = [
        {"id": 7, "ref": "P7", "name": "Anna", "parent_id": 8, "category_id": None},
        {"id": 8, "ref": "P8", "name": "Bert", "parent_id": None, "category_id": None},
        {"id": 9, "ref": "P9", "name": "Carl", "parent_id": None, "category_id": 1},
    ]
    expected = {
        "records": [{"ref": "P7", "name": "Anna", "parent_id": {"ref": "P8"}}, {"ref": "P8", "name": "Bert"}],
        "rejects": [{"code": "lookup_missing", "row": 3}],
    }
    project.write(
        "partners.yaml", {**PARTNERS, "unit_tests": [{"name": "parents", "given": given, "expect": expected}]}
    )
    done = project.run("test")
    assert (done.code, "1 passed" in done.out) == (0, True), done.out
