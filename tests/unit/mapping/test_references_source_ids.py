"""Cells that hold ids of another Odoo ask for the records that came from them."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Lookup, Mapper, Ref, RefList, Row
from odoo_etl.planning.fit import misfits
from odoo_etl.spec import JobSpec
from tests.builders import target

PARTNER = Lookup("res.partner", ("source_id",), source_model="res.partner")
KINDS = {
    "link": target("reference", "link"),
    "parent_id": target("many2one", "parent_id", relation="res.partner"),
    "tag_ids": target("many2many", "tag_ids", relation="res.partner"),
    "res_id": target("many2one_reference", "res_id"),
}


def job(name, **field):
    """A job with one field, whose rows come from another Odoo."""
    source = {"type": "odoo", "connection": "old", "model": "res.partner", "fields": ["id", "cell", "model"]}
    fields = {"ref": {"value": "key"}, name: {"column": "cell", **field}}
    place = {"model": "res.partner", "key": "ref"}
    return JobSpec(version=1, job="a", source=source, target=place, fields=fields)


def mapped(name, cell, model=None, **field):
    """What a cell becomes, or the code and the reason of its flaw."""
    spec = job(name, **field)
    found = Mapper(spec, {"ref": target("char", "ref"), **KINDS}, lambda *_: target("integer", "id")).records(
        {"cell": [cell], "model": [model]}, [Row(2, "", (cell, model), 0)]
    )
    if found.rejects:
        return found.rejects[0].flaws[0].code, found.rejects[0].flaws[0].reason
    return found.records[0].values.get(name, "absent")


def ref(number, model="res.partner", **more):
    """The question for the record that came from one."""
    return Ref(PARTNER._replace(model=model, source_model=model), (number,), "reject", **more)


BY = {"lookup": {"model": "res.partner", "by": "source_id"}}


@pytest.mark.parametrize("cell", [7, "7", " 7 ", 7.0])
def test_a_cell_with_an_id(cell):
    """Typed, or as text."""
    assert mapped("parent_id", cell, **BY) == ref(7)


def test_cells_with_several():
    """A list holds those of a many2many, each once; none of them is an empty cell."""
    assert mapped("tag_ids", [7, 8, 7], **BY) == RefList((ref(7), ref(8)), "set")
    assert mapped("tag_ids", [], **BY) == mapped("parent_id", None, **BY) == "absent"


@pytest.mark.parametrize("cell", ["Anna", 0, -3, 7.5, "base.main_partner"])
def test_a_cell_that_holds_no_id(cell):
    """It is a reject, and nothing is looked up."""
    assert mapped("parent_id", cell, **BY)[0] == "bad_number"


def test_another_name_of_the_model_there():
    """The id is one of that model."""
    found = mapped("parent_id", 7, lookup={"model": "res.partner", "by": "source_id", "source_model": "old.partner"})
    assert found.lookup == PARTNER._replace(source_model="old.partner")


def test_a_column_names_the_model():
    """As with attachments."""
    given = {"model_column": "model", "lookup": {"by": "source_id"}}
    assert mapped("res_id", 7, "sale.order", **given) == ref(7, "sale.order")
    assert mapped("link", 7, "sale.order", **given) == ref(7, "sale.order", named=True)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("sale.order,7", ref(7, "sale.order", named=True)),
        (None, "absent"),
        ("", "absent"),
        ("sale.order", ("incomplete_lookup", "'sale.order' is no reference, which is model,id")),
    ],
)
def test_a_reference_names_its_model_itself(cell, value):
    """As Odoo gives it."""
    assert mapped("link", cell, lookup={"by": "source_id"}) == value
    assert mapped("link", None, column=None, expr="cell", lookup={"by": "source_id"}) == "absent"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("parent_id", ["the key `model` is missing: which jobs come before this one follows from it"]),
        ("tag_ids", ["the key `model` is missing: which jobs come before this one follows from it"]),
        ("res_id", ["a many2one_reference field does not say of which model its records are"]),
        ("link", []),
    ],
)
def test_only_references_need_no_model(name, said):
    """Their cells say it."""
    spec = job(name, lookup={"by": "source_id"})
    found = [one.message for one in misfits(spec, {"ref": target("char", "ref"), **KINDS})]
    assert found == said
