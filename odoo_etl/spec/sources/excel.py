"""Sheets of workbooks as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.table_file import CellArea, SheetName, TableFile, area_issues


class ExcelSource(TableFile):
    """A sheet of workbooks (xlsx, xlsb, xls, ods). Cells keep their types; empty ones are null."""

    type: Literal["excel"]
    sheet: SheetName | None = Field(
        default=None,
        description="The name of the sheet, or its number among those that can be seen; without it, the first.",
    )
    range: CellArea | None = Field(
        default=None,
        description="The cells that hold the table: B3:F200, B3:F, B3: or B:F; without it, the whole sheet.",
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The header stands among the cells of the table."""
        yield from super().issues(data)
        yield from area_issues(data.get("range"), data.get("header_row"))
