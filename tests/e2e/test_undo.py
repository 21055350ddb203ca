"""Taking a run back, seen from outside."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job
from tests.servers import Server

FIELDS = ["ref", "name", "email", "country_id", "comment", "category_id", "color", "partner_latitude", "active"]
ALL = {"active_test": False}


def job(prefix: str) -> dict[str, Any]:
    """A job over fields of many types."""
    spec = partners_job()
    tag = {"model": "res.partner.category", "by": "name"}
    spec["fields"] |= {
        "comment": {"column": "comment", "type": "html", "empty": "clear"},
        "category_id": {"column": "tags", "split": "|", "empty": "clear", "lookup": tag},
        "color": {"column": "color", "type": "integer"},
        "partner_latitude": {"column": "latitude", "type": "decimal"},
    }
    return spec


def rows(prefix: str, count: int) -> list[dict[str, str]]:
    """Rows for it."""
    more = {"comment": "<p>Hello <b>you</b></p>", "tags": f"{prefix} one|{prefix} two", "color": "3", "latitude": "1.5"}
    return [{**row, **more} for row in partner_rows(prefix, count)]


@pytest.fixture
def tags(odoo: OdooClient, prefix: str) -> None:
    """The tags of the rows."""
    odoo.create("res.partner.category", [{"name": f"{prefix} {name}"} for name in ("one", "two", "three")])


def existing(odoo: OdooClient, prefix: str) -> dict[str, dict[str, Any]]:
    """What Odoo holds of a test's partners, archived ones included."""
    found = odoo.search_read(
        "res.partner", [["ref", "=like", f"{prefix}%"]], FIELDS, load="_classic_write", context=ALL
    )
    return {row["ref"]: {**row, "category_id": sorted(row["category_id"])} for row in found}


def run_id(project: Project) -> str:
    """The id of the newest run."""
    return max((project.root / ".odoo_etl/runs").iterdir()).name


@pytest.mark.usefixtures("tags")
def test_updates_return_and_new_records_are_archived(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Every field is as it was; a plain run brings all of it again; the undo can be undone."""
    some = rows(prefix, 6)
    project.write("partners.yaml", job(prefix))
    project.rows(some[:4])
    assert project.run("run").code == 0
    before = existing(odoo, prefix)

    for row in some[:3]:
        row |= {
            "name": "Other",
            "comment": "",
            "tags": f"{prefix} three",
            "color": "0",
            "latitude": "-2",
            "country": "IT",
        }
    project.rows(some)
    assert project.run("run", "--json").counts() == {"read": 6, "created": 2, "updated": 3, "unchanged": 1}
    changed, run = existing(odoo, prefix), run_id(project)

    plan = project.run("undo", run, "--plan", "--json")
    assert (plan.code, plan.job()["undone"]["put_back"], plan.job()["undone"]["archived"]) == (0, 3, 2)
    assert existing(odoo, prefix) == changed

    done = project.run("undo", run, "--yes", "--json")
    assert (done.code, done.counts(), done.result["parent"]) == (0, {"read": 5, "updated": 5}, run)
    undo = run_id(project)
    after = existing(odoo, prefix)
    assert {ref: after[ref] for ref in before} == before
    assert [after[ref]["active"] for ref in sorted(after.keys() - before.keys())] == [False, False]

    again = project.run("undo", run, "--yes", "--json")
    assert (again.code, again.counts(), again.writes()) == (0, {"read": 5, "unchanged": 5}, {})

    redone = project.run("undo", undo, "--yes", "--json")
    assert (redone.code, redone.counts()) == (0, {"read": 5, "updated": 5})
    assert existing(odoo, prefix) == changed
    assert project.run("undo", run, "--yes").code == 0
    assert project.run("run", "--json").code == 0
    assert existing(odoo, prefix) == changed
    settled = project.run("run", "--json")
    assert (settled.counts(), settled.writes()) == ({"read": 6, "unchanged": 6}, {})


@pytest.mark.usefixtures("tags")
def test_links_to_archived_records_return(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Though `search_read` does not show them; the same rows again write nothing."""
    [row] = rows(prefix, 1)
    project.write("partners.yaml", job(prefix))
    project.rows([row])
    assert project.run("run").code == 0
    two = odoo.search("res.partner.category", [["name", "=", f"{prefix} two"]])
    odoo.write("res.partner.category", two, {"active": False})
    again = project.run("run", "--json")
    assert (again.counts(), again.writes()) == ({"read": 1, "unchanged": 1}, {})
    [record] = odoo.search_read("res.partner", [["ref", "=", row["ref"]]], ["category_id"])
    before = odoo.read("res.partner", [record["id"]], ["category_id"], context=ALL)

    project.rows([{**row, "tags": f"{prefix} three"}])
    assert project.run("run", "--json").counts() == {"read": 1, "updated": 1}
    assert project.run("undo", run_id(project), "--yes").code == 0
    assert odoo.read("res.partner", [record["id"]], ["category_id"], context=ALL) == before
    assert len(before[0]["category_id"]) == 2


def test_a_record_that_came_back_and_changed_is_one(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Taken back, it has its old values and is archived again; it is counted once, in the plan as well."""
    some = partner_rows(prefix, 2)
    project.write("partners.yaml", partners_job())
    project.rows(some)
    assert project.run("run").code == 0
    assert project.run("undo", run_id(project), "--yes").code == 0
    before = existing(odoo, prefix)
    some[0]["name"] = "Other"
    project.rows(some)
    assert project.run("run").code == 0
    run = run_id(project)
    for options in (["--plan"], ["--yes"]):
        done = project.run("undo", run, *options, "--json")
        assert (done.code, done.counts()) == (0, {"read": 2, "updated": 2})
        undone = done.job()["undone"]
        assert (undone["put_back"], undone["archived"]) == (1, 2)
    assert existing(odoo, prefix) == before


@pytest.mark.usefixtures("tags")
def test_what_somebody_changed_since_stays(project: Project, odoo: OdooClient, prefix: str) -> None:
    """It is listed with its id and the reason; the others are put back; the exit code is 3."""
    some = rows(prefix, 3)
    project.write("partners.yaml", job(prefix))
    project.rows(some)
    assert project.run("run").code == 0
    for row in some:
        row["name"] += " changed"
    project.rows(some)
    assert project.run("run").code == 0
    run, mine = run_id(project), existing(odoo, prefix)[some[1]["ref"]]["id"]
    odoo.write("res.partner", [mine], {"name": "A person's"})
    done = project.run("undo", run, "--yes", "--json")
    assert (done.code, done.counts()) == (3, {"read": 3, "updated": 2, "skipped": 1})
    (left,) = done.job()["undone"]["left"]
    assert (left["id"], "changed since" in left["reason"]) == (mine, True)
    names = {ref: row["name"] for ref, row in existing(odoo, prefix).items()}
    assert names == {some[0]["ref"]: "Partner 0", some[1]["ref"]: "A person's", some[2]["ref"]: "Partner 2"}


def test_new_records_can_be_deleted(project: Project, odoo: OdooClient, prefix: str) -> None:
    """With --delete; a run after that creates them anew."""
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 3))
    assert project.run("run").code == 0
    run = run_id(project)
    done = project.run("undo", run, "--yes", "--delete", "--json")
    assert (done.code, done.job()["undone"]["deleted"]) == (0, 3)
    assert existing(odoo, prefix) == {}
    assert project.run("undo", run, "--yes", "--delete", "--json").counts() == {"read": 3, "unchanged": 3}
    assert project.run("run", "--json").counts() == {"read": 3, "created": 3}


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_each_protocol_can_undo(
    empty_project: Project, server: Server, odoo: OdooClient, prefix: str, protocol: str
) -> None:
    """Values come back over each in the form that it can write again."""
    empty_project.connect(server, protocol=protocol)
    empty_project.write("partners.yaml", partners_job())
    some = partner_rows(prefix, 4)
    empty_project.rows(some)
    assert empty_project.run("run").code == 0
    before = existing(odoo, prefix)
    for row in some:
        row |= {"name": "New", "country": "IT", "email": "new@example.com"}
    empty_project.rows(some)
    assert empty_project.run("run").code == 0
    assert empty_project.run("undo", run_id(empty_project), "--yes").code == 0
    assert existing(odoo, prefix) == before


def test_undo_wants_to_be_sure(sandbox_project: Project, prefix: str) -> None:
    """Without --yes it writes nothing where nobody can be asked; an unknown run is told."""
    sandbox_project.write("partners.yaml", partners_job())
    sandbox_project.rows(partner_rows(prefix, 1))
    assert sandbox_project.run("run").code == 0
    run = run_id(sandbox_project)
    refused = sandbox_project.run("undo", run)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    unknown = sandbox_project.run("undo", "../../etc", "--yes")
    assert (unknown.code, run in unknown.err) == (2, True)


TAGS, INDUSTRIES = "res.partner.category", "res.partner.industry"


def creating_job() -> dict[str, Any]:
    """A job whose lookups create tags and industries."""
    spec = partners_job(fields={"ref": "ref", "name": "ref"})
    found = {"by": "name", "on_missing": "create"}
    spec["fields"] |= {
        "category_id": {"column": "tag", "lookup": {"model": TAGS, **found}},
        "industry_id": {"column": "industry", "lookup": {"model": INDUSTRIES, **found}},
    }
    return spec


@pytest.mark.parametrize("options", [[], ["--delete"]])
def test_what_lookups_created_and_others_use_stays(
    project: Project, odoo: OdooClient, prefix: str, options: list[str]
) -> None:
    """A person's record, or that of a later run; a plan says the same."""
    named = [["name", "=like", f"{prefix}%"]]
    project.write("partners.yaml", creating_job())
    some = [{"ref": f"{prefix}-{n}", "tag": f"{prefix} T{n}", "industry": f"{prefix} I{n}"} for n in (1, 2)]
    project.rows(some)
    run = project.run("run", "--json").result["run_id"]
    [industry] = odoo.search(INDUSTRIES, [["name", "=", f"{prefix} I2"]])
    odoo.create("res.partner", {"name": "A person's", "industry_id": industry, "active": False})
    project.rows([{"ref": f"{prefix}-3", "tag": f"{prefix} T1", "industry": ""}])
    assert project.run("run").code == 0
    for last in ("--plan", "--yes"):
        done = project.run("undo", run, *options, last, "--json")
        left = [one for job in done.result["jobs"] for one in job["undone"]["left"]]
        assert {one["name"].removeprefix(prefix): one["reason"] for one in left} == {
            " T1": "used by 1 record of res.partner",
            " I2": "used by 1 record of res.partner",
        }
        assert (done.code, done.counts()) == (3, {"read": 2, "updated": 2})
    assert [row["name"] for row in odoo.search_read(TAGS, named, ["name"])] == [f"{prefix} T1"]
    assert [row["name"] for row in odoo.search_read(INDUSTRIES, named, ["name"])] == [f"{prefix} I2"]
    assert odoo.search_count("res.partner", [["category_id.name", "=", f"{prefix} T1"]]) == 1


def test_values_that_a_step_wrote_go_back(project: Project, odoo: OdooClient, prefix: str) -> None:
    """They are in the ledger as any update; of a method the report says that it is not taken back."""
    (other,) = odoo.create("res.partner", [{"ref": f"{prefix}-00000", "name": "Old", "color": 5}])
    steps = [{"write": {"color": 7}}, {"call": "action_archive", "where": [["active", "=", True]]}]
    project.write("partners.yaml", partners_job(after=steps))
    project.rows(partner_rows(prefix, 1))
    assert project.run("run").code == 0
    assert odoo.read("res.partner", [other], ["color", "active"], context=ALL) == [
        {"id": other, "color": 7, "active": False}
    ]
    done = project.run("undo", run_id(project), "--yes", "--json")
    assert odoo.read("res.partner", [other], ["name", "color", "active"], context=ALL) == [
        {"id": other, "name": "Old", "color": 5, "active": False}
    ]
    assert [note for note in done.job()["notes"] if "step" in note] == [
        "step action_archive was done on 1 record: undo does not take steps back, so look what it left there"
    ]
