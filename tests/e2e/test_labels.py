"""Selections by what they are called, on the sandbox and on a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job
from tests.servers import Server


def job(language: str) -> dict[str, Any]:
    """Partners whose type is a label in that language."""
    return partners_job(fields={"ref": "ref", "name": "ref", "type": {"column": "type", "labels": language}})


def rows_of(project: Project, prefix: str, *labels: str) -> None:
    """Rows with these labels."""
    project.rows([{"ref": f"{prefix}-{number}", "type": label} for number, label in enumerate(labels)])


def types(odoo: OdooClient, prefix: str) -> list[str]:
    """The values that Odoo has, in the order of the rows."""
    rows = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}-%"]], ["ref", "type"])
    return [row["type"] for row in sorted(rows, key=lambda row: str(row["ref"]))]


def test_labels_become_values(project: Project, odoo: OdooClient, prefix: str) -> None:
    """In any case; what is no label names those that there are. Then nothing is left to write."""
    rows_of(project, prefix, "Delivery", " other ", "INVOICE", "", "delivery address")
    project.write("partners.yaml", job("en_US"))
    assert project.run("validate", "--online").code == 0
    assert project.run("run", "--json").counts() == {"read": 5, "created": 4, "rejected": 1}
    assert types(odoo, prefix)[:3] == ["delivery", "other", "invoice"]
    (reject,) = project.rejects()
    assert (reject["_code"], reject["_field"]) == ("bad_label", "type")
    assert "Contact, Invoice, Delivery, Other" in reject["_reason"]
    again = project.run("run", "--json")
    assert (again.writes(), again.counts()) == ({}, {"read": 5, "unchanged": 4, "rejected": 1})


@pytest.mark.parametrize("verb", [["validate", "--online"], ["plan"], ["run"]])
def test_a_language_that_is_not_installed_is_refused(project: Project, prefix: str, verb: list[str]) -> None:
    """Before anything is written, with its place and those that are there."""
    rows_of(project, prefix, "Toimitus")
    project.write("partners.yaml", job("fi_FI"))
    done = project.run(*verb)
    assert done.code == 2
    assert "fields.type.labels: the language `fi_FI` is not installed in Odoo" in done.out
    assert "en_US" in done.out


@pytest.mark.odoo
def test_labels_of_another_language(empty_project: Project, real_odoo: Server, prefix: str) -> None:
    """As Odoo has translated them; an English one is none."""
    empty_project.connect(real_odoo)
    with OdooClient(real_odoo.url, real_odoo.db, user=real_odoo.user, api_key=real_odoo.api_key) as odoo:
        install(odoo, "de_DE")
        rows_of(empty_project, prefix, "Lieferung", "rechnung", "Delivery")
        empty_project.write("partners.yaml", job("de_DE"))
        assert empty_project.run("run", "--json").counts() == {"read": 3, "created": 2, "rejected": 1}
        assert types(odoo, prefix) == ["delivery", "invoice"]
    assert "in de_DE: Kontakt, Rechnung, Lieferung, Andere" in empty_project.rejects()[0]["_reason"]
    assert empty_project.run("run", "--json").writes() == {}


def install(odoo: OdooClient, code: str) -> None:
    """Install a language with its terms, as the wizard does."""
    ids = odoo.search("res.lang", [["code", "=", code]], context={"active_test": False})
    wizard = odoo.execute("base.language.install", "create", vals_list=[{"lang_ids": [[6, 0, ids]]}])
    odoo.execute("base.language.install", "lang_install", ids=wizard)
