"""What is expected of Odoo, judged after a run on an Odoo in memory."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odoo_etl.results import DifferingRecord
from odoo_etl.sync.expectations.cells import as_number, from_odoo
from tests.builders import ListSource, World
from tests.unit.sync.expectations.world import expecting

NAMES = ["ref", "name", "total"]
ROWS = [["a", "A", "1.10"], ["b", "B", "2.20"], ["c", "C", "3.30"]]
FIELDS = {"name": "name", "partner_latitude": {"column": "total", "type": "decimal"}}
SUM = {"sum": "partner_latitude"}


def job(*items, fields=FIELDS, **target):
    """A job that expects these of Odoo."""
    return expecting({"odoo": list(items)}, fields, **target)


def outcomes(ran):
    """Of each expectation."""
    return [one.outcome for one in ran.result.expectations]


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        ({**SUM, "equals": {"sum": "total"}}, "met"),
        ({**SUM, "equals": "6.6"}, "met"),
        ({**SUM, "equals": "6.61"}, "failed"),
        ({**SUM, "equals": "6.61", "tolerance": "0.01"}, "met"),
        ({**SUM, "min": "6.6", "max": "6.6"}, "met"),
        ({**SUM, "min": "6.61"}, "failed"),
        ({**SUM, "max": "6.59"}, "failed"),
        ({"count": "records", "equals": {"count": "records"}}, "met"),
        ({"count": "records", "equals": {"count": "rows"}}, "met"),
        ({"count": "records", "equals": 2}, "failed"),
        ({"count": "records", "where": [["name", "=", "A"]], "equals": 1}, "met"),
        ({**SUM, "where": [["name", "=", "B"]], "equals": "2.2"}, "met"),
        ({**SUM, "domain": [], "equals": "16.6"}, "met"),
        ({"count": "records", "domain": [["name", "=", "Other"]], "equals": 1}, "met"),
        ({"count": "records", "model": "res.partner", "equals": 4}, "met"),
        ({**SUM, "equals": {"model": "res.partner", "domain": [["name", "!=", "Other"]], **SUM}}, "met"),
        ({"count": "records", "equals": {"model": "res.partner", "count": "records"}}, "failed"),
    ],
)
def test_numbers_of_odoo(item, outcome):
    """The job's own records, those of a domain, those of a model; archived ones are the job's own, and no list's."""
    world = World()
    world.odoo.create("res.partner", [{"ref": "x", "name": "Other", "partner_latitude": 10.0}])
    world.odoo.create("res.partner", [{"ref": "y", "name": "Other", "partner_latitude": 99.0, "active": False}])
    ran = world.run(job(item), ListSource(NAMES, ROWS))
    assert (outcomes(ran), ran.result.exit_code, ran.adds_up) == ([outcome], 4 if outcome == "failed" else 0, True)
    assert ran.counts == {"created": 3}


def test_archived_records_are_the_jobs_own():
    """As they are found by their keys."""
    world = World()
    world.odoo.create("res.partner", [{"ref": "a", "name": "A", "partner_latitude": 1.1, "active": False}])
    ran = world.run(job({**SUM, "equals": {"sum": "total"}}), ListSource(NAMES, ROWS))
    assert (ran.counts, outcomes(ran)) == ({"created": 2, "unchanged": 1}, ["met"])


def test_records_that_differ_are_named_also_where_the_sums_are_equal():
    """By key, line, id and both numbers."""
    world = World()
    made = [{"ref": ref, "name": "x", "partner_latitude": n} for ref, n in (("a", 3.3), ("b", 2.2), ("c", 1.1))]
    ids = world.odoo.create("res.partner", made)
    ran = world.run(job({**SUM, "equals": {"sum": "total"}}, mode="create"), ListSource(NAMES, ROWS))
    [found] = ran.result.expectations
    assert (found.outcome, found.difference, found.differing) == ("failed", "0", 2)
    assert found.records == (
        DifferingRecord("a", 2, "", ids[0], "1.1", "3.3"),
        DifferingRecord("c", 4, "", ids[2], "3.3", "1.1"),
    )
    assert "2 records differ" in found.told


def test_only_the_first_differing_records_are_named():
    """All are counted."""
    world, rows = World(), [[str(n), "x", "1"] for n in range(25)]
    world.odoo.create("res.partner", [{"ref": str(n), "name": "x", "partner_latitude": 2.0} for n in range(25)])
    ran = world.run(job({**SUM, "equals": {"sum": "total"}}, mode="create"), ListSource(NAMES, rows))
    [found] = ran.result.expectations
    assert (found.differing, len(found.records), found.difference) == (25, 10, "25")


def test_rows_of_one_key_are_one_record():
    """Its value counts once with `per: record`, and the sum of its rows without; also across chunks."""
    rows = [["a", "A", "5"], ["b", "B", "2"], ["c", "C", "1"], ["a", "A", "5"]]
    once = {**SUM, "equals": {"sum": "total", "per": "record"}}
    twice = {**SUM, "equals": {"sum": "total"}, "severity": "warn"}
    counts = {"count": "records", "equals": {"count": "records"}}
    ran = World().run(job(once, twice, counts), ListSource(NAMES, rows))
    assert outcomes(ran) == ["met", "failed", "met"]
    [record] = ran.result.expectations[1].records
    assert (record.key, record.line, record.expected, record.found) == ("a", 5, "10", "5")


def test_records_that_are_not_there():
    """Of a rejected row it is said, and so is how many there are; a sum does not miss a record without an amount."""
    item = {**SUM, "equals": {"sum": "total"}}
    rows = [["a", "A", "1"], ["b", "", "2"], ["c", "", "0"]]
    fields = {**FIELDS, "name": {"column": "name", "required": True}}
    ran = World().run(
        job(item, {"count": "records", "equals": {"count": "records"}}, fields=fields), ListSource(NAMES, rows)
    )
    sums, counts = ran.result.expectations
    assert (ran.counts, ran.result.exit_code) == ({"created": 1, "rejected": 2}, 4)
    assert [(one.key, one.found) for one in sums.records] == [("b", "missing in Odoo: its row was rejected")]
    assert [one.key for one in counts.records] == ["b", "c"]
    assert sums.told.endswith("(2 rows were rejected: Odoo may lack what they say)")


def test_a_key_that_several_records_have():
    """None of them is the row's."""
    world = World()
    world.odoo.create("res.partner", [{"ref": "a", "name": "x"}, {"ref": "a", "name": "y"}])
    ran = world.run(job({"count": "records", "equals": {"count": "records"}}), ListSource(NAMES, ROWS[:1]))
    [record] = ran.result.expectations[0].records
    assert record.found == "missing in Odoo: its row was rejected"
    assert ran.codes == ["ambiguous_key"]


def test_a_key_with_a_many2one():
    """Records are found as the job finds them."""
    count = {"count": "records", "equals": {"count": "records"}}
    world = World()
    world.odoo.records["res.country"] = {7: {"code": "BE", "name": "Belgium"}, 8: {"code": "DE", "name": "Germany"}}
    land = {"country_id": {"column": "name", "lookup": {"model": "res.country", "by": "code"}}}
    rows = [["a", "BE", "1"], ["a", "DE", "2"]]
    spec = job({**SUM, "equals": {"sum": "total"}}, count, fields={**FIELDS, **land}, key=["ref", "country_id"])
    ran = world.run(spec, ListSource(NAMES, rows))
    assert (ran.counts, outcomes(ran)) == ({"created": 2}, ["met", "met"])


def test_a_job_that_expects_nothing_asks_nothing_more():
    """And one that expects something of its source alone asks nothing of Odoo."""
    plain = World().run(expecting({}, FIELDS), ListSource(NAMES, ROWS)).result.calls
    of_source = expecting({"source": [{"unique": "ref"}, {"sum": {"column": "total", "min": 0}}]}, FIELDS)
    assert World().run(of_source, ListSource(NAMES, ROWS)).result.calls == plain


def test_a_plan_leaves_odoo_open():
    """It asks for nothing but the fields."""
    ran = World().run(job({**SUM, "equals": 1}), ListSource(NAMES, ROWS), shown=3)
    assert (ran.result.exit_code, outcomes(ran)) == (0, ["open"])
    assert "reconcile" in ran.result.expectations[0].told


def test_nothing_is_written_where_the_source_is_not_as_expected():
    """Nor is anything where only the severity says so; the error names the first three."""
    items = [{"accepted": {"column": "name", "values": ["B"]}}] * 5
    ran = World().run(expecting({"source": items}, FIELDS), ListSource(NAMES, ROWS[:1]))
    assert (ran.writes, ran.result.exit_code, ran.counts) == (0, 4, {"failed": 1})
    assert ran.result.error.endswith("; and 2 more. Nothing was written")
    warned = [{**item, "severity": "warn"} for item in items]
    ran = World().run(expecting({"source": warned}, FIELDS), ListSource(NAMES, ROWS[:1]))
    assert (ran.result.exit_code, ran.counts, len(ran.result.notes)) == (0, {"created": 1}, 5)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (0.1 + 0.2, "0.3"),
        (False, "0"),
        (None, "0"),
        (7, "7"),
        (-0.0, "0"),
        (1e15, "1000000000000000"),
        (1250.40, "1250.4"),
    ],
)
def test_numbers_of_odoo_are_exact(value, wanted):
    """Of a double the digits that it surely has."""
    assert as_number(from_odoo(value)) == wanted


@pytest.mark.parametrize(
    ("number", "wanted"), [("100", "100"), ("0.00", "0"), ("-0", "0"), ("1E+3", "1000"), ("-1.50", "-1.5")]
)
def test_numbers_as_people_read_them(number, wanted):
    """No exponent, no zeros that say nothing."""
    assert as_number(Decimal(number)) == wanted
