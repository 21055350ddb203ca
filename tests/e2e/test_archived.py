"""Archived records beside the ones that a job writes, on a real Odoo."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Project, partners_job
from tests.servers import Server


@pytest.fixture
def odoo(real_odoo: Server) -> OdooClient:
    """The real one."""
    return OdooClient(real_odoo.url, real_odoo.db, api_key=real_odoo.api_key)


def test_a_template_passes_values_on_to_the_variant_that_is_left(
    empty_project: Project, real_odoo: Server, odoo: OdooClient, prefix: str
) -> None:
    """With one that is archived it has two, of which neither would get them; its tags may be archived ones."""
    color = odoo.create("product.attribute", {"name": f"{prefix} colour"})
    values = odoo.create("product.attribute.value", [{"name": one, "attribute_id": color} for one in ("a", "b")])
    lines = [[0, 0, {"attribute_id": color, "value_ids": [[6, 0, values]]}]]
    template = odoo.create("product.template", {"name": prefix, "attribute_line_ids": lines})
    archived, left = odoo.search("product.product", [["product_tmpl_id", "=", template]], order="id")
    odoo.write("product.product", [archived], {"active": False})
    project = empty_project
    project.connect(real_odoo)
    project.rows([{"ref": "x", "name": prefix, "barcode": f"{prefix}-b", "weight": "3"}])
    fields = {"name": "name", "barcode": "barcode", "weight": {"column": "weight", "type": "decimal"}}
    project.write("partners.yaml", partners_job(target={"model": "product.template", "key": "name"}, fields=fields))
    assert project.run("run", "--json").counts() == {"read": 1, "updated": 1}
    [found] = odoo.read("product.product", [left], ["barcode", "weight"])
    assert (found["barcode"], found["weight"]) == (f"{prefix}-b", 3.0)
    assert project.run("run", "--json").counts() == {"read": 1, "unchanged": 1}


def test_users_are_created_archived(empty_project: Project, real_odoo: Server, odoo: OdooClient, prefix: str) -> None:
    """Odoo refuses it to who sees archived users as active ones."""
    project = empty_project
    project.connect(real_odoo)
    project.rows([{"login": f"{prefix}-u", "name": "U", "active": "no"}])
    fields = {"login": "login", "name": "name", "active": "active"}
    project.write("partners.yaml", partners_job(target={"model": "res.users", "key": "login"}, fields=fields))
    assert project.run("run", "--json").counts() == {"read": 1, "created": 1}
    assert project.run("run", "--json").counts() == {"read": 1, "unchanged": 1}
    assert odoo.search_count("res.users", [["login", "=", f"{prefix}-u"], ["active", "=", False]]) == 1
