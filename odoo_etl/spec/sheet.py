"""Which cells of a workbook are meant: a sheet, and an area of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator

from odoo_etl.spec.base import Issue
from odoo_etl.spec.value_kinds import invalid

_AREA = re.compile(r"([A-Z]{1,3})([0-9]{0,7}):(?:([A-Z]{1,3})([0-9]{0,7}))?", re.ASCII)


def _sheet(value: Any) -> Any:
    """The name or the number of a sheet."""
    if isinstance(value, str) and value.strip():
        return value
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid("must be the name of a sheet, or its number from 1")
    return value


def _area(value: Any) -> str:
    """An area as `B3:F200`, whatever dollars and small letters it is written with."""
    text = value.replace("$", "").replace(" ", "").upper() if isinstance(value, str) else ""
    match = _AREA.fullmatch(text)
    if not match:
        raise invalid("must be the cells of a table", "for example B3:F200, B3:F, B3: or B:F")
    first, first_row, last, last_row = match.groups()
    if last and (len(last), last) < (len(first), first):
        raise invalid(f"ends in column {last}, before {first} in which it begins")
    if "0" in {first_row, last_row} or int(last_row or first_row or 1) < int(first_row or 1):
        raise invalid("ends above the row in which it begins; rows are counted from 1")
    return text


SheetName = Annotated[int | str, BeforeValidator(_sheet)]
CellArea = Annotated[str, BeforeValidator(_area)]


def area_issues(area: Any, header_row: Any) -> Iterator[Issue]:
    """The row of the header stands in the area."""
    match = _AREA.fullmatch(area.replace("$", "").upper()) if isinstance(area, str) else None
    if match and isinstance(header_row, int):
        first, last = int(match[2] or 1), int(match[4] or header_row)
        if not first <= header_row <= max(first, last):
            yield Issue(f"`header_row` {header_row} is not in the `range` {area}", ("header_row",))
