"""Fields that only new records get, or others only where they are empty: on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job

FIELDS = ["ref", "name", "street", "color", "comment", "category_id"]


def job() -> dict[str, Any]:
    """Partners with both kinds of fields."""
    tags = {"model": "res.partner.category", "by": "name", "on_missing": "create"}
    return partners_job(
        fields={
            "ref": "ref",
            "name": "name",
            "street": {"column": "street", "write": "create"},
            "color": {"column": "color", "type": "integer", "write": "if_empty"},
            "comment": {"column": "comment", "write": "if_empty"},
            "category_id": {"column": "tags", "split": "|", "write": "if_empty", "lookup": tags},
        }
    )


def existing(odoo: OdooClient, prefix: str) -> dict[str, dict[str, Any]]:
    """What Odoo has of the partners, by ref."""
    rows = odoo.search_read(
        "res.partner", [["ref", "=like", f"{prefix}-%"]], FIELDS, load="_classic_write", context={"active_test": False}
    )
    return {row["ref"].removeprefix(f"{prefix}-"): row for row in rows}


def test_only_new_records_and_empty_fields_are_written(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A plan says so, a run does it, the next run has nothing to write, and undo puts back what was empty."""
    tag = odoo.create("res.partner.category", {"name": f"{prefix} kept"})
    full, bare = odoo.create(
        "res.partner",
        [
            {
                "ref": f"{prefix}-1",
                "name": "Full",
                "street": "S",
                "color": 3,
                "comment": "<p>hi</p>",
            }
            | {"category_id": [[6, 0, [tag]]]},
            {"ref": f"{prefix}-2", "name": "Bare", "comment": "<p><br></p>"},
        ],
    )
    row = {"street": "New", "color": "7", "comment": "text", "tags": f"{prefix} a|{prefix} b"}
    project.rows([{"ref": f"{prefix}-{number}", "name": f"N{number}", **row} for number in (1, 2, 3)])
    project.write("partners.yaml", job())

    planned = project.run("plan", "--json")
    assert planned.counts() == {"read": 3, "created": 1, "updated": 2}
    changes = {one["id"]: sorted(one["changes"]) for one in planned.job()["changes"]}
    assert changes[full] == ["name"]
    assert changes[bare] == ["category_id", "color", "comment", "name"]

    before = existing(odoo, prefix)
    assert project.run("run", "--json").counts() == {"read": 3, "created": 1, "updated": 2}
    after = existing(odoo, prefix)
    assert after["1"] == {**before["1"], "name": "N1"}
    assert (after["2"]["street"], after["2"]["color"], after["2"]["comment"]) == (False, 7, "<p>text</p>")
    assert (after["3"]["street"], after["3"]["color"], len(after["3"]["category_id"])) == ("New", 7, 2)

    project.rows([{"ref": f"{prefix}-{number}", "name": f"N{number}", **row, "street": "X"} for number in (1, 2, 3)])
    again = project.run("run", "--json")
    assert (again.writes(), again.counts()) == ({}, {"read": 3, "unchanged": 3})

    runs = sorted(path.name for path in (project.root / ".odoo_etl/runs").iterdir())
    assert project.run("undo", runs[1], "--yes").code == 0
    back = existing(odoo, prefix)
    assert (back["1"], back["2"]) == (before["1"], before["2"])
