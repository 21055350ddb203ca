"""Names of other versions: on a real Odoo 19, and on servers that say that they are older."""

from __future__ import annotations

import pytest

from odoo_etl import OdooClient
from odoo_etl.versions import NameChange, all_changes
from tests.e2e.project import Project
from tests.names_there import names_there
from tests.servers import Server

USERS = {
    "version": 1,
    "job": "users",
    "source": {"type": "csv", "path": "users.csv"},
    "target": {"model": "res.users", "key": "login"},
    "fields": {
        "login": "login",
        "name": "name",
        "mobile": "mobile",
        "groups_id": {"column": "groups", "lookup": {"model": "res.groups", "by": "name"}, "split": "|"},
    },
    "after": [{"write": {"target_sales_won": 1}}],
}
LOTS = {
    "version": 1,
    "job": "lots",
    "source": {"type": "csv", "path": "users.csv"},
    "target": {"model": "stock.production.lot", "key": "name"},
    "fields": {"name": "login", "product_id": {"column": "name", "lookup": {"model": "uom.category", "by": "name"}}},
}
MOBILE = "`phone`: give it the mobile one where there is no other"
GROUPS = "in Odoo 19 this is `group_ids`, since 19"


def module_of(change: NameChange) -> str:
    """The module in whose folder the change was found."""
    return change.source.partition("/scripts/")[2].partition("/")[0]


@pytest.mark.odoo
def test_the_names_of_changes_are_those_of_a_real_odoo(migrations_odoo: Server) -> None:
    """Whatever came is there, whatever went is not, in all modules that this Odoo has."""
    with OdooClient(migrations_odoo.url, migrations_odoo.db, api_key=migrations_odoo.api_key) as odoo:
        there = names_there(odoo)
        modules = odoo.search_read("ir.module.module", [["state", "=", "installed"]], ["name"])
        installed = {row["name"] for row in modules}
    changes = all_changes()
    assert there.version == "19.0"
    known = [one for one in changes.every if one.model and there.knows(one)]
    assert len(known) > 150
    for one in known:
        assert not there.has(one, one.old), one
    for one in changes.of_models():
        assert not there.has_model(one.old), one
    later = {(one.model, one.old) for one in changes.every}
    own = [one for one in known if module_of(one) in installed and one.new and (one.model, one.new) not in later]
    assert len(own) > 80
    for one in own:
        assert there.has(one, one.new), one


@pytest.mark.odoo
def test_names_of_older_versions_are_told_on_a_real_odoo(empty_project: Project, migrations_odoo: Server) -> None:
    """Fields, what steps write, models and lookups; `plan` says the same of fields as `validate`."""
    empty_project.connect(migrations_odoo)
    empty_project.write("users.yaml", USERS)
    empty_project.write("lots.yaml", LOTS)
    (empty_project.root / "pipelines/users.csv").write_text("login,name,mobile,groups\nx,X,1,User\n")
    done = empty_project.run("validate", "--online")
    assert done.code == 2
    assert f"fields.groups_id: res.users has no field `groups_id` ({GROUPS})" in done.out
    assert "after[0].write.target_sales_won: res.users has no field `target_sales_won` (gone since Odoo 19)" in done.out
    assert MOBILE in done.out
    assert "the server has no model stock.production.lot (in Odoo 19 this is `stock.lot`, since 16)" in done.out
    assert "the server has no model uom.category (gone since Odoo 19: units" in done.out
    planned = empty_project.run("plan", "users")
    assert planned.code == 2
    assert f"fields.groups_id: res.users has no field `groups_id` ({GROUPS})" in planned.out + planned.err
    lots = empty_project.run("plan", "lots")
    assert "(in Odoo 19 this is `stock.lot`, since 16)" in lots.out + lots.err
    inspected = empty_project.run("inspect", "stock.production.lot")
    assert "the server has no model stock.production.lot; in Odoo 19 this is `stock.lot`" in inspected.err


def test_a_value_of_an_older_version_is_told_where_it_is_rejected(sandbox_project: Project) -> None:
    """The row says what it is called now."""
    articles = {
        "version": 1,
        "job": "articles",
        "source": {"type": "csv", "path": "x.csv"},
        "target": {"model": "product.template", "external_id": "test_versions.{sku}"},
        "fields": {"name": "name", "type": "kind"},
    }
    sandbox_project.write("articles.yaml", articles)
    (sandbox_project.root / "pipelines/x.csv").write_text("sku,name,kind\nA,Desk,product\nB,Chair,consu\n")
    done = sandbox_project.run("run", "articles")
    assert done.code == 3
    assert "(since Odoo 18 this is consu: with `is_storable: true`)" in done.out
