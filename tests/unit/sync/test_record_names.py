"""Names of the records that planned changes speak of."""

from __future__ import annotations

from odoo_etl.fieldtypes import IdList
from odoo_etl.results import Change, ChangedField
from odoo_etl.sync.described import Described, Referred
from odoo_etl.sync.existing import Schema
from odoo_etl.sync.ports import Target
from odoo_etl.sync.record_names import PAGE, RecordNames
from tests.memory_odoo import MemoryOdoo


def named_odoo():
    """An Odoo that names records by their names."""
    return MemoryOdoo(keeps=lambda _model, sent, record, _table: record.update(display_name=sent["name"]))


def names_in(odoo):
    """Those of partners and what they refer to."""
    target = Target(odoo, "res.partner", {})
    return RecordNames(target, Schema(odoo, {}), {-1: "Gold", -2: ""}.get)


def described(record_id=None, **records):
    """A change of a partner."""
    return Described(Change("update", "a", record_id, 2, {}), records)


def test_names_stand_where_changes_have_ids():
    """In the same form; what the same plan would create is called by its key."""
    odoo = named_odoo()
    red, blue = odoo.create("res.partner.category", [{"name": "Red"}, {"name": "Blue"}])
    category = "res.partner.category"
    change = described(
        one=Referred(category, red, False),
        some=Referred(category, [red], IdList((blue, -1), "set")),
        more=Referred(category, [red], IdList((blue,), "add")),
        other=Referred("", f"{category},{red}", f"{category},-2"),
        gone=Referred(category, 999, blue),
    )
    (named,) = names_in(odoo).changes([change])
    assert named.names == {
        "one": ("Red", None),
        "some": (["Red"], ["Blue", "Gold (new)"]),
        "more": (["Red"], {"add": ["Blue"]}),
        "other": ("Red", "(new)"),
        "gone": ("id 999", "Blue"),
    }


def test_one_call_for_each_model_and_page():
    """What is known is not asked for again."""
    odoo = named_odoo()
    (red,) = odoo.create("res.partner.category", [{"name": "Red"}])
    (parent,) = odoo.create("res.partner", [{"name": "P"}])
    names, before = names_in(odoo), odoo.calls.copy()
    change = described(
        tag=Referred("res.partner.category", False, red), parent_id=Referred("res.partner", False, parent)
    )
    assert len(list(names.changes([change] * (PAGE + 1)))) == PAGE + 1
    assert odoo.calls - before == {"res.partner.category.search_read": 1, "res.partner.search_read": 1}


def test_archived_records_are_marked():
    """One call a page, where the model has such."""
    odoo = named_odoo()
    there, gone = odoo.create("res.partner", [{"name": "A", "active": True}, {"name": "B", "active": False}])
    marked = names_in(odoo).changes([described(there), described(gone)])
    assert [one.archived for one in marked] == [False, True]


def test_companies_of_values_are_named():
    """In the order of the fields' names."""
    odoo = named_odoo()
    (company,) = odoo.create("res.company", [{"name": "My Company (BE)"}])
    fields = {f"cost@company:{company}": ChangedField("float", digits=2), "a": ChangedField("char")}
    assert names_in(odoo).fields(fields) == {
        "a": ChangedField("char"),
        f"cost@company:{company}": ChangedField("float", digits=2, company="My Company (BE)"),
    }
