"""Which rows of a source are new or changed: the watermark that a run begins at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.value_kinds import Duration, invalid

_DURATION: TypeAdapter[float] = TypeAdapter(Duration)
_DURATION_SCHEMA = _DURATION.json_schema()
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")


def _lag(value: Any) -> timedelta | Decimal:
    """A number as it is written (`${LAG:-5}` is text), a duration as one."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float | str | Decimal) and _NUMBER.fullmatch(str(value)):
        return Decimal(str(value))
    if not isinstance(value, str):
        raise invalid("must be a duration, or a number for a cursor of numbers", "for example 10m, 2h, 100")
    return timedelta(seconds=_DURATION.validate_python(value))


def _start(value: Any) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise invalid("must be text or a number", "for example 2024-01-31, 0")
    return value


Lag = Annotated[timedelta | Decimal, BeforeValidator(_lag), WithJsonSchema(_DURATION_SCHEMA)]
Start = Annotated[str | int | float, BeforeValidator(_start), WithJsonSchema({"type": ["string", "number"]})]


class IncrementalSpec(SpecModel):
    """Rows whose cursor is not below the highest one that an earlier run confirmed; NULL cursors every time."""

    cursor: str = Field(min_length=1, description="A column of the source that grows whenever a row changes.")
    initial: Start | None = Field(default=None, description="Where the first run begins; without it, everything.")
    lag: Lag | None = Field(
        default=None,
        description="Begin this much below the last cursor: a duration (10m), or a number for a cursor of numbers.",
    )


class SqlIncremental(IncrementalSpec):
    """The same of a query, whose database has a clock."""

    upper: Literal["run_start"] | None = Field(
        default=None, description="Leave rows for the next run whose cursor is not before the start of this one."
    )


def cursor_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """The cursor of a source stays whole."""
    explode, incremental = data.get("explode"), data.get("incremental")
    if isinstance(explode, Mapping) and isinstance(incremental, Mapping):
        names, column = data.get("rename"), explode.get("column")
        old = names.get(column, column) if isinstance(names, Mapping) and isinstance(column, str) else column
        if old is not None and old == incremental.get("cursor"):
            yield Issue("`explode` takes the cursor of `incremental` apart", ("explode", "column"))
