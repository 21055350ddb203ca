"""An export as a Parquet file."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow.parquet as pq

from odoo_etl.exporting import OutColumn
from odoo_etl.exporting.forms import Lists
from odoo_etl.exporting.parquet_file import to_parquet

KINDS = ("integer", "text", "number", "boolean", "date", "datetime", "list", "json")
ROW = (7, "01000", 1.5, False, date(2026, 1, 2), datetime.fromisoformat("2026-01-02T03:04:05"), ["a", "b"], {"a": 1})


def test_columns_have_the_types_of_their_fields(tmp_path):
    """Also where the first thousand rows are empty."""
    columns = tuple(OutColumn(kind, kind, (kind,)) for kind in KINDS)
    rows = [*[[None] * len(ROW)] * 1_001, ROW]
    part = tmp_path / "part"
    part.write_bytes(Lists(columns).rows(list(zip(*rows, strict=True))))
    to_parquet(part, tmp_path / "made.parquet", columns)
    table = pq.read_table(tmp_path / "made.parquet")
    assert table.num_rows == 1_002
    assert [str(one.type) for one in table.schema][:6] == [
        *("int64", "string", "double", "bool", "date32[day]", "timestamp[us]"),
    ]
    assert list(table.slice(1_001).to_pylist()[0].values()) == [*ROW[:6], "a|b", '{"a": 1}']
