"""Texts in several languages, on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project

MODEL = "product.tag"
LANGUAGES = ("en_US", "fr_FR", "de_DE")


@pytest.fixture(autouse=True)
def languages(odoo: OdooClient) -> None:
    """French and German are active."""
    ids = odoo.search("res.lang", [["code", "in", list(LANGUAGES)]], context={"active_test": False})
    odoo.write("res.lang", ids, {"active": True})


def job(**target: Any) -> dict[str, Any]:
    """Tags by their sequence, which no test shares with another."""
    name = {"column": "name", "translations": {"fr_FR": "fr", "de_DE": {"column": "de", "transform": "strip"}}}
    return {
        "version": 1,
        "job": "tags",
        "source": {"type": "csv", "path": "../rows.csv"},
        "target": {"model": MODEL, "external_id": "legacy.{ref}", **target},
        "fields": {"name": name, "color": "color"},
    }


def rows(project: Project, prefix: str, *texts: tuple[str, str, str]) -> None:
    """Rows with a name in each language."""
    named = [(f"{prefix}-{number:02}", *one) for number, one in enumerate(texts)]
    project.rows([{"ref": ref, "name": en, "fr": fr, "de": de, "color": "3"} for ref, en, fr, de in named])


def texts(odoo: OdooClient, prefix: str) -> list[tuple[str, ...]]:
    """The names of the tags in each language, in the order of the rows; archived and deleted ones are absent."""
    known = odoo.search_read("ir.model.data", [["name", "=like", f"{prefix}-%"]], ["name", "res_id"])
    ids = [row["res_id"] for row in sorted(known, key=lambda row: str(row["name"]))]
    found = {code: odoo.read(MODEL, ids, ["name"], context={"lang": code}) for code in LANGUAGES}
    return list(zip(*([row["name"] for row in found[code]] for code in LANGUAGES), strict=True))


def test_all_languages_in_one_job(project: Project, odoo: OdooClient, prefix: str) -> None:
    """One write for each language and batch; only what differs; the second run writes nothing; undo knows languages."""
    project.write("tags.yaml", job())
    rows(project, prefix, *((f"{prefix} A{n}", f"{prefix} FA{n}", f" {prefix} DA{n} ") for n in range(20)))
    assert project.run("validate", "--online").code == 0
    first = project.run("run", "--json")
    assert first.counts("tags") == {"read": 20, "created": 20}
    assert first.writes() == {f"{MODEL}.load": 1, f"{MODEL}.web_save_multi": 2}
    before = [(f"{prefix} A{n}", f"{prefix} FA{n}", f"{prefix} DA{n}") for n in range(20)]
    assert texts(odoo, prefix) == before
    again = project.run("run", "--json")
    assert (again.counts("tags"), again.writes()) == ({"read": 20, "unchanged": 20}, {})

    other = [(en, fr, f"{prefix} new" if n == 3 else de) for n, (en, fr, de) in enumerate(before)]
    other[5] = (f"{prefix} EN5", *before[5][1:])
    rows(project, prefix, *other)
    plan = project.run("plan")
    assert f"name@de_DE: {prefix} DA3 → {prefix} new" in plan.out
    changed = project.run("run", "--json")
    assert changed.counts("tags") == {"read": 20, "updated": 2, "unchanged": 18}
    assert sum(changed.writes().values()) == 2
    assert texts(odoo, prefix) == other
    assert project.run("undo", "last", "--yes").code == 0
    assert texts(odoo, prefix) == before
    assert project.run("undo", max((project.root / ".odoo_etl/runs").iterdir()).name, "--yes").code == 0
    assert texts(odoo, prefix) == other


def test_texts_that_show_through(project: Project, odoo: OdooClient, prefix: str) -> None:
    """What a language shows for lack of its own text stays, when the source says so; an emptied one shows it again."""
    spec = job()
    spec["fields"]["name"]["empty"] = "clear"
    spec["fields"]["name"]["required"] = False
    project.write("tags.yaml", spec)
    rows(project, prefix, (f"{prefix} A", "", f"{prefix} DA"))
    assert project.run("run", "--json").counts("tags") == {"read": 1, "created": 1}
    assert texts(odoo, prefix) == [(f"{prefix} A", f"{prefix} A", f"{prefix} DA")]
    rows(project, prefix, (f"{prefix} B", f"{prefix} A", ""))
    assert project.run("run", "--json").counts("tags") == {"read": 1, "updated": 1}
    assert texts(odoo, prefix) == [(f"{prefix} B", f"{prefix} A", f"{prefix} B")]
    assert project.run("run", "--json").writes() == {}
    rows(project, prefix, ("", f"{prefix} A", ""))
    assert project.run("run", "--json").counts("tags") == {"read": 1, "rejected": 1}
    assert project.rejects("tags")[0]["_code"] == "translation_alone"


@pytest.mark.parametrize("verb", [["validate", "--online"], ["plan"], ["run"]])
def test_what_cannot_be_translated_is_refused(project: Project, odoo: OdooClient, prefix: str, verb: list[str]) -> None:
    """Before anything is written, with every place and the remedy."""
    spec = job(external_id=None, key="default_code", model="product.template")
    del spec["target"]["external_id"]
    translated = {"translations": {"fr_FR": "fr", "fi_FI": "de"}}
    spec["fields"] = {
        "default_code": {"column": "ref", **translated},
        "name": {"column": "name", **translated},
        "description": {"column": "de", "translations": {"fr_FR": "fr"}},
    }
    project.write("tags.yaml", spec)
    rows(project, prefix, ("A", "B", "C"))
    done = project.run(*verb)
    assert done.code == 2
    assert "fields.default_code.translations: `default_code` of product.template is not translated" in done.out
    assert "fields.name.translations.fi_FI: the language `fi_FI` is not installed in Odoo" in done.out
    assert "install it in Odoo (Settings, Languages)" in done.out
    assert "fields.description.translations: Odoo translates `description` term by term" in done.out
    assert odoo.search("product.template", [["default_code", "=like", f"{prefix}%"]]) == []
