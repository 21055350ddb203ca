"""Reading in depth: a call for each language or company and each field of lines, none where nothing is asked."""

from __future__ import annotations

from odoo_etl.mapping import OWN
from odoo_etl.planning import HIDDEN, FieldTree
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


NARROWED = {"domain": "[('sequence', '<', 20)]"}


class Narrowed(MemoryOdoo):
    """An Odoo whose bills show the lines of the first sequences only."""

    def fields_get(self, model, fields=None, attributes=None, *, context=None):
        """The field says so."""
        found = super().fields_get(model, fields, attributes, context=context)
        return {
            name: {**one, "domain": "[('sequence', '<', 20)]"} if name == "line_ids" else one
            for name, one in found.items()
        }

    def _read(self, model, name, record, context=None):
        value = super()._read(model, name, record, context)
        return [each for each in value if self.records[LINE][each]["sequence"] < 20] if name == "line_ids" else value


def test_lines_that_their_field_hides_are_marked_where_they_are_wanted():
    """Whoever reads records has what the field says; archived lines are no hidden ones."""
    odoo = Narrowed()
    (number,) = odoo.add(BOM, {"code": "C"})
    odoo.add(LINE, *[{"bom_id": number, "sequence": one, "active": one != 11} for one in (10, 11, 20)])
    reader, trees = DeepReader(odoo, Schema(odoo, SEEN), SEEN), {"line_ids": FieldTree({OWN: {"sequence"}})}
    assert [one["sequence"] for one in reader.lines(BOM, [number], trees)[number]["line_ids"]] == [10, 11]
    rows = reader.lines(BOM, [number], trees, hidden=True)[number]["line_ids"]
    assert [(one["sequence"], one[HIDDEN]) for one in rows] == [(10, False), (11, False), (20, True)]


def test_lines_are_read_by_whose_they_are():
    """In one call for all records, where the field shows all of them but archived ones."""
    odoo, number = chair()
    reader = DeepReader(odoo, Schema(odoo, SEEN), SEEN)
    found = reader.lines(BOM, [number, 99], {"line_ids": FieldTree({OWN: {"sequence"}})})
    assert ([one["sequence"] for one in found[number]["line_ids"]], found[99]["line_ids"]) == ([10, 20], [])
    assert (odoo.calls[f"{LINE}.search_read"], odoo.calls[f"{BOM}.search_read"], odoo.calls[f"{BOM}.read"]) == (1, 0, 0)


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
