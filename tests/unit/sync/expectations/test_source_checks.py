"""Each check of the source, at its limits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from odoo_etl.sync.expectations.source_judge import SourceJudge
from tests.builders import ListSource
from tests.unit.sync.expectations.world import NOON, expecting, gathered, judged


def column(item, *cells, fields=None):
    """What is found of a column `c`, in rows with the keys 0, 1, 2 ..."""
    return judged(item, ["ref", "c"], [[str(number), cell] for number, cell in enumerate(cells)], fields)


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [
        ({"min": 3}, "met"),
        ({"min": 4}, "failed"),
        ({"max": 3}, "met"),
        ({"max": 2}, "failed"),
        ({"min": 3, "max": 3}, "met"),
        ({"min": 0}, "met"),
    ],
)
def test_rows(limits, outcome):
    """Lines that are no rows count, as they do for `min_rows`."""
    found = judged({"rows": limits}, ["ref"], [["a"], "no row", ["b"]])
    assert (found.outcome, found.found) == (outcome, "3")


def test_unique_names_the_row_and_the_one_before():
    """Across chunks."""
    found = column({"unique": "c"}, "x", "y", "z", "y", "x", "x")
    assert (found.outcome, found.told) == ("failed", "3 rows repeat a value")
    assert found.rows == ("line 5: 'y', as line 3", "line 6: 'x', as line 2", "line 7: 'x', as line 2")


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        (("a", "b"), "met"),
        ((None, None, "", " "), "met"),
        ((1, "1"), "failed"),
        (("a", "A"), "met"),
        (("a", "a "), "met"),
        ((float("nan"), float("nan")), "failed"),
        ((), "met"),
    ],
)
def test_unique_compares_texts(cells, outcome):
    """Empty cells repeat nothing; what has no text is compared as it is."""
    assert column({"unique": "c"}, *cells).outcome == outcome


def test_unique_of_several_columns():
    """Only all of them together; a part may be empty."""
    rows = [["a", "1"], ["a", "2"], ["", "1"], ["a", ""], ["", ""], ["", ""]]
    assert judged({"unique": ["ref", "c"]}, ["ref", "c"], rows).outcome == "met"
    assert judged({"unique": ["ref", "c"]}, ["ref", "c"], [*rows, ["", "1"]]).rows == ("line 8: '', '1', as line 4",)


def test_not_null():
    """Each cell is named with its column."""
    found = judged({"not_null": ["ref", "c"]}, ["ref", "c"], [["a", "0"], ["", None], ["b", " \t"]])
    assert found.told == "3 cells are empty"
    assert sorted(found.rows) == ["line 3: c is empty", "line 3: ref is empty", "line 4: c is empty"]
    assert column({"not_null": "c"}, 0, False, "x").outcome == "met"


def test_accepted():
    """Empty cells pass; a number of the job is the text that it is."""
    item = {"accepted": {"column": "c", "values": ["A", 1]}}
    assert column(item, "A", "1", 1, "", None).outcome == "met"
    found = column(item, "A", "a", "B", "B")
    assert (found.told, found.rows) == ("3 cells have other values", ("line 3: 'a'", "line 4: 'B'", "line 5: 'B'"))
    assert column(item, "x").told == "1 cell has another value"


def test_a_cell_without_a_text_fits_nothing():
    """Bytes, say."""
    assert column({"accepted": {"column": "c", "values": ["A"]}}, b"A").rows == ("line 2: \"b'A'\" has no text",)


def test_regex_matches_the_whole_text():
    """Half a character matches nothing, and ends nothing."""
    item = {"regex": {"column": "c", "pattern": "[A-Z]+-[0-9]{2}|x"}}
    assert column(item, "AB-12", "x", "", None).outcome == "met"
    assert column(item, "AB-123", " x", "\ud800").told == "3 cells do not match [A-Z]+-[0-9]{2}|x"


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [
        ({"equals": "0.3"}, "met"),
        ({"equals": 0.3}, "met"),
        ({"equals": "0.31"}, "failed"),
        ({"equals": "0.31", "tolerance": "0.01"}, "met"),
        ({"equals": "0.29", "tolerance": 0.01}, "met"),
        ({"equals": "0.2899", "tolerance": 0.01}, "failed"),
        ({"min": "0.3", "max": "0.3"}, "met"),
        ({"min": "0.30001"}, "failed"),
        ({"max": "0.29999"}, "failed"),
    ],
)
def test_sum_is_exact(limits, outcome):
    """0.1 + 0.2 is 0.3, whether the cells are texts or doubles."""
    for cells in (("0.1", "0.2"), (0.1, 0.2), (Decimal("0.1"), None, "", "0.2")):
        found = column({"sum": {"column": "c", **limits}}, *cells)
        assert (found.outcome, found.found) == (outcome, "0.3")


def test_a_long_sum_loses_no_digit():
    """Neither of very large numbers nor of very small ones."""
    found = column({"sum": {"column": "c", "min": 0}}, "1e40", "1e-40", "-5")
    assert found.found == f"{10**40 - 5}.{'0' * 39}1"


def test_a_sum_reads_numbers_as_the_field_does():
    """The marks of the item itself stand in place of those of the field."""
    number = {"name": {"column": "c", "type": "decimal", "decimal": ",", "thousands": "."}}
    assert column({"sum": {"column": "c", "equals": "1234.5"}}, "1.234,5", fields=number).outcome == "met"
    own = {"column": "c", "decimal": ",", "equals": "1.5"}
    assert column({"sum": own}, "1,5").outcome == "met"
    point = {"column": "c", "decimal": ".", "thousands": ",", "equals": "1234.5"}
    assert column({"sum": point}, "1,234.5", fields=number).outcome == "met"


def test_a_cell_that_is_no_number_fails_a_sum():
    """With its line."""
    found = column({"sum": {"column": "c", "min": 0}}, "1", "many", "1,5")
    assert (found.outcome, found.told, found.found) == ("failed", "2 cells are no numbers in c", None)
    assert [row.partition(" is not")[0] for row in found.rows] == ["line 3: 'many'", "line 4: '1,5'"]


def test_a_sum_per_record_counts_the_last_row_of_each_key():
    """Also when its rows stand far apart; rows without a key stand for no record."""
    rows = [["a", "10"], ["b", "5"], ["a", "10"], ["", "99"], ["c", "1"], ["a", "7"]]
    names = ["ref", "c"]
    assert judged({"sum": {"column": "c", "per": "record", "equals": 13}}, names, rows).outcome == "met"
    assert judged({"sum": {"column": "c", "equals": 132}}, names, rows).outcome == "met"


@pytest.mark.parametrize(
    ("cell", "within", "outcome"),
    [
        ("2024-02-29T11:00:00", "1h", "met"),
        ("2024-02-29T10:59:59", "1h", "failed"),
        ("2024-02-28", "12h", "met"),  # a day lasts until its end
        ("2024-02-28", "11h", "failed"),
        ("2024-03-05", "1s", "met"),
        (date(2024, 2, 28), "12h", "met"),
        (datetime(2024, 2, 29, 11, tzinfo=UTC), "1h", "met"),
        ("2024-02-29T12:00:00+02:00", "2h", "met"),
        ("2024-02-29T12:00:00+02:00", "119m", "failed"),
    ],
)
def test_freshness(cell, within, outcome):
    """It is noon; the newest date decides."""
    assert column({"freshness": {"column": "c", "within": within}}, "2020-01-01", cell, "").outcome == outcome


def test_freshness_reads_dates_as_the_field_does():
    """Format and zone; the item may say a format of its own."""
    when = {"date": {"column": "c", "type": "datetime", "format": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"}}
    fields = {"name": when["date"]}
    assert column({"freshness": {"column": "c", "within": "1h"}}, "29.02.2024 12:00", fields=fields).outcome == "met"
    assert column({"freshness": {"column": "c", "within": "1h"}}, "29.02.2024 11:59", fields=fields).outcome == "failed"
    own = {"column": "c", "within": "12h", "format": "%d.%m.%Y"}
    assert column({"freshness": own}, "28.02.2024").outcome == "met"


def test_freshness_without_dates_fails():
    """Nothing is no news; a cell that is no date is named."""
    item = {"freshness": {"column": "c", "within": "1h"}}
    assert column(item, "", None).told == "there is no date in any row"
    assert column(item, "soon").told == "1 cell is no date"


ACCEPTED = {"accepted": {"column": "c", "values": ["x"]}}


@pytest.mark.parametrize("item", [{"unique": "c"}, ACCEPTED, {"regex": {"column": "c", "pattern": "x"}}])
def test_nobody_sees_a_password(item):
    """Only where it stands."""
    spec = expecting({"source": [item]}, {"password": "c"})
    with gathered(expecting({}), ListSource(["ref", "c"], [["a", "s3cret"], ["b", "s3cret"]])) as (rows, reader):
        [found] = SourceJudge(spec, reader, "", NOON).judge(rows)
    assert found.outcome == "failed"
    assert "s3cret" not in str(found)
    assert "a value that is not shown" in found.rows[0]


def test_the_last_day_there_is():
    """9999-12-31 is no error, wherever the zone is."""
    fields = {"name": {"column": "c", "type": "datetime", "timezone": "Pacific/Kiritimati"}}
    assert column({"freshness": {"column": "c", "within": "1h"}}, "9999-12-31", fields=fields).outcome == "met"


def test_only_the_first_rows_are_named():
    """Ten of them; all are counted."""
    found = column({"not_null": "c"}, *[""] * 25)
    assert (found.told, len(found.rows)) == ("25 cells are empty", 10)
