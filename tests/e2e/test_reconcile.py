"""`reconcile`, seen from outside: how Odoo differs from the sources, without writing."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job

AMOUNT = "partner_latitude"
CONTROL = {"odoo": [{"sum": AMOUNT, "equals": {"sum": "total"}}, {"count": "records", "equals": {"count": "records"}}]}


def job(prefix: str, *, inside: bool = True, **changes: Any) -> dict[str, Any]:
    """Partners with an amount; by default all that begin with the prefix are the job's."""
    fields = {"ref": "ref", "name": "name", AMOUNT: {"column": "total", "type": "decimal"}}
    domain = {"key_domain": [["ref", "=like", f"{prefix}%"]]} if inside else {}
    target = {"model": "res.partner", "key": "ref", **domain, **changes.pop("target", {})}
    return partners_job(fields=fields, target=target, load={"chunk_size": 5}, **changes)


def rows(prefix: str, count: int = 12) -> list[dict[str, str]]:
    """Partners 0, 1, 2 ... with the amounts 0.25, 1.25, ..."""
    return [{"ref": f"{prefix}-{n:02}", "name": f"P {n}", "total": f"{n}.25"} for n in range(count)]


@pytest.fixture
def loaded(project: Project, prefix: str) -> Project:
    """A project whose rows are in Odoo."""
    project.write("partners.yaml", job(prefix, expect=CONTROL))
    project.rows(rows(prefix))
    assert project.run("run").code == 0
    return project


def record_of(odoo: OdooClient, ref: str) -> int:
    """The id of a partner."""
    [found] = odoo.search("res.partner", [["ref", "=", ref]])
    return found


def test_all_is_equal(loaded: Project) -> None:
    """Exit code 0, and the control sums of both sides."""
    done = loaded.run("reconcile", "--json")
    assert (done.code, done.counts(), done.writes()) == (0, {"read": 12, "unchanged": 12}, {})
    assert [(one["outcome"], one["found"], one["expected"]) for one in done.job()["expectations"]] == [
        ("met", "69", "69"),
        ("met", "12", "12"),
    ]
    assert "12 rows: 12 equal" in loaded.run("reconcile", "partners").out


def test_each_kind_of_difference_is_told(loaded: Project, odoo: OdooClient, prefix: str) -> None:
    """A record that differs, one that is missing, one that is archived, one of which the source knows nothing."""
    odoo.write("res.partner", [record_of(odoo, f"{prefix}-03")], {AMOUNT: 5.5, "name": "Other"})
    odoo.unlink("res.partner", [record_of(odoo, f"{prefix}-04")])
    surplus = odoo.create("res.partner", {"ref": f"{prefix}-xx", "name": "Not of the source"})
    done = loaded.run("reconcile", "--json")
    assert (done.code, done.writes()) == (4, {})
    assert done.counts() == {"read": 12, "unchanged": 10, "updated": 1, "created": 1}
    assert done.job()["changed_fields"] == {AMOUNT: 1, "name": 1}
    assert done.job()["vanished"]["first"] == [f"{prefix}-xx (id {surplus})"]
    assert [one["difference"] for one in done.job()["expectations"]] == ["-2", "-1"]
    found = {one["key"]: one["found"] for one in done.job()["expectations"][0]["records"]}
    assert found == {f"{prefix}-03": "5.5", f"{prefix}-04": "missing in Odoo"}
    text = loaded.run("reconcile").out
    assert "10 equal, 1 differ, 1 missing in Odoo" in text
    assert "name: Odoo has Other, the source P 3" in text
    assert f"in Odoo, but not in the source: 1 ({prefix}-xx (id {surplus}))" in text
    assert odoo.read("res.partner", [surplus], ["name"])[0]["name"] == "Not of the source"


def test_without_a_domain_only_records_of_the_job_are_surplus(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Those that it wrote, and whose rows the source has lost; no limit of a mirror stops the comparison."""
    project.write("partners.yaml", job(prefix, inside=False))
    project.rows(rows(prefix))
    assert project.run("run").code == 0
    odoo.create("res.partner", {"ref": f"{prefix}-xx", "name": "Not ours"})
    project.rows(rows(prefix, 4))
    done = project.run("reconcile", "--json")
    assert (done.code, done.counts(), done.job()["vanished"]["found"]) == (4, {"read": 4, "unchanged": 4}, 8)


@pytest.mark.parametrize("mode", ["create", "update"])
def test_whatever_the_mode_would_leave_alone_is_compared(
    loaded: Project, odoo: OdooClient, prefix: str, mode: str
) -> None:
    """A job that only creates has records that differ; one that only updates, records that are missing."""
    odoo.write("res.partner", [record_of(odoo, f"{prefix}-03")], {"name": "Other"})
    odoo.unlink("res.partner", [record_of(odoo, f"{prefix}-04")])
    loaded.write("partners.yaml", job(prefix, target={"mode": mode}))
    done = loaded.run("reconcile", "--json")
    assert (done.code, done.counts()) == (4, {"read": 12, "unchanged": 10, "updated": 1, "created": 1})


def test_a_source_that_is_not_as_expected_is_compared_all_the_same(loaded: Project, prefix: str) -> None:
    """Nothing is to be kept from being written; the exit code is 4."""
    loaded.write("partners.yaml", job(prefix, expect={"source": [{"rows": {"min": 100}}], **CONTROL}))
    done = loaded.run("reconcile", "--json")
    assert (done.code, done.counts()) == (4, {"read": 12, "unchanged": 12})
    assert [one["outcome"] for one in done.job()["expectations"]] == ["failed", "met", "met"]
    assert (done.job()["status"], done.job()["error"]) == ("done", "")


def test_a_row_that_cannot_be_compared_is_no_equal_one(loaded: Project, prefix: str) -> None:
    """It is named as a reject, and the exit code is 4."""
    loaded.write("partners.yaml", job(prefix))
    loaded.rows([*rows(prefix), {"ref": f"{prefix}-12", "name": "P 12", "total": "many"}])
    done = loaded.run("reconcile", "--json")
    assert (done.code, done.counts()) == (4, {"read": 13, "unchanged": 12, "rejected": 1})
    assert "not comparable: 1 bad_number" in loaded.run("reconcile").out


def test_a_comparison_leaves_no_trace_in_the_ledger(loaded: Project) -> None:
    """As a plan: the last run is the one before."""
    before = loaded.results()["run_id"]
    loaded.run("reconcile")
    assert loaded.results()["command"] == "reconcile"
    undone = loaded.run("undo", "last", "--plan", "--json")
    assert undone.result["parent"] == before
