"""Reading in depth: a call for each language or company and each field of lines, none where nothing is asked."""

from __future__ import annotations

from odoo_etl.mapping import OWN
from odoo_etl.planning import FieldTree
from odoo_etl.sync.existing import DeepReader, Schema, read_written
from tests.boms import BOM, LINE, STEP, TREE
from tests.memory_odoo import MemoryOdoo

SEEN = {"active_test": False}


def chair():
    """An Odoo with a chair of two lines, one of them archived, and a step."""
    odoo = MemoryOdoo()
    (number,) = odoo.add(BOM, {"code": "C", "name": "Chair", "name@fr_FR": "Chaise", "cost": 9.0})
    legs = [{"bom_id": number, "sequence": 10, "name": "Leg"}, {"bom_id": number, "sequence": 20, "active": False}]
    leg, _ = odoo.add(LINE, *legs)
    odoo.add(STEP, {"line_id": leg, "name": "cut", "minutes": 5})
    odoo.add(LINE, {"sequence": 30})
    return odoo, number


def test_lines_are_rows_and_values_of_variants_stand_under_their_path():
    """Archived lines are seen; what another company does not have is empty."""
    odoo, number = chair()
    found = DeepReader(odoo, Schema(odoo, SEEN), SEEN).read(BOM, [number, 99], TREE)
    assert list(found) == [number]
    row = found[number]
    assert (row["name"], row["name@fr_FR"], row["cost"], row["cost@company:3"]) == ("Chair", "Chaise", 9.0, 0.0)
    assert [(one["sequence"], one["active"], len(one["step_ids"])) for one in row["line_ids"]] == [
        (10, True, 1),
        (20, False, 0),
    ]


def test_a_plain_record_costs_one_read():
    """And none for no record."""
    odoo, number = chair()
    reader = DeepReader(odoo, Schema(odoo, SEEN), SEEN)
    plain = FieldTree({OWN: {"code"}})
    assert (reader.read(BOM, [], plain), odoo.calls.total()) == ({}, 0)
    assert reader.read(BOM, [number], plain, ["name"]) == {number: {"id": number, "code": "C", "name": "Chair"}}
    assert dict(odoo.calls) == {f"{BOM}.fields_get": 1, f"{BOM}.search_read": 1}


def test_what_calls_wrote_is_read_as_their_images_name_it():
    """Without lines and variants with one read, and without asking what the fields are."""
    odoo, number = chair()
    assert read_written(odoo, BOM, [number], [{"name": "X"}], SEEN) == {number: {"id": number, "name": "Chair"}}
    assert dict(odoo.calls) == {f"{BOM}.search_read": 1}
    images = [{"name@fr_FR": "Y", "line_ids[]": [[1, 1, {"sequence": 11}]]}]
    row = read_written(odoo, BOM, [number], images, SEEN)[number]
    assert (row["name@fr_FR"], [one["sequence"] for one in row["line_ids"]]) == ("Chaise", [10, 20])
