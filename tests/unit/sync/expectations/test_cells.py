"""Cells are read as the fields of the job read them, those of lines among them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from odoo_etl.spec import ColumnSum
from odoo_etl.sync.expectations.cells import number_cells
from tests.boms import BOM
from tests.builders import job_spec

QUANTITY = {"column": "qty", "type": "decimal", "decimal": ",", "thousands": "."}
LINES = {"key": "name", "fields": {"name": "part", "quantity": QUANTITY}}
JOINED = {**LINES, "source": {"type": "csv", "path": "parts.csv"}, "match": {"bill": "code"}}


@pytest.mark.parametrize(("lines", "column"), [(LINES, "qty"), (JOINED, "line_ids.qty")])
def test_numbers_are_read_as_a_field_of_lines_reads_them(lines, column):
    """A German number is no thousandth of itself."""
    spec = job_spec({"code": "code"}, model=BOM, key="code", lines={"line_ids": lines})
    read = number_cells(spec, column, ColumnSum())
    assert read("1.250,5") == Decimal("1250.5")
    assert number_cells(spec, "code", ColumnSum())("1.25") == Decimal("1.25")
