"""Plans and undo plans that one can read, as a user sees them."""

from __future__ import annotations

import csv
import json
import time
from typing import Any

import pytest
from playwright.sync_api import Browser

from odoo_etl import OdooClient
from tests.e2e.project import Project
from tests.page_faults import complaints_of, violations
from tests.servers import Server

CATEGORY = {
    "column": "tags",
    "split": "|",
    "lookup": {"model": "res.partner.category", "by": "name", "on_missing": "create"},
}
FIELDS = {
    "ref": "ref",
    "name": "name",
    "country_id": {"column": "country", "lookup": {"model": "res.country", "by": "code"}},
    "category_id": CATEGORY,
}
JOB: dict[str, Any] = {
    "version": 1,
    "job": "partners",
    "source": {"type": "csv", "path": "../rows.csv"},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": FIELDS,
    "load": {"chunk_size": 7, "concurrency": 4},
}


def row(prefix: str, number: int, country: str = "DE", tags: str = "") -> dict[str, str]:
    """A row of the source."""
    tags = "|".join(f"{prefix} {tag}" for tag in tags.split("|")) if tags else ""
    return {"ref": f"{prefix}-{number}", "name": f"{prefix} {number}", "country": country, "tags": tags}


def shown(text: str) -> list[str]:
    """The lines of a plan that are the same each time."""
    return [line for line in text.splitlines() if not line.startswith(("plan ", "undo ", "report: ", "main: "))]


def test_changes_have_names_in_the_order_of_the_source(project: Project, odoo: OdooClient, prefix: str) -> None:
    """What four lanes plan at once is one text, twice; undo says what comes back, and does that."""
    project.write("partners.yaml", JOB)
    project.rows([row(prefix, number, tags="A|B") for number in range(30)])
    assert project.run("run").code == 0
    odoo.write("res.partner", odoo.search("res.partner", [["ref", "=", f"{prefix}-3"]]), {"active": False})
    project.rows([row(prefix, number, "AT", "B|C") for number in range(30)] + [row(prefix, 30, tags="C")])
    first, again = (project.run("plan", "--show", "all") for _ in range(2))
    assert shown(first.out) == shown(again.out)
    lines = shown(first.out)
    assert [line.split()[1] for line in lines if line.startswith("  ~ ")] == [f"{prefix}-{n}" for n in range(30)]
    place = lines.index(next(line for line in lines if f"{prefix}-3 " in line))
    assert lines[place].endswith(", archived), line 5")
    assert lines[place + 1 : place + 3] == [
        "      ~ country_id: Germany → Austria",
        f"      ~ category_id: +{prefix} C (new) -{prefix} A",
    ]
    assert "Plan: 2 to create, 30 to update (60 fields)" in lines
    assert project.run("run").code == 0
    plan = json.loads(project.run("undo", "last", "--plan", "--json", "--show", "all").out)
    done = json.loads(project.run("undo", "last", "--yes", "--json").out)
    assert [job["undone"] for job in plan["jobs"]] == [job["undone"] for job in done["jobs"]]
    assert [job["counts"] for job in plan["jobs"]] == [job["counts"] for job in done["jobs"]]
    back = {one["key"]: one for one in plan["jobs"][0]["changes"]}
    assert back[f"{prefix} 3"]["names"]["country_id"] == ["Austria", "Germany"]
    assert (back[f"{prefix} 30"]["action"], plan["jobs"][0]["planned"]) == ("archive", {"update": 30, "archive": 1})


def test_colours_are_for_those_who_want_them(sandbox_project: Project, prefix: str) -> None:
    """No terminal, no colour, unless it is asked for."""
    sandbox_project.write("partners.yaml", JOB)
    sandbox_project.rows([row(prefix, 1)])
    plain = sandbox_project.run("plan").out
    coloured = sandbox_project.run("plan", FORCE_COLOR="1").out
    assert "\x1b[" not in plain
    assert f"\x1b[32m  + {prefix}-1, line 2\x1b[0m\n" in coloured


def test_every_change_goes_to_the_files(sandbox_project: Project, prefix: str, browser: Browser) -> None:
    """However few are shown; the page is one for everybody, without network and script."""
    sandbox_project.write("partners.yaml", JOB)
    sandbox_project.rows([row(prefix, number, tags="A") for number in range(40)])
    done = sandbox_project.run("plan", "--show", "0", "--csv", "c.csv", "--html", "c.html")
    assert (done.code, "41 changes are not shown" in done.out) == (0, True)
    with (sandbox_project.root / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [one["key"] for one in rows if one["field"] == "country_id"] == [f"{prefix}-{n}" for n in range(40)]
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        complaints = complaints_of(page)
        page.goto((sandbox_project.root / "c.html").as_uri())
        assert page.locator("tbody").count() == 41
        assert (complaints, violations(page)) == ([], [])
        page.close()
    assert "<script" not in (sandbox_project.root / "c.html").read_text("utf-8")


@pytest.mark.parametrize("option", ["--csv", "--html"])
def test_a_file_that_cannot_be_written_is_told_before_anything_is_planned(
    sandbox_project: Project, option: str
) -> None:
    """The folder is not there."""
    done = sandbox_project.run("plan", option, "no/c")
    assert (done.code, "no/c is in no folder that is there" in done.err) == (2, True)
    assert not (sandbox_project.root / ".odoo_etl").exists()


INVOICES: dict[str, Any] = {
    "version": 1,
    "job": "invoices",
    "source": {"type": "csv", "path": "../invoices.csv"},
    "target": {"model": "account.move", "key": "ref"},
    "fields": {
        "ref": "ref",
        "move_type": {"value": "out_invoice"},
        "partner_id": {"column": "partner", "lookup": {"model": "res.partner", "by": "ref"}},
        "invoice_date": {"value": "2024-02-01"},
    },
    "lines": {"invoice_line_ids": {"key": "name", "fields": {"name": "text", "price_unit": "price"}}},
    "after": [{"call": "action_post", "where": [["state", "=", "draft"]]}],
}


@pytest.mark.odoo
def test_what_odoo_wrote_along_with_a_later_run_is_nobodys_change(
    empty_project: Project, business_odoo: Server, prefix: str
) -> None:
    """Partners of invoices that a later run posted; one that a person changed after that stays."""
    empty_project.connect(business_odoo)
    fields = {name: one for name, one in FIELDS.items() if name != "category_id"}
    empty_project.write("partners.yaml", {**JOB, "fields": fields})
    empty_project.write("invoices.yaml", INVOICES)
    empty_project.rows([row(prefix, number) for number in range(3)])
    rows = [{"ref": f"{prefix}-I{n}", "partner": f"{prefix}-{n}", "text": "Desk", "price": "100"} for n in range(3)]
    empty_project.rows(rows, "invoices.csv")
    first = json.loads(empty_project.run("run", "partners", "--json").out)["run_id"]
    time.sleep(1.1)  # Odoo tells moments by the second
    assert empty_project.run("run", "invoices").code == 0
    time.sleep(1.1)
    with OdooClient(business_odoo.url, business_odoo.db, api_key=business_odoo.api_key) as odoo:
        changed = odoo.search("res.partner", [["ref", "=", f"{prefix}-2"]])
        odoo.write("res.partner", changed, {"comment": "mine"})
    plan = json.loads(empty_project.run("undo", first, "--plan", "--json").out)["jobs"][0]
    assert plan["undone"]["archived"] == 2
    (left,) = plan["undone"]["left"]
    assert ([left["id"]], left["reason"][:18]) == (changed, "changed since, at ")
