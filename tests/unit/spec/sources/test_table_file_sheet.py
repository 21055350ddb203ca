"""Sheets and areas of workbooks, as they are written in a job."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec import ExcelSource


def source(**keys):
    """A source of workbooks."""
    return ExcelSource(type="excel", path="a.xlsx", **keys)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"sheet": 0}, "must be the name of a sheet, or its number from 1"),
        ({"sheet": -1}, "must be the name of a sheet"),
        ({"sheet": True}, "must be the name of a sheet"),
        ({"sheet": " "}, "must be the name of a sheet"),
        ({"sheet": ["a"]}, "must be the name of a sheet"),
        ({"range": "B3"}, "must be the cells of a table"),
        ({"range": "Sheet!B3:C4"}, "must be the cells of a table"),
        ({"range": 3}, "must be the cells of a table"),
        ({"range": "C3:B9"}, "ends in column B, before C"),
        ({"range": "AA1:B9"}, "ends in column B, before AA"),
        ({"range": "B9:C3"}, "ends above the row in which it begins"),
        ({"range": "B0:C3"}, "rows are counted from 1"),
        ({"range": "B3:C9", "header_row": 2}, "`header_row` 2 is not in the `range` B3:C9"),
        ({"range": "B3:C9", "header_row": 10}, "`header_row` 10 is not in the `range` B3:C9"),
        ({"header": ["a"], "header_row": 1}, "`header_row` does not go with `header`"),
    ],
)
def test_what_names_no_cells(keys, words):
    """Is told with what is allowed."""
    with pytest.raises(ValidationError, match=words):
        source(**keys)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("$b$3:f200", "B3:F200"), ("B3:", "B3:"), ("B:F", "B:F"), ("b3 : AA", "B3:AA"), ("A1:A1", "A1:A1")],
)
def test_areas_as_they_are_written(written, meant):
    """With dollars and small letters, as spreadsheets show them."""
    assert source(range=written, header_row=None).range == meant


def test_headers_in_an_area_without_an_end():
    """Stand anywhere below its beginning."""
    assert source(range="B3:", header_row=30).header_row == 30
    assert (source(sheet=2).sheet, source(sheet="2").sheet, source().sheet) == (2, "2", None)
