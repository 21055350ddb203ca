"""The keys of files that hold a table as people make them: sheet and area, where the header stands, short rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.rows_of_text import RowsOfText
from odoo_etl.spec.value_kinds import Whole, invalid, one_or_many

_AREA = re.compile(r"([A-Z]{1,3})([0-9]{0,7}):(?:([A-Z]{1,3})([0-9]{0,7}))?", re.ASCII)


class TableFile(RowsOfText):
    """A file whose first row is a header, unless it says otherwise."""

    header_row: Whole | None = Field(
        default=None, ge=1, description="The line with the names of the columns, from 1; what is above it is left out."
    )
    header: tuple[str, ...] = Field(
        default=(),
        description='The names of the columns of a file that has no line with them; "" for one that no field reads.',
    )

    @field_validator("header")
    @classmethod
    def _without_outer_blanks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Compare them as the names of a header."""
        return tuple(name.strip() for name in names)

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The header is said in one way."""
        yield from super().issues(data)
        if data.get("header_row") is not None:
            for other, why in (("header", "a file without a header line"), ("skip", "the lines before the header")):
                if data.get(other):
                    yield Issue(f"`header_row` does not go with `{other}`, which is for {why}", ("header_row",))
        header = data.get("header")
        if isinstance(header, Sequence) and not isinstance(header, str):
            yield from _header_issues(header, data.get("fill_down"))


def _header_issues(header: Sequence[Any], fill_down: Any) -> Iterator[Issue]:
    """Names that are given are distinct, and some of them are no blank."""
    names = [name.strip() for name in header if isinstance(name, str) and name.strip()]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        yield Issue(f"`header` names more than one column {', '.join(map(repr, twice))}", ("header",))
    if header and not names and all(isinstance(name, str) for name in header):
        yield Issue("`header` names no column", ("header",), "leave it out where the file has a header line")
    wanted = one_or_many(fill_down or ())
    for name in wanted if isinstance(wanted, list | tuple) else ():
        if names and isinstance(name, str) and name.strip() not in names:
            yield Issue(f"`fill_down` names {name!r}, which is not in `header`", ("fill_down",))


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
