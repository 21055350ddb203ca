"""An export as a workbook."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from odoo_etl.errors import SourceError
from odoo_etl.exporting import OutColumn, too_many
from odoo_etl.exporting.forms import Lists
from odoo_etl.exporting.workbook import to_workbook

KINDS = ("integer", "text", "number", "boolean", "date", "datetime", "list")
ROW = (7, "01000", 1.5, False, date(2026, 1, 2), datetime.fromisoformat("2026-01-02T03:04:05"), ["a", "b"])


def made(tmp_path, rows, kinds=KINDS):
    columns = tuple(OutColumn(kind, kind, (kind,)) for kind in kinds)
    part = tmp_path / "part"
    part.write_bytes(b"".join(Lists(columns).rows([[cell] for cell in row]) for row in rows))
    to_workbook(part, tmp_path / "made.xlsx", columns, "People")
    return CalamineWorkbook.from_path(tmp_path / "made.xlsx").get_sheet_by_name("People").to_python()


def test_values_keep_their_types(tmp_path):
    """A formula is a text, and so is a number with a zero before it."""
    rows = made(tmp_path, [ROW, (None, "=1+1", None, None, None, None, None)])
    assert rows[0] == list(KINDS)
    assert rows[1] == [7.0, "01000", 1.5, False, date(2026, 1, 2), datetime.fromisoformat("2026-01-02T03:04:05"), "a|b"]
    assert rows[2] == ["", "=1+1", "", "", "", "", ""]


def test_moments_as_a_workbook_has_them(tmp_path):
    """In UTC without a zone; before 1900 it has none, and they are texts."""
    moments = ["2026-01-02T03:04:05+01:00", "1899-12-31T23:59:59+00:00"]
    rows = made(tmp_path, [(datetime.fromisoformat(one),) for one in moments], ["datetime"])
    assert rows[1:] == [[datetime.fromisoformat("2026-01-02T02:04:05")], ["1899-12-31 23:59:59"]]


@pytest.mark.parametrize(("text", "why"), [("x" * 32_768, "32,768 characters"), ("a\x01", "is lost in a workbook")])
def test_what_a_workbook_would_lose(tmp_path, text, why):
    """The error says where it stands."""
    with pytest.raises(SourceError, match=f"row 3, column text: .*{why}"):
        made(tmp_path, [("x" * 32_767,), (text,)], ["text"])


def test_more_rows_than_a_sheet_has():
    """The header has one of them."""
    assert too_many(1_048_575) == ""
    assert "1,048,576 rows are more than the 1,048,575" in too_many(1_048_576)
