"""The expectations of a job as text."""

from __future__ import annotations

from odoo_etl.reporting.expectations import expectation_lines
from odoo_etl.results import DifferingRecord, Expectation

MET = Expectation("source[0]", "unique ref", "error", "met", "no value repeats")
SUM = Expectation("odoo[0]", "sum of a", "error", "met", "Odoo has 1, expected is 1", "1", "1", "0")
OPEN = Expectation("odoo[1]", "count of records", "error", "open", "a plan writes nothing")


def test_nothing_is_said_of_nothing():
    """Most jobs expect nothing."""
    assert list(expectation_lines(())) == []


def test_control_sums_are_always_told():
    """What is merely met is counted."""
    assert list(expectation_lines((MET, SUM, OPEN))) == [
        "  expected: 2 met, 1 not judged",
        "    odoo[0] sum of a: Odoo has 1, expected is 1",
        "    odoo[1] count of records: a plan writes nothing",
    ]


def test_what_is_not_met_is_told_with_rows_and_records():
    """The first of them; more are in run_results.json."""
    rows = tuple(f"line {n}: 'x'" for n in range(2, 7))
    records = (DifferingRecord("A", 2, "b.csv", 7, "1", "2"), DifferingRecord("B", 3, "", None, "1", "missing in Odoo"))
    source = Expectation("source[0]", "unique ref", "warn", "failed", "5 rows repeat a value", rows=rows)
    odoo = Expectation("odoo[0]", "sum of a", "error", "failed", "Odoo has 2", records=records, differing=1_004)
    assert list(expectation_lines((source, odoo))) == [
        "  expected: 2 not met",
        "  NOT AS EXPECTED (a warning): source[0] unique ref: 5 rows repeat a value",
        "    line 2: 'x'",
        "    line 3: 'x'",
        "    line 4: 'x'",
        "    2 more of the first ones, see run_results.json",
        "  NOT AS EXPECTED: odoo[0] sum of a: Odoo has 2",
        "    A (id 7), line 2 of b.csv: expected 1, found 2",
        "    B, line 3: expected 1, found missing in Odoo",
        "    1,002 more records differ",
    ]
