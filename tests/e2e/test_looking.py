"""What a user sees before anything is written: `inspect`, `preview`, `validate --online`, `doctor`, on both servers."""

from __future__ import annotations

import json

from odoo_etl import OdooClient
from tests.e2e.project import Project, partner_rows, partners_job


def test_inspect_describes_a_model_and_judges_a_key(project: Project, odoo: OdooClient, prefix: str) -> None:
    """What `fields_get` says, and how often a value stands there."""
    odoo.create("res.partner", [{"name": f"{prefix} {n}", "ref": f"{prefix}-double"} for n in range(3)])
    told = json.loads(project.run("inspect", "res.partner", "--key", "ref", "--json").out)
    fields = {one["name"]: one for one in told["fields"]}
    assert (fields["country_id"]["type"], fields["country_id"]["relation"]) == ("many2one", "res.country")
    assert "display_name" in fields["name"]["recomputes"]
    assert ["invoice", "Invoice"] in fields["type"]["selection"] or fields["type"]["selection"]
    assert told["rights"] == {"read": True, "create": True, "write": True, "unlink": True}
    assert any(one["value"] == [f"{prefix}-double"] and one["records"] == 3 for one in told["key"]["examples"])
    assert told["key"]["records"] == odoo.search_count("res.partner", [], context={"active_test": False})
    missing = project.run("inspect", "res.partnr")
    assert (missing.code, "did you mean res.partner (Contact)" in missing.err) == (2, True), missing


def test_preview_says_what_plan_says_and_writes_nothing(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Creates, updates, unchanged records and rejects, with the same codes."""
    rows = partner_rows(prefix, 6)
    project.write("partners.yaml", partners_job())
    project.rows(rows[:3])
    assert project.run("run").code == 0
    rows[1]["name"], rows[4]["country"], rows[5]["name"] = "New name", "XX", ""
    project.rows(rows)
    before = odoo.search_count("res.partner", [])
    planned = project.run("plan", "--json")
    done = project.run("preview", "partners", "--json")
    shown = json.loads(done.out)
    fates = [one["fate"] for one in shown["records"]]
    assert (done.code, fates) == (3, ["unchanged", "update", "unchanged", "create", "reject", "reject"])
    assert planned.counts() == {"read": 6, "created": 1, "updated": 1, "unchanged": 2, "rejected": 2}
    codes = {flaw["code"] for one in shown["records"] for field in one["fields"] for flaw in field["flaws"]}
    assert codes == set(planned.job()["reject_codes"])
    country = next(one for one in shown["records"][0]["fields"] if one["path"] == "country_id")
    assert (country["names"], shown["records"][1]["name"]) == (["Germany"], "Partner 1")
    assert odoo.search_count("res.partner", []) == before


def test_validate_online_says_what_plan_says(project: Project, prefix: str) -> None:
    """The same line, with its place."""
    job = partners_job()
    job["fields"]["nmae"] = "name"
    project.write("partners.yaml", job)
    project.rows(partner_rows(prefix, 1))
    said, planned = project.run("validate", "--online"), project.run("plan", "--json")
    assert (said.code, planned.code) == (2, 2)
    assert planned.job()["error"].splitlines()[0] in said.out
    job = partners_job(target={"model": "res.partner", "key": "ref", "key_domain": [["kompany", "=", True]]})
    project.write("partners.yaml", job)
    told = project.run("validate", "--online")
    assert (told.code, "target.key_domain: Odoo does not take this domain" in told.out) == (2, True), told


def test_doctor_tells_a_page_from_a_server(project: Project, odoo: OdooClient, prefix: str) -> None:
    """The address of a login page, a wrong database, a password in place of a key."""
    project.write("partners.yaml", partners_job())
    project.rows(partner_rows(prefix, 1))
    text = (project.root / "pipelines/project.yaml").read_text()
    (project.root / "pipelines/project.yaml").write_text(text.replace(odoo.url, f"{odoo.url}/web/login"))
    page = project.run("doctor")
    assert (page.code, f"write url: {odoo.url}" in page.out) == (5, True), page.out
