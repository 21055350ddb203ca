"""What some rows of a source say of all of them, and numbers that Odoo is to be compared with."""

from __future__ import annotations

import pytest

from odoo_etl.sync.expectations.source_judge import SourceJudge
from tests.builders import ListSource
from tests.unit.sync.expectations.world import NOON, expecting, gathered, judged


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        ({"rows": {"min": 9}}, "open"),
        ({"sum": {"column": "ref", "min": 9}}, "open"),
        ({"freshness": {"column": "ref", "within": "1h"}}, "open"),
        ({"unique": "ref"}, "failed"),
        ({"not_null": "ref"}, "met"),
        ({"accepted": {"column": "ref", "values": ["x"]}}, "failed"),
        ({"regex": {"column": "ref", "pattern": "x"}}, "failed"),
    ],
)
def test_of_some_rows_only_what_each_says_is_judged(item, outcome):
    """The rest is open, and told why."""
    found = judged(item, ["ref"], [["1"], ["1"]], partial="only some")
    assert found.outcome == outcome
    assert (found.told == "only some") is (outcome == "open")


def test_numbers_of_the_source():
    """Sums, rows, and records: a key counts once."""
    sides = [{"sum": "total"}, {"sum": "total", "per": "record"}, {"count": "rows"}, {"count": "records"}]
    spec = expecting({"odoo": [{"count": "records", "equals": side} for side in sides]})
    source = ListSource(["ref", "total"], [["a", "1"], ["a", "2"], ["b", ""], "no row", ["", "5"]])
    with gathered(spec, source) as (rows, reader):
        judge = SourceJudge(spec, reader, "", NOON)
        assert judge.judge(rows) == []
    assert [int(judge.numbers.of(one.of_source)) for one in spec.expect.odoo] == [8, 2, 5, 2]


def test_a_number_that_odoo_cannot_be_compared_with_is_told_before_any_write():
    """As what is expected of Odoo, with its severity."""
    item = {"count": "records", "equals": {"sum": "total"}, "severity": "warn"}
    spec = expecting({"odoo": [item]})
    with gathered(spec, ListSource(["ref", "total"], [["a", "x"]])) as (rows, reader):
        [found] = SourceJudge(spec, reader, "", NOON).judge(rows)
    assert (found.place, found.outcome, found.severity) == ("odoo[0]", "failed", "warn")
    assert found.rows[0].startswith("line 2: 'x'")
