"""Rows that a job leaves alone are listed, on the sandbox and on a real Odoo."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job

COUNTRY = {"column": "country", "lookup": {"model": "res.country", "by": "code", "on_missing": "skip_row"}}


def updating(**target: str) -> dict[str, Any]:
    """A job that only updates partners."""
    fields = {"ref": "ref", "name": "name"}
    return partners_job(target={"model": "res.partner", "key": "ref", "mode": "update", **target}, fields=fields)


def listed(job: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Code and reason of each skipped row, by ref; the file is its owner's alone."""
    path = Path(job["skipped_file"])
    assert (path.parent.name, path.name) == ("skipped", "partners.csv")
    assert path.stat().st_mode & 0o077 == 0
    rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    return {row["ref"]: (row["_code"], row["_reason"]) for row in rows}


def test_absent_records_are_listed_or_rejected(project: Project, odoo: OdooClient, prefix: str) -> None:
    """The report names the file; with `on_absent: reject` they are rejects."""
    odoo.create("res.partner", [{"ref": f"{prefix}-1", "name": "old"}])
    project.rows([{"ref": f"{prefix}-1", "name": "new"}, {"ref": f"{prefix}-2", "name": "none"}])
    project.write("partners.yaml", updating())
    plan = project.run("plan", "--json")
    assert (plan.counts(), len(listed(plan.job()))) == ({"read": 2, "updated": 1, "skipped": 1}, 1)
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (0, {"read": 2, "updated": 1, "skipped": 1})
    assert listed(done.job()) == {f"{prefix}-2": ("absent", f"no record in Odoo has ref = '{prefix}-2'")}
    assert "skipped: see .odoo_etl/runs/" in project.run("run").out

    project.write("partners.yaml", updating(on_absent="reject"))
    done = project.run("run", "--json")
    assert (done.code, done.counts(), done.writes()) == (3, {"read": 2, "unchanged": 1, "rejected": 1}, {})
    assert (project.rejects()[0]["_code"], done.job()["skipped_file"]) == ("absent", "")


def test_rows_without_the_record_they_refer_to_are_skipped(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Neither written nor rejected, in one process and in several."""
    rows = [{"ref": f"{prefix}-{code}", "name": code, "country": code} for code in ("BE", "DE", "QQ")]
    project.rows(rows)
    project.write("partners.yaml", partners_job(fields={"ref": "ref", "name": "name", "country_id": COUNTRY}))
    assert project.run("validate").code == 0
    done = project.run("run", "--json")
    assert (done.code, done.counts()) == (0, {"read": 3, "created": 2, "skipped": 1})
    again = project.run("run", "--json", "--workers", "2")
    assert (again.code, again.counts(), again.writes()) == (0, {"read": 3, "unchanged": 2, "skipped": 1}, {})
    for one in (done, again):
        why = "no res.country has code = 'QQ'"
        assert listed(one.job()) == {f"{prefix}-QQ": ("lookup_missing", why)}
    assert odoo.search_read("res.partner", [["ref", "=", f"{prefix}-QQ"]], ["id"]) == []
