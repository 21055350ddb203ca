"""Values of several companies in one job, on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job


@pytest.fixture
def company(odoo: OdooClient, prefix: str) -> int:
    """A company beside the user's own, named by the prefix."""
    made: int = odoo.create("res.company", {"name": prefix})
    return made


def job(prefix: str, **target: Any) -> dict[str, Any]:
    """Partners with a barcode in each company."""
    barcode = {"column": "code", "transform": "strip", "companies": {prefix: "theirs"}}
    spec = partners_job(fields={"ref": "ref", "name": "ref", "barcode": barcode})
    spec["target"] |= target
    return spec


def rows(project: Project, prefix: str, *codes: tuple[str, str]) -> None:
    """Rows with these barcodes, which Odoo wants to be unique."""
    project.rows(
        [
            {"ref": f"{prefix}-{n}", "code": f"{prefix}{a}", "theirs": b and f" {prefix}{b}"}
            for n, (a, b) in enumerate(codes)
        ]
    )


def codes(odoo: OdooClient, prefix: str, company: int) -> list[tuple[str, str]]:
    """The barcodes in the user's own company and in the other one, archived partners included."""
    found = []
    for context in ({}, {"allowed_company_ids": [company]}):
        some = odoo.search_read(
            "res.partner",
            [["ref", "=like", f"{prefix}-%"]],
            ["ref", "barcode"],
            context={"active_test": False, **context},
        )
        found.append(
            [str(row["barcode"] or "").removeprefix(prefix) for row in sorted(some, key=lambda row: str(row["ref"]))]
        )
    return list(zip(*found, strict=True))


def test_several_companies_in_one_job(project: Project, odoo: OdooClient, prefix: str, company: int) -> None:
    """One write for each company and batch; only what differs; the second run writes nothing; undo knows companies."""
    project.write("partners.yaml", job(prefix))
    before = [(f"o{n}", f"t{n}") for n in range(10)]
    rows(project, prefix, *before)
    assert project.run("validate", "--online").code == 0
    assert project.run("run", "--json").counts() == {"read": 10, "created": 10}
    assert codes(odoo, prefix, company) == before
    again = project.run("run", "--json")
    assert (again.writes(), again.counts()) == ({}, {"read": 10, "unchanged": 10})
    after = [*before[:4], ("o4", "new"), *before[5:]]
    rows(project, prefix, *after)
    assert f"{prefix}t4 → {prefix}new" in project.run("plan").out
    changed = project.run("run", "--json")
    assert changed.counts() == {"read": 10, "updated": 1, "unchanged": 9}
    assert codes(odoo, prefix, company) == after
    assert project.run("undo", "last", "--yes").code == 0
    assert codes(odoo, prefix, company) == before


def test_the_company_of_the_target(project: Project, odoo: OdooClient, prefix: str, company: int) -> None:
    """Every call means it, those of undo too; the user's own is another one then."""
    spec = job(prefix, company=prefix)
    spec["fields"]["barcode"] = {"column": "code", "companies": {"base.main_company": "theirs"}}
    project.write("partners.yaml", spec)
    rows(project, prefix, ("a", "b"))
    assert project.run("run", "--json").counts() == {"read": 1, "created": 1}
    assert [(one.strip(), two) for one, two in codes(odoo, prefix, company)] == [(f"{prefix}b", "a")]
    rows(project, prefix, ("c", "b"))
    assert project.run("run", "--json").counts() == {"read": 1, "updated": 1}
    assert codes(odoo, prefix, company)[0][1] == "c"
    assert project.run("undo", "last", "--yes").code == 0
    assert codes(odoo, prefix, company)[0][1] == "a"


@pytest.mark.parametrize("verb", [["validate", "--online"], ["plan"], ["run"]])
def test_what_cannot_be_is_refused(project: Project, odoo: OdooClient, prefix: str, verb: list[str]) -> None:
    """Before anything is written, with the place and those that there are."""
    spec = job(f"{prefix} of others")
    project.write("partners.yaml", spec)
    rows(project, prefix, ("a", "b"))
    done = project.run(*verb)
    assert done.code == 2
    assert f"fields.barcode.companies.{prefix} of others: Odoo shows the user no company" in done.out
    spec["fields"]["barcode"] = "code"
    spec["fields"]["ref"] = {"column": "ref", "companies": {"base.main_company": "theirs"}}
    project.write("partners.yaml", spec)
    done = project.run(*verb)
    assert done.code == 2
    assert "`base.main_company` is the job's own company" in done.out
    assert odoo.search("res.partner", [["ref", "=like", f"{prefix}%"]]) == []
