"""A query cut by the values of an integer column, so that several processes read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from odoo_etl.errors import SourceError
from odoo_etl.sources.sessions import quoted
from odoo_etl.spec import SqlSource


@dataclass(frozen=True, slots=True)
class Bounds:
    """Values from `low` on, below `high`; None is open. Rows without a value belong to the range with no `high`."""

    low: int | None
    high: int | None


def cut(lowest: Any, highest: Any, count: int, spec: SqlSource) -> Iterator[Bounds]:
    """About `count` ranges of equal width between the extremes; the first and the last are open.

    Raises SourceError: the column holds no integers.
    """
    if lowest is None:
        yield Bounds(None, None)
        return
    lowest, highest = _as_int(lowest), _as_int(highest)
    if type(lowest) is not int or type(highest) is not int:
        raise SourceError(
            f"split_by: {spec.split_by}: the column holds {type(lowest).__name__}, not integers (name a numeric key)"
        )
    step = max(1, -(-(highest - lowest + 1) // count))
    marks: list[int | None] = [None, *range(lowest + step, highest + 1, step), None]
    for low, high in pairwise(marks):
        yield Bounds(low, high)


def _as_int(value: Any) -> Any:
    """An integer that a database keeps as a decimal; anything else as it is."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def extremes(query: str, column: str, dialect: sa.Dialect) -> str:
    """A query for the lowest and the highest value."""
    name = quoted(column, dialect)
    return f"SELECT min({name}), max({name}) FROM (\n{query}\n) q"  # noqa: S608 (the job's own query; the name is quoted)


def bounded(query: str, column: str, bounds: Bounds, dialect: sa.Dialect) -> str:
    """The rows of the query within bounds."""
    name = quoted(column, dialect)
    above = f"{name} >= {bounds.low}" if bounds.low is not None else ""
    if bounds.high is not None:
        conditions = [above, f"{name} < {bounds.high}"]
    else:
        conditions = [f"({above} OR {name} IS NULL)" if above else ""]
    where = " AND ".join(filter(None, conditions))
    return f"SELECT * FROM (\n{query}\n) q" + (f" WHERE {where}" if where else "")  # noqa: S608 (see above)
