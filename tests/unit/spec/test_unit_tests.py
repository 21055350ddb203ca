"""The keys of tests in a job."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from odoo_etl.spec import typed_cell
from tests.unit.spec.conftest import job_text


@pytest.mark.parametrize(
    ("test", "path", "message"),
    [
        ("{expect: {records: []}}", "unit_tests[0]", "the key `given` is missing"),
        ("{given: [], expect: {records: []}}", "unit_tests[0].given", "must have at least 1 item(s), not a list"),
        ("{given: [{a: 1}], expect: {}}", "unit_tests[0].expect", "expects nothing"),
        ("{given: [{a: 1}], expect: {rejects: [{}]}}", "unit_tests[0].expect.rejects[0]", "says nothing of the reject"),
        ("{given: [{a: 1}], expect: {skipped: [0]}}", "unit_tests[0].expect.skipped[0]", "must be at least 1, not 0"),
        (
            "{given: [{a: 1}], expect: {rejects: [{row: 1}], exactly: true}}",
            "unit_tests[0].expect.exactly",
            "`exactly` is for `records`",
        ),
    ],
)
def test_what_is_wrong_is_told(problems, test, path, message):
    """A test that cannot fail is none."""
    assert (path, message) in [(found, said) for found, said, _ in problems(job_text(extra=f"unit_tests: [{test}]\n"))]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ({"date": "2024-01-31"}, date(2024, 1, 31)),
        ({"datetime": "2024-01-31 10:00:00"}, datetime.fromisoformat("2024-01-31 10:00:00")),
        ({"decimal": "1.50"}, Decimal("1.50")),
    ],
)
def test_cells_of_databases(cell, value):
    """Of the types that YAML does not have."""
    assert (typed_cell(cell), type(typed_cell(cell))) == (value, type(value))


@pytest.mark.parametrize(
    "cell", [{"date": "x"}, {"decimal": "1,5"}, {"time": "1"}, {}, [1], {"date": "2024-01-31", "a": 1}]
)
def test_what_is_no_cell(cell):
    """It is refused."""
    with pytest.raises(ValueError, match="is no"):
        typed_cell(cell)
