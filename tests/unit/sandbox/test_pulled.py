"""Models that files describe, as the sandbox takes them."""

from __future__ import annotations

import json

import pytest

from odoo_etl.sandbox.pulled import with_pulled
from odoo_etl.sandbox.schema import BOOKKEEPING, load_catalog

STORED = {"store": True, "searchable": True}
BOOKS = {"id": {"type": "integer", **STORED}, "write_date": {"type": "datetime", **STORED}}
ORDER = {
    **BOOKS,
    "display_name": {"type": "char", "store": False, "depends": ["code"]},
    "code": {"type": "char", "string": "Code", "required": True, **STORED},
    "kind": {"type": "selection", "selection": [["a", "A"]], "required": True, **STORED},
    "total": {"type": "monetary", "required": True, "depends": ["line_ids.price"], **STORED},
    "state": {"type": "char", "required": True, **STORED},
    "margin": {"type": "float", "store": False, "depends": ["total"]},
    "line_ids": {"type": "one2many", "relation": "x.line", "relation_field": "order_id", "store": True},
    "gone_ids": {"type": "one2many", "relation": "x.line", "relation_field": "no_id", "store": True},
    "tag_ids": {"type": "many2many", "relation": "res.partner.category", "store": True},
    "team_id": {"type": "many2one", "relation": "crm.team", **STORED},
    "team": {"type": "char", "related": "team_id.name", "store": False, "readonly": True},
    "partner_id": {"type": "many2one", "relation": "res.partner", "required": True, **STORED},
    "email": {"type": "char", "related": "partner_id.email", "store": False},
    "props": {"type": "properties", "store": True},
}
LINE = {
    **BOOKS,
    "order_id": {"type": "many2one", "relation": "x.order", "required": True, "on_delete": "cascade", **STORED},
}


@pytest.fixture
def pulled(tmp_path):
    """A function that reads models from files."""

    def read(**models):
        for name, (fields, more) in models.items():
            model = name.replace("_", ".")
            document = {"model": model, "server": "19.0", **more, "fields": fields}
            (tmp_path / f"{model}.json").write_text(json.dumps(document))
        return with_pulled(load_catalog(), tmp_path)

    return read


def test_fields_that_would_have_to_be_invented_are_left_out(pulled):
    """Computed ones that are not stored, those of models that are not there and all that lead through them."""
    found = pulled(x_order=(ORDER, {}), x_line=(LINE, {}))
    assert found.models == ("x.line", "x.order")
    assert found.left_out == {"x.order": ("gone_ids", "margin", "props", "team", "team_id")}
    assert found.catalog["x.order"].fields.keys() == (ORDER.keys() | {*BOOKKEEPING}) - {*found.left_out["x.order"]}
    assert any("5 fields" in line for line in found.told())


def test_a_field_of_a_model_that_is_not_there_has_its_own_value(pulled):
    """Where it can be written: an employee's department stands in another record, which nobody pulled."""
    through = {"type": "many2one", "relation": "res.partner", "related": "team_id.partner_id", "store": False}
    order = {**ORDER, "boss_id": through, "shown_id": {**through, "readonly": True}}
    found = pulled(x_order=(order, {}), x_line=(LINE, {}))
    boss = found.catalog["x.order"].fields["boss_id"]
    assert (boss.column, boss.path, boss.described["store"]) == (True, "", False)
    assert "shown_id" in found.left_out["x.order"]


def test_no_constraint_is_known_of_them(pulled):
    """Employees may be each other's managers, whatever partners may."""
    parent = {"parent_id": {"type": "many2one", "relation": "x.order", **STORED}}
    found = pulled(x_order=({**ORDER, **parent}, {}), x_line=(LINE, {})).catalog
    assert not found["x.order"].is_tree
    assert found["res.partner"].is_tree


def test_what_is_required_is_what_somebody_must_give(pulled):
    """Not what Odoo computes, or has a value for."""
    fields = pulled(x_order=(ORDER, {"filled": ["state"]}), x_line=(LINE, {})).catalog["x.order"].fields
    assert {name for name, field in fields.items() if field.required} == {"code", "kind", "partner_id"}


def test_names_orders_and_defaults(pulled):
    """As far as the file says them and the table has them."""
    more = {"order": "code desc, id", "defaults": {"kind": "a", "no": 1}, "description": "Order"}
    found = pulled(x_order=(ORDER, more), x_line=(LINE, {"order": "no_such_field"})).catalog
    order, line = found["x.order"], found["x.line"]
    assert (order.rec_name, order.order, order.defaults, order.description) == (
        "code",
        "code desc, id",
        {"kind": "a"},
        "Order",
    )
    assert (line.rec_name, line.order, line.description) == ("", "id", "x.line")


def test_the_fate_of_references(pulled):
    """As the file says, else as Odoo does by itself."""
    found = pulled(x_order=(ORDER, {}), x_line=(LINE, {})).catalog
    assert found["x.line"].fields["order_id"].on_delete == "cascade"
    assert found["x.order"].fields["partner_id"].on_delete == "restrict"
    team = {**ORDER, "team_id": {**ORDER["team_id"], "relation": "res.users"}}
    assert pulled(x_order=(team, {}), x_line=(LINE, {})).catalog["x.order"].fields["team_id"].on_delete == "set null"


def test_a_bundled_model_gets_further_fields_and_choices(pulled):
    """Its own stay as they are."""
    partner = {
        "name": {"type": "text", **STORED},
        "credit": {"type": "float", **STORED},
        "type": {"type": "selection", "selection": [["contact", "Contact"], ["farm", "Farm"]], **STORED},
    }
    found = pulled(res_partner=(partner, {}))
    model = found.catalog["res.partner"]
    assert (found.models, found.widened) == ((), ("res.partner",))
    assert (model.fields["name"].type, model.fields["credit"].type) == ("char", "float")
    assert model.fields["type"].selection == {"contact", "farm"}
    assert "res.partner" not in found.left_out


def test_a_model_that_inherits_by_delegation(pulled):
    """All fields of the other record are its own, too."""
    template = {**BOOKS, "name": {"type": "char", "required": True, **STORED}}
    through = {name: {**raw, "related": f"t_id.{name}", "store": False} for name, raw in template.items()}
    link = {"t_id": {"type": "many2one", "relation": "x.t", "required": True, **STORED}}
    product = {**through, **BOOKS, **link}
    found = pulled(x_t=(template, {}), x_p=(product, {})).catalog["x.p"]
    assert (found.delegate, found.fields["t_id"].required) == ("t_id", False)
    assert pulled(x_t=(template, {}), x_p=({**BOOKS, **link}, {})).catalog["x.p"].delegate == ""


def test_what_describes_no_model_is_refused(tmp_path):
    """With the way out."""
    (tmp_path / "x.json").write_text('{"model": "x"}')
    with pytest.raises(OSError, match="schema pull"):
        with_pulled(load_catalog(), tmp_path)


def test_without_a_folder_there_are_the_bundled_models(tmp_path):
    """And nothing is told."""
    found = with_pulled(load_catalog(), tmp_path / "no")
    assert (found.catalog, found.told()) == (load_catalog(), [])
