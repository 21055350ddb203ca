"""Records are found with what they hold in other languages: one call for each."""

from __future__ import annotations

from odoo_etl.planning import Planner
from odoo_etl.spec import TargetSpec
from odoo_etl.sync.existing import KeyFinder, VariantFinder
from odoo_etl.sync.ports import Target
from tests.boms import BOM, FRENCH, OTHER, bom, rules
from tests.memory_odoo import MemoryOdoo


def finder(odoo):
    """Finds bills of materials by their code."""
    target, planner = Target(odoo, BOM, {"active_test": False}), Planner("upsert", rules())
    fields = {name: one for name, one in rules().fields.items() if name != "cost"}
    inner = KeyFinder(odoo, TargetSpec(model=BOM, key="code"), planner, fields, target.context)
    return VariantFinder(inner, target)


def test_each_language_and_company_is_read_once():
    """Of the records whose rows say something there; a key with several records is ambiguous whatever they hold."""
    odoo = MemoryOdoo()
    odoo.add(BOM, {"code": "a", "name": "A", "name@fr_FR": "FA", "cost@company:3": 5.0}, {"code": "b", "name": "B"})
    odoo.add(BOM, {"code": "twice"}, {"code": "twice"})
    records = [
        bom("a", variants={FRENCH: {"name": "x"}, OTHER: {"cost": 1.0}}),
        bom("b", row=3, variants={FRENCH: {"name": "x"}}),
        bom("twice", row=4, variants={FRENCH: {"name": "x"}}),
        bom("new", row=5, variants={FRENCH: {"name": "x"}}),
    ]
    found = finder(odoo).of(records).existing
    assert [(row["name"], row["name@fr_FR"]) for key in "ab" for row in found[key,]] == [("A", "FA"), ("B", "B")]
    assert (found["a",][0]["cost@company:3"], "cost@company:3" in found["b",][0]) == (5.0, False)
    assert odoo.calls[f"{BOM}.search_read"] == 3


def test_nothing_more_is_asked_where_no_row_says_anything():
    """As of records that are not there yet."""
    odoo = MemoryOdoo()
    odoo.add(BOM, {"code": "a", "name": "A"})
    finder(odoo).of([bom("a"), bom("new", row=3, variants={FRENCH: {"name": "x"}})])
    assert odoo.calls[f"{BOM}.search_read"] == 1
