"""Records that lookups do not find and are to create: what goes wrong with one, on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job

TAGS = "res.partner.category"
ALSO_ARCHIVED = {"active_test": False}


def tags_job(**lookup: Any) -> dict[str, Any]:
    """Partners with tags that are created when they are missing."""
    tags = {"column": "tags", "split": "|", "lookup": {"model": TAGS, "on_missing": "create", **lookup}}
    return partners_job(fields={"ref": "ref", "name": "ref", "category_id": tags})


def test_a_tag_in_another_case_is_the_one_that_an_undo_archived(
    project: Project, odoo: OdooClient, prefix: str
) -> None:
    """It is made active and keeps its name; later runs find one tag."""
    project.write("partners.yaml", tags_job(by="name", ignore_case=True))
    project.rows([{"ref": f"{prefix}-1", "tags": f"{prefix} wood"}])
    first = project.run("run", "--json")
    assert project.run("undo", first.result["run_id"], "--yes").code == 0
    project.rows([{"ref": f"{prefix}-1", "tags": f"{prefix} WOOD"}])
    assert (project.run("run").code, project.run("run", "--json").writes()) == (0, {})
    tags = odoo.search_read(TAGS, [["name", "=ilike", f"{prefix} wood"]], ["name", "active"], context=ALSO_ARCHIVED)
    assert [(one["name"], one["active"]) for one in tags] == [(f"{prefix} wood", True)]


def test_an_id_of_an_installed_module_rejects_its_row(project: Project, odoo: OdooClient, prefix: str) -> None:
    """The other rows land, and the next run says the same."""
    project.write("partners.yaml", tags_job(by="external_id", create={"name": f"{prefix} tag"}))
    cells = [f"legacy.{prefix}_one", "", "base.typo"]
    project.rows([{"ref": f"{prefix}-{number}", "tags": cell} for number, cell in enumerate(cells)])
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (3, {"read": 3, "created": 2, "rejected": 1})
    [row] = project.rejects()
    assert "it was not created: `base` is an installed module of Odoo" in row["_reason"]
    assert project.run("run", "--json").counts() == {"read": 3, "unchanged": 2, "rejected": 1}


def test_values_that_make_one_external_id_are_rejects(project: Project, odoo: OdooClient, prefix: str) -> None:
    """With workers, too; what differs from them lands."""
    project.write("partners.yaml", tags_job(by="external_id", module="legacy", create={"name": f"{prefix} tag"}))
    cells = [f"{prefix} A&B", f"{prefix} A+B", f"{prefix} A B", f"{prefix} C"]
    project.rows([{"ref": f"{prefix}-{number}", "tags": cell} for number, cell in enumerate(cells)])
    done = project.run("run", "--workers", "2", "--json")
    assert (done.code, done.counts()) == (3, {"read": 4, "created": 1, "rejected": 3})
    assert {row["_code"] for row in project.rejects()} == {"external_id_collision"}
    assert odoo.search_count(TAGS, [["name", "=", f"{prefix} tag"]]) == 1


@pytest.mark.parametrize(
    ("place", "lookup"),
    [
        ("domain", {"by": "name", "domain": [["color", "=", 4]], "create": {"color": 3}}),
        ("by", {"by": "display_name", "create": {"name": "x"}}),
        ("create.color", {"by": "name", "create": {"color": "nonsense"}}),
        ("module", {"by": "external_id", "module": "base", "create": {"name": "x"}}),
        ("on_missing", {"by": "color"}),
    ],
)
def test_a_lookup_that_can_never_create_is_refused_by_every_verb(
    project: Project, odoo: OdooClient, prefix: str, place: str, lookup: dict[str, Any]
) -> None:
    """With its place in the file, and nothing is written; only Odoo itself knows of required fields in a run."""
    project.write("partners.yaml", tags_job(**lookup))
    project.rows([{"ref": f"{prefix}-1", "tags": "7" if place == "on_missing" else f"{prefix}_tag"}])
    before = odoo.search_count(TAGS)
    for verb in ("validate", "plan", "run")[: 1 if place == "on_missing" else 3]:
        done = project.run(verb, *(["--online"] if verb == "validate" else []))
        assert (done.code, f"fields.category_id.lookup.{place}: " in done.out + done.err) == (2, True), done
    assert odoo.search_count(TAGS) == before


def test_a_record_that_its_lookup_does_not_find_is_created_once(
    project: Project, odoo: OdooClient, prefix: str
) -> None:
    """The run that creates it fails; the next one rejects the row, and says why."""
    project.write("partners.yaml", tags_job(by="name", domain=[["parent_id.name", "=", "Nobody"]]))
    project.rows([{"ref": f"{prefix}-1", "tags": f"{prefix} tag"}])
    first = project.run("run", "--json")
    assert (first.code, "fields.category_id.lookup" in first.job()["error"]) == (1, True)
    for _ in range(2):
        again = project.run("run", "--json")
        assert (again.code, again.job("partners.category_id")["reject_codes"]) == (3, {"key_lost": 1})
        assert "`domain` of a lookup) leaves it out" in project.rejects()[0]["_reason"]
    assert odoo.search_count(TAGS, [["name", "=", f"{prefix} tag"]]) == 1
