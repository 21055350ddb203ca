"""Source ids are noted for the records that stand, and found by what may ask for them."""

from __future__ import annotations

import pytest

from odoo_etl.mapping import Record, Row
from odoo_etl.state import CameFrom
from odoo_etl.sync.existing import Place, PlannedIds, SourceIds

COLUMNS = ["name", "id"]
PARTNERS = Place("res.partner", "res.partner", "id")
HERE = CameFrom("new", "res.partner", "old", "res.partner")


class Kept(dict):
    """An id map in memory: what was noted, by place."""

    def note(self, came_from, pairs):
        """Keep these."""
        self.setdefault(came_from, {}).update(pairs)

    def records(self, came_from, ids):
        """Those that are known."""
        return {each: (one,) for each, one in self.get(came_from, {}).items() if each in ids}


def record(*ids):
    """A record of rows with these ids."""
    return Record(("a",), {}, [Row(2 + n, "", ("A", each), n) for n, each in enumerate(ids)])


@pytest.fixture
def kept():
    """What the ledger keeps."""
    return Kept()


def source_ids(kept, planned=None, place=PARTNERS, columns=COLUMNS):
    """Those of a job whose rows have these columns."""
    one = SourceIds(place, lambda: ("new", "old"), kept, planned)
    one.begin(columns)
    return one


def test_records_that_stand_are_noted(kept):
    """With the id of each of their rows; a row without an id, or whose record nobody knows, is none."""
    source_ids(kept).note([(record(7, None, 8), 70), (record(9), 0), (record("10"), 80), (record(True), 81)])
    assert kept == {HERE: {7: 70, 8: 70}}


@pytest.mark.parametrize(
    ("place", "columns"), [(PARTNERS._replace(column=""), COLUMNS), (PARTNERS, ["name", "number"]), (PARTNERS, [])]
)
def test_rows_without_ids(kept, place, columns):
    """No database is asked which one it is."""

    def asked():
        raise AssertionError

    one = SourceIds(place, asked, kept, None)
    one.begin(columns)
    one.note([(record(7), 70)])
    assert (kept, one.notes) == ({}, False)


def test_databases_are_asked_for_once(kept):
    """However often something is noted or looked up."""
    asked = []

    def databases():
        asked.append(1)
        return "new", "old"

    one = SourceIds(PARTNERS, databases, kept, None)
    one.begin(COLUMNS)
    for number in range(3):
        one.note([(record(number + 1), 70)])
        one.records("res.partner", "res.partner", [1])
    assert asked == [1]


def test_a_plan_keeps_what_it_knows_to_itself(kept):
    """Beside what the ledger says, for all jobs of the plan."""
    planned = PlannedIds([("res.partner", "res.partner")])
    kept.note(HERE, {7: 70})
    source_ids(kept, planned).note([(record(7), 70), (record(8), -1), (record(9), 90)])
    assert kept == {HERE: {7: 70}}
    found = source_ids(kept, planned, PARTNERS._replace(model="sale.order"))
    assert found.records("res.partner", "res.partner", [7, 8, 9, 10]) == {7: (70,), 8: (-1,), 9: (90,)}


def test_a_plan_keeps_only_what_is_asked_for():
    """Models that no lookup names take no memory."""
    planned = PlannedIds([("res.users", "res.users")])
    planned.note(HERE, {7: 70})
    assert planned.records(HERE, [7]) == {}


def test_another_model_there(kept):
    """The same id of another model stands for another record."""
    source_ids(kept, place=Place("uom.uom", "product.uom", "id")).note([(record(7), 70)])
    one = source_ids(kept)
    assert one.records("uom.uom", "product.uom", [7]) == {7: (70,)}
    assert one.records("uom.uom", "uom.uom", [7]) == one.records("res.partner", "product.uom", [7]) == {}
