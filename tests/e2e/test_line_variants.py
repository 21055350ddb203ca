"""Lines with texts in several languages and values of several companies, on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project

TAG = "res.partner.category"
LANGUAGES = ("en_US", "fr_FR")
NAME = {"column": "name", "translations": {"fr_FR": "fr"}}
PARTNER = {"model": "res.partner", "key": "ref"}


@pytest.fixture(autouse=True)
def languages(odoo: OdooClient) -> None:
    """French is active."""
    ids = odoo.search("res.lang", [["code", "in", list(LANGUAGES)]], context={"active_test": False})
    odoo.write("res.lang", ids, {"active": True})


def job(lines: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A job of these lines."""
    source = {"type": "csv", "path": "../rows.csv"}
    return {"version": 1, "job": "job", "source": source, "lines": {"child_ids": lines}, **parts}


def texts(odoo: OdooClient, prefix: str) -> list[tuple[str, ...]]:
    """The names of the tags below the first one, in each language, in the order of their colors."""
    ids = odoo.search(TAG, [["parent_id.name", "=like", f"{prefix}%"]])
    rows = [odoo.read(TAG, sorted(ids), ["name"], context={"lang": code}) for code in LANGUAGES]
    return sorted(zip(*([row["name"] for row in some] for some in rows), strict=True))


@pytest.mark.parametrize("how", [(), ("--workers", "2")])
def test_lines_in_several_languages(project: Project, odoo: OdooClient, prefix: str, how: tuple[str, ...]) -> None:
    """New lines are completed in one more write; a second run writes nothing; undo knows languages."""
    fields = {"name": NAME, "color": {"column": "color", "type": "integer"}}
    spec = job({"key": "color", "fields": fields}, target={"model": TAG, "key": "name"}, fields={"name": "top"})
    project.write("job.yaml", spec)
    rows = [{"top": f"{prefix} {n % 2}", "color": str(n), "name": f"A{n}", "fr": f"FA{n}"} for n in range(6)]
    project.rows(rows)
    assert project.run("validate", "--online").code == 0
    first = project.run("run", *how, "--json")
    assert (first.code, first.counts("job"), first.job("job")["lines"]["created"]) == (0, {"read": 6, "created": 6}, 6)
    assert sum(first.writes().values()) <= 4, first.writes()  # two creations, and the other language of each
    before = [(f"A{n}", f"FA{n}") for n in range(6)]
    assert texts(odoo, prefix) == before
    again = project.run("run", *how, "--json")
    assert (again.counts("job"), again.writes()) == ({"read": 6, "unchanged": 6}, {})
    rows[2]["fr"], rows[3]["name"] = "new", "A3x"
    rows.append({"top": f"{prefix} 1", "color": "7", "name": "A7", "fr": "FA7"})
    project.rows(rows)
    plan = project.run("plan").out
    assert "child_ids[2].name@fr_FR: FA2 → new" in plan
    changed = project.run("run", *how, "--json")
    assert (changed.code, changed.counts("job")) == (0, {"read": 7, "updated": 7})
    assert texts(odoo, prefix) == [*before[:2], ("A2", "new"), ("A3x", "FA3"), *before[4:], ("A7", "FA7")]
    assert project.run("run", "--json").writes() == {}
    assert project.run("undo", changed.result["run_id"], "--yes").code == 0
    assert texts(odoo, prefix) == before
    assert project.run("undo", first.result["run_id"], "--yes", "--delete").code == 0
    assert odoo.search(TAG, [["name", "=like", f"{prefix}%"]]) == []


def test_lines_in_several_companies(project: Project, odoo: OdooClient, prefix: str) -> None:
    """The barcodes of contacts, in the user's own company and in another one."""
    company = odoo.create("res.company", {"name": prefix})
    barcode = {"column": "code", "companies": {prefix: "theirs"}}
    lines = {"key": "ref", "fields": {"ref": "ref", "name": "ref", "barcode": barcode}}
    project.write(
        "job.yaml", job(lines, target={"model": "res.partner", "key": "ref"}, fields={"ref": "firm", "name": "firm"})
    )
    cells = [{"ref": f"{prefix}-{n}", "code": f"{prefix}o{n}", "theirs": f"{prefix}t{n}"} for n in range(4)]
    project.rows([{"firm": prefix, **one} for one in cells])
    assert project.run("validate", "--online").code == 0
    assert project.run("run", "--json").counts("job") == {"read": 4, "created": 4}

    def codes(context: dict[str, Any]) -> list[Any]:
        found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["ref", "barcode"], context=context)
        return [row["barcode"] for row in sorted(found, key=lambda row: str(row["ref"]))]

    theirs = {"allowed_company_ids": [company]}
    assert (codes({}), codes(theirs)) == ([one["code"] for one in cells], [one["theirs"] for one in cells])
    assert project.run("run", "--json").writes() == {}
    cells[1]["theirs"] = f"{prefix}new"
    project.rows([{"firm": prefix, **one} for one in cells])
    changed = project.run("run", "--json")
    assert (changed.counts("job"), sum(changed.writes().values())) == ({"read": 4, "updated": 4}, 1)
    assert (codes({})[1], codes(theirs)[1]) == (cells[1]["code"], f"{prefix}new")
    assert project.run("undo", changed.result["run_id"], "--yes").code == 0
    assert codes(theirs)[1] == f"{prefix}t1"


def test_what_lines_cannot_have_is_refused(project: Project, odoo: OdooClient, prefix: str) -> None:
    """With its place, before anything is written."""
    fields = {"ref": {"column": "ref", "translations": {"fr_FR": "fr"}}, "name": "ref"}
    fields["city"] = {"column": "ref", "companies": {prefix: "fr", "Nowhere": "fr"}}
    target = {"model": "res.partner", "key": "ref"}
    project.write(
        "job.yaml", job({"key": "ref", "fields": fields}, target=target, fields={"ref": "ref", "name": "ref"})
    )
    project.rows([{"ref": "a", "fr": "b"}])
    odoo.create("res.company", {"name": prefix})
    done = project.run("validate", "--online")
    assert done.code == 2
    assert "lines.child_ids.fields.ref.translations: `ref` of res.partner is not translated" in done.out
    assert "lines.child_ids.fields.city.companies.Nowhere: Odoo shows the user no company" in done.out
    assert "lines.child_ids.fields.city.companies: `city` of res.partner has one value for all companies" in done.out
    assert project.run("plan").code == 2
