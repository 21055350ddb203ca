"""Ways to find the records that rows refer to, on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job
from tests.servers import Server


def job(**fields: Any) -> dict[str, Any]:
    """A job of partners with such fields."""
    return partners_job(fields={"ref": "ref", "name": "ref", **fields})


def country(lookup: Any, **more: Any) -> dict[str, Any]:
    """The country of a partner, by such a lookup."""
    return {"column": "country", "lookup": lookup, **more}


def countries(odoo: OdooClient, prefix: str) -> dict[str, Any]:
    """The code of each partner's country, by what its ref ends in."""
    rows = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["ref", "country_code"])
    return {row["ref"].removeprefix(f"{prefix}-"): row["country_code"] for row in rows}


def ran_twice(project: Project, spec: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, str]:
    """Run a job on rows, then again, which writes nothing; the reasons of rejected rows by ref."""
    project.rows(rows)
    project.write("partners.yaml", spec)
    assert project.run("validate", "--online").code == 0
    first = project.run("run", "--json")
    again = project.run("run", "--json")
    assert again.writes() == {}
    assert first.job()["counts"]["rejected"] == again.job()["counts"]["rejected"]
    return {row["ref"]: row["_reason"] for row in project.rejects()} if again.code == 3 else {}


def test_records_are_found_by_their_external_ids(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Whole ids, those of a module, and those of a template; one that is missing tells what is near."""
    rows = [
        {"ref": f"{prefix}-{number}", "country": cell, "short": cell.removeprefix("base.")}
        for number, cell in enumerate(["base.be", "base.de", "base.frr", "nonsense"])
    ]
    why = ran_twice(project, job(country_id=country({"model": "res.country", "by": "external_id"})), rows)
    assert countries(odoo, prefix) == {"0": "BE", "1": "DE"}
    assert why[f"{prefix}-2"] == "no res.country has external_id = 'base.frr'; did you mean base.fr?"
    assert "nonsense" in why[f"{prefix}-3"]

    within = {"model": "res.country", "by": "external_id", "module": "base"}
    template = {"model": "res.country", "external_id": "base.{short}"}
    for lookup in (within, template):
        assert ran_twice(project, job(country_id={"column": "short", "lookup": lookup}), rows[1:2]) == {}


def test_validate_asks_for_the_records_of_the_first_rows(project: Project, prefix: str) -> None:
    """A warning with its place: the job is valid, its data may change."""
    project.rows([{"ref": f"{prefix}-{code}", "country": code} for code in ("BE", "Z1", "Z2")])
    project.write("partners.yaml", job(country_id=country({"model": "res.country", "by": "code"})))
    found = project.run("validate", "--online", "--json").result
    [warning] = found["warnings"]
    assert (found["valid"], warning["path"]) == (True, "fields.country_id.lookup")
    assert warning["message"].startswith("of the first rows, 2 would be rejected: no res.country has code = 'Z1'")


def test_lookups_are_tried_in_order(project: Project, odoo: OdooClient, prefix: str) -> None:
    """By code, then by name in any case, then the field stays empty."""
    lookups = [
        {"model": "res.country", "by": "code"},
        {"model": "res.country", "by": "name", "ignore_case": True, "on_missing": "empty"},
    ]
    rows = [{"ref": f"{prefix}-{number}", "country": cell} for number, cell in enumerate(["BE", "gErMaNy", "100%_"])]
    assert ran_twice(project, job(country_id=country(lookups)), rows) == {}
    assert countries(odoo, prefix) == {"0": "BE", "1": "DE", "2": False}


def test_a_domain_narrows_and_the_first_is_taken(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Two tags of one name; the job says which it means."""
    one, other = odoo.create(
        "res.partner.category", [{"name": f"{prefix} tag", "color": 3}, {"name": f"{prefix} tag", "color": 4}]
    )
    tags = {"model": "res.partner.category", "by": "name"}
    wanted = {
        "rejected": tags,
        "second": {**tags, "domain": [["color", "=", 4]]},
        "first": {**tags, "on_ambiguous": "first"},
    }
    for name, lookup in wanted.items():
        spec = job(category_id={"column": "tag", "lookup": lookup})
        why = ran_twice(project, spec, [{"ref": f"{prefix}-{name}", "tag": f"{prefix} tag"}])
        assert bool(why) is (name == "rejected")
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["ref", "category_id"])
    assert {row["ref"]: row["category_id"] for row in found} == {
        f"{prefix}-second": [other],
        f"{prefix}-first": [one],
    }


def test_tags_are_removed(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Those that are named go, the others stay; a new record has none. Undo brings them back."""
    red, blue = odoo.create("res.partner.category", [{"name": f"{prefix} red"}, {"name": f"{prefix} blue"}])
    there = odoo.create("res.partner", {"name": "A", "ref": f"{prefix}-a", "category_id": [[6, 0, [red, blue]]]})
    tags = {"column": "tag", "command": "remove", "lookup": {"model": "res.partner.category", "by": "name"}}
    rows = [{"ref": f"{prefix}-{name}", "tag": f"{prefix} red"} for name in "ab"]
    project.rows(rows)
    project.write("partners.yaml", job(category_id=tags))
    done = project.run("run", "--json")
    assert done.counts() == {"read": 2, "created": 1, "updated": 1}
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["category_id"], order="ref")
    assert [row["category_id"] for row in found] == [[blue], []]
    assert project.run("run", "--json").counts() == {"read": 2, "unchanged": 2}
    assert project.run("undo", done.result["run_id"], "--yes").code == 0
    assert sorted(odoo.read("res.partner", [there], ["category_id"])[0]["category_id"]) == [red, blue]


def tags_job(prefix: str, **create: Any) -> dict[str, Any]:
    """A job whose rows name tags that may not be there yet."""
    lookup = {"model": "res.partner.category", "by": "name", "on_missing": "create", "create": create}
    return job(category_id={"column": "tags", "split": "|", "lookup": lookup})


def tagged(prefix: str, count: int) -> list[dict[str, str]]:
    """Rows with five tags among them, two to a row."""
    return [{"ref": f"{prefix}-{n:03}", "tags": f"{prefix} {n % 5}|{prefix} {(n + 1) % 5}"} for n in range(count)]


def tags_of(odoo: OdooClient, prefix: str, **context: Any) -> dict[str, int]:
    """The tags of a test with their colours; each name once."""
    rows = odoo.search_read(
        "res.partner.category", [["name", "=like", f"{prefix}%"]], ["name", "color"], context=context
    )
    assert len({row["name"] for row in rows}) == len(rows), "a tag was created twice"
    return {row["name"].removeprefix(f"{prefix} "): row["color"] for row in rows}


def test_missing_records_are_created_once(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Before the rows, as a job of their own: planned, told, and taken back by undo."""
    odoo.create("res.partner.category", {"name": f"{prefix} 0", "color": 1})
    project.rows(tagged(prefix, 40))
    project.write("partners.yaml", tags_job(prefix, color=7) | {"load": {"chunk_size": 7, "concurrency": 3}})
    plan = project.run("plan", "--json")
    assert (plan.counts("partners.category_id"), plan.counts()) == (
        {"read": 4, "created": 4},
        {"read": 40, "created": 40},
    )
    assert tags_of(odoo, prefix) == {"0": 1}

    first = project.run("run", "--json")
    assert (first.code, first.counts("partners.category_id")) == (0, {"read": 4, "created": 4})
    assert first.counts() == {"read": 40, "created": 40}
    assert tags_of(odoo, prefix) == {"0": 1, "1": 7, "2": 7, "3": 7, "4": 7}
    again = project.run("run", "--json")
    assert (again.writes(), [one["job"] for one in again.result["jobs"]]) == ({}, ["partners"])

    assert project.run("undo", first.result["run_id"], "--yes").code == 0
    assert tags_of(odoo, prefix, active_test=True) == {"0": 1}


def test_what_an_undo_archived_is_made_active_when_it_is_needed_again(
    project: Project, odoo: OdooClient, prefix: str
) -> None:
    """Of a tree, too; what a person archived, or changed, stays so."""
    lookup = {
        "model": "res.partner.category",
        "by": "name",
        "path": " / ",
        "on_missing": "create",
        "create": {"color": 3},
    }
    tags = {"column": "tag", "lookup": lookup}
    project.rows([{"ref": f"{prefix}-{number}", "tag": f"{prefix} A / {number}"} for number in (1, 2)])
    project.write("partners.yaml", job(category_id=tags))
    first = project.run("run", "--json")
    assert project.run("undo", first.result["run_id"], "--yes").code == 0
    theirs = [["name", "=", f"{prefix} A"]]
    odoo.write(
        "res.partner.category",
        odoo.search("res.partner.category", theirs, context={"active_test": False}),
        {"color": 5},
    )
    planned = project.run("plan", "--json")
    again = project.run("run", "--json")
    for done in (planned, again):
        assert sum(one["vanished"]["returned"] for one in done.result["jobs"] if one["job"] != "partners") == 3
    assert project.run("run", "--json").writes() == {}
    domain = [["parent_id.name", "=", f"{prefix} A"]]
    found = odoo.search_read("res.partner.category", domain, ["color"])
    assert [row["color"] for row in found] == [3, 3]
    assert odoo.search_read("res.partner.category", theirs, ["color"])[0]["color"] == 5

    odoo.write("res.partner.category", [row["id"] for row in found], {"active": False})
    assert project.run("run", "--json").writes() == {}


def test_what_an_undo_archived_is_made_active_for_another_job(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A record that shows no tag, since it is linked to one that is archived, would be told as created."""
    project.rows(tagged(prefix, 1))
    project.write("partners.yaml", tags_job(prefix))
    first = project.run("run", "--json")
    assert project.run("undo", first.result["run_id"], "--yes").code == 0
    assert tags_of(odoo, prefix) == {}
    project.rows([{"ref": f"{prefix}-other", "tags": f"{prefix} 0"}])
    project.write("others.yaml", tags_job(prefix) | {"job": "others"})
    assert project.run("run", "others", "--json").counts("others") == {"read": 1, "created": 1}
    assert list(tags_of(odoo, prefix)) == ["0"]
    assert project.run("run", "others", "--json").writes() == {}


@pytest.mark.parametrize("server", ["sandbox"], indirect=True)
def test_parts_of_a_job_create_what_is_missing_once(project: Project, odoo: OdooClient, prefix: str) -> None:
    """They wait for each other; what all of them lack, the first one creates."""
    project.rows(tagged(prefix, 60))
    project.write("partners.yaml", tags_job(prefix))
    done = project.run("run", "--workers", "2", "--json")
    assert (done.code, done.counts()) == (0, {"read": 60, "created": 60})
    made = [one["counts"]["created"] for one in done.result["jobs"] if one["job"] == "partners.category_id"]
    assert (sum(made), len(tags_of(odoo, prefix))) == (5, 5)
    assert project.run("run", "--workers", "2", "--json").writes() == {}


def test_what_cannot_be_created_rejects_its_rows(project: Project, odoo: OdooClient, prefix: str) -> None:
    """With the reason that Odoo gives; the other rows land."""
    lookup = {"model": "res.country", "by": "code", "on_missing": "create", "create": {"name": f"{prefix} country"}}
    rows = [{"ref": f"{prefix}-{code}", "country": code} for code in ("BE", "TOO LONG")]
    project.rows(rows)
    project.write("partners.yaml", job(country_id=country(lookup)))
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 2, "created": 1, "rejected": 1})
    [row] = project.rejects()
    assert row["_reason"].startswith("no res.country has code = 'TOO LONG'; it was not created: ")
    assert countries(odoo, prefix) == {"BE": "BE"}


def test_trees_are_found_and_grow(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A cell holds the way from the root; branches of one name stay apart."""
    lookup = {"model": "res.partner.category", "by": "name", "path": " / ", "on_missing": "create"}
    rows = [
        {"ref": f"{prefix}-{number}", "tag": f"{prefix} {way}"}
        for number, way in enumerate(["A / x / y", "B / x", "A / x", "B / x / y"])
    ]
    assert ran_twice(project, job(category_id={"column": "tag", "lookup": lookup}), rows) == {}
    tags = [
        row["category_id"] for row in odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], order="ref")
    ]
    named = odoo.display_name("res.partner.category", [one for [one] in tags])
    assert [named[one] for [one] in tags] == [f"{prefix} {way}" for way in ("A / x / y", "B / x", "A / x", "B / x / y")]
    assert odoo.search_count("res.partner.category", [["id", "child_of", [one for [one] in tags]]]) == 4


def test_a_record_is_found_by_the_set_that_it_holds(project: Project, odoo: OdooClient, prefix: str) -> None:
    """No more and no less, in whatever order the cell names them; an empty cell is the empty set."""
    red, blue = odoo.create("res.partner.category", [{"name": f"{prefix} red"}, {"name": f"{prefix} blue"}])
    firms = odoo.create(
        "res.partner",
        [
            {"name": f"{prefix} firm", "is_company": True, "category_id": [[6, 0, tags]]}
            for tags in ([red, blue], [red], [])
        ],
    )
    lookup = {"model": "res.partner", "by": ["name", "category_id.name"], "exactly": True}
    cells = [f"{prefix} blue, {prefix} red", f"{prefix} red", "", f"{prefix} blue"]
    rows = [{"ref": f"{prefix}-{number}", "firm": f"{prefix} firm", "tags": cell} for number, cell in enumerate(cells)]
    parent = {"columns": ["firm", "tags"], "split": [None, ", "], "lookup": lookup}
    why = ran_twice(project, job(parent_id=parent), rows)
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["parent_id"], order="ref")
    assert [row["parent_id"][0] for row in found] == firms
    assert list(why) == [f"{prefix}-3"]


def test_each_of_several_values_goes_with_the_cell_beside_it(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Sizes of two groups have one name: the group stands in a column of its own; what is missing is created there."""
    groups = odoo.create("res.partner.category", [{"name": f"{prefix} G1"}, {"name": f"{prefix} G2"}])
    odoo.create("res.partner.category", [{"name": f"{prefix} S", "parent_id": group} for group in groups])
    rows = [{"ref": f"{prefix}-{number}", "group": f"{prefix} G{number}", "tags": f"S|M{number}"} for number in (1, 2)]
    for row in rows:
        row["tags"] = "|".join(f"{prefix} {one}" for one in row["tags"].split("|"))
    lookup = {"model": "res.partner.category", "by": ["name", "parent_id.name"], "on_missing": "create"}
    tags = {"columns": ["tags", "group"], "split": ["|", None], "lookup": lookup}
    assert ran_twice(project, job(category_id=tags), rows) == {}
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["category_id"], order="ref")
    for group, record in zip(groups, found, strict=True):
        linked = odoo.search_read("res.partner.category", [["id", "in", record["category_id"]]], ["parent_id"])
        assert [row["parent_id"][0] for row in linked] == [group, group]


def test_values_in_quotes_hold_the_mark(project: Project, odoo: OdooClient, prefix: str) -> None:
    """As spreadsheets write them."""
    odoo.create("res.partner.category", [{"name": f"{prefix} salt | pepper"}, {"name": f'{prefix} 17" disk'}])
    rows = [{"ref": f"{prefix}-a", "tags": f'"{prefix} salt | pepper"|{prefix} 17" disk'}]
    tags = {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}}
    assert ran_twice(project, job(category_id=tags), rows) == {}
    [record] = odoo.search_read("res.partner", [["ref", "=", f"{prefix}-a"]], ["category_id"])
    assert len(record["category_id"]) == 2


def test_attachments_name_the_model_of_their_record(empty_project: Project, real_odoo: Server, prefix: str) -> None:
    """Each row its own; the sandbox has no model with such a reference."""
    project, odoo = empty_project, OdooClient(real_odoo.url, real_odoo.db, api_key=real_odoo.api_key)
    project.connect(real_odoo)
    partner = odoo.create("res.partner", {"name": f"{prefix} P", "ref": f"{prefix}-p"})
    tag = odoo.create("res.partner.category", {"name": f"{prefix} P"})
    project.rows(
        [
            {"ref": f"{prefix}-1", "of": f"{prefix} P", "model": "res.partner"},
            {"ref": f"{prefix}-2", "of": f"{prefix} P", "model": "res.partner.category"},
            {"ref": f"{prefix}-3", "of": f"{prefix} P", "model": "no.such.model"},
        ]
    )
    fields = {
        "name": "ref",
        "res_model": "model",
        "res_id": {"column": "of", "model_column": "model", "lookup": {"by": "name"}},
    }
    project.write("partners.yaml", partners_job(target={"model": "ir.attachment", "key": "name"}, fields=fields))
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 3, "created": 2, "rejected": 1})
    found = odoo.search_read("ir.attachment", [["name", "=like", f"{prefix}%"]], ["res_model", "res_id"], order="name")
    assert [(row["res_model"], row["res_id"]) for row in found] == [
        ("res.partner", partner),
        ("res.partner.category", tag),
    ]
    assert project.rejects()[0]["_code"] == "unknown_model"
    assert project.run("run", "--json").writes() == {}


def test_a_large_target_is_read_at_once(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Fifteen batches of a hundred rows would ask fifteen times; what is not there is known, too."""
    tags = odoo.create("res.partner.category", [{"name": f"{prefix} tag {number:04}"} for number in range(1400)])
    project.rows(
        [
            {"ref": f"{prefix}-{number:04}", "tag": f"{prefix} tag {number:04}", "loud": f"{prefix} TAG {number:04}"}
            for number in range(1500)
        ]
    )
    lookup = {"model": "res.partner.category", "by": "name", "on_missing": "empty"}
    exactly = {"column": "tag", "lookup": lookup}
    in_any_case = {"column": "loud", "lookup": {**lookup, "ignore_case": True}}
    for tag, outcome in ((exactly, "created"), (in_any_case, "unchanged")):
        project.write("partners.yaml", job(category_id=tag) | {"load": {"chunk_size": 100, "concurrency": 3}})
        done = project.run("run", "--json", "--full-refresh")
        assert done.counts() == {"read": 1500, outcome: 1500}
        calls = done.job()["calls"]
        assert calls["res.partner.category.search_count"] == 1
        assert calls["res.partner.category.search_read"] == 3  # two questions, and a page
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["category_id"], order="ref")
    assert [row["category_id"] for row in found] == [*([tag] for tag in tags), *([] for _ in range(100))]
